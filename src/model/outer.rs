//! Outer deployments: their template is a value of the parent. All of it is evaluated there, used or not, and what then
//! reads as an expression is evaluated again when the deployment is opened.

use std::rc::Rc;
use std::sync::Arc;

use super::level::Level;
use super::scope::Site;
use crate::eval::{Array, Data, Entry, Object, Place, Scope, Value, evaluate};
use crate::ir::{
    ArgumentValue, Expr, ExprKind, Member, ResourceDeclaration, Template, TemplateSource,
    VariableValue, from_string,
};
use crate::syntax::armexpr::Source;

/// How often text of the shape `[..]` is taken for an expression again.
const MAX_AGAIN: usize = 4;

/// Evaluates a resource of an outer deployment that is not deployed, for its failures. Elsewhere nothing of it is looked at.
pub(super) fn evaluate_unused(level: &Rc<Level<'_>>, declaration: &ResourceDeclaration) {
    if !level.outer {
        return;
    }
    let site = Site::of_level(level, Place::ResourceBody, level.loops.clone());
    resource(level, &site, declaration);
}

fn resource(level: &Level<'_>, site: &dyn Scope, declaration: &ResourceDeclaration) {
    let mut exprs: Vec<&Expr> = vec![&declaration.name];
    exprs.extend(declaration.copy.as_ref().map(|copy| &copy.count));
    exprs.extend(&declaration.api_version);
    exprs.extend(&declaration.scope);
    exprs.extend(&declaration.depends_on);
    for expr in exprs {
        level.names.parts(expr, site);
    }
    for member in &declaration.body {
        if let Member::Entry { value, .. } = member {
            level.names.parts(value, site);
        }
    }
    for child in &declaration.children {
        resource(level, site, child);
    }
    let Some(deployment) = &declaration.deployment else {
        return;
    };
    for argument in &deployment.parameters {
        if let ArgumentValue::Value(expr) | ArgumentValue::Computed(expr) = &argument.value {
            level.names.parts(expr, site);
        }
    }
    if let TemplateSource::Inline(inner) = &deployment.template {
        template(level, site, inner);
    }
}

fn template(level: &Level<'_>, site: &dyn Scope, inner: &Template) {
    for declaration in &inner.resources {
        resource(level, site, declaration);
    }
    for variable in &inner.variables {
        if let VariableValue::Expr(expr) = &variable.value {
            level.names.parts(expr, site);
        }
    }
    for output in &inner.outputs {
        level.names.parts(&output.value, site);
    }
}

/// A value of an outer deployment in which text of the shape `[..]` is evaluated once more.
pub(super) fn evaluate_again(level: &Level<'_>, site: &dyn Scope, value: Value) -> Value {
    let data = match &value.data {
        Data::String(text) if text.starts_with('[') && text.ends_with(']') => {
            return text_again(level, site, value, 0);
        }
        Data::Array(array) if array.items.iter().any(may_change) => {
            let items = array.items.iter().cloned();
            let items = items.map(|item| evaluate_again(level, site, item));
            Data::Array(Arc::new(Array::new(items.collect())))
        }
        Data::Object(object) if object.entries.iter().any(|entry| may_change(&entry.value)) => {
            let entries = object.entries.iter().map(|entry| Entry {
                value: evaluate_again(level, site, entry.value.clone()),
                ..entry.clone()
            });
            Data::Object(Arc::new(Object::new(entries.collect())))
        }
        _ => return value,
    };
    Value { data, ..value }
}

fn may_change(value: &Value) -> bool {
    match &value.data {
        Data::String(text) => text.starts_with('['),
        Data::Array(_) | Data::Object(_) => true,
        _ => false,
    }
}

fn text_again(level: &Level<'_>, site: &dyn Scope, value: Value, times: usize) -> Value {
    let Some(text) = value.as_text().cloned() else {
        return evaluate_again(level, site, value);
    };
    let place = value.origin.place().unwrap_or(level.template.place);
    let map = |_: u32| place.start;
    let source = Source {
        text: &text,
        file: place.file,
        map: &map,
    };
    let (expr, _) = from_string(source, place);
    if let ExprKind::Text(_) = expr.kind {
        return value;
    }
    match evaluate(&expr, site, &level.run.budget) {
        Ok(again) if times < MAX_AGAIN => match &again.data {
            Data::String(text) if text.starts_with('[') && text.ends_with(']') => {
                text_again(level, site, again, times + 1)
            }
            _ => again,
        },
        Ok(again) => again,
        Err(failure) => {
            level.run.failure("a value", failure);
            value
        }
    }
}
