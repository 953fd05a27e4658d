//! Marks the text of secrets, so that no source excerpt shows it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::eval::{ByName, Data, Origin, Value};
use crate::ir::{ArgumentValue, ExprKind, ResourceDeclaration, Template, TemplateSource};
use crate::model::{Declared, Given, GivenValue, ParameterFile};
use crate::text::Files;

/// What a template says of secure parameters: defaults and allowed values, and what it hands to those of its nested
/// deployments. An empty default is no secret.
pub(super) fn hide_written(files: &Files, template: &Template) {
    Written {
        files,
        seen: BTreeSet::new(),
    }
    .template(template);
}

/// Goes through a template and its nested ones.
struct Written<'f> {
    files: &'f Files,
    /// Templates of modules that were gone through: each is there for all that use it.
    seen: BTreeSet<*const Template>,
}

impl Written<'_> {
    fn template(&mut self, template: &Template) {
        for parameter in &template.parameters {
            let definition = &parameter.type_definition;
            if definition.is_secure() {
                let allowed = definition.allowed().into_iter().flatten();
                for value in parameter.default.iter().chain(allowed) {
                    self.files.hide(value.span);
                }
            }
        }
        self.resources(&template.resources);
    }

    fn resources(&mut self, resources: &[Arc<ResourceDeclaration>]) {
        for resource in resources {
            self.resources(&resource.children);
            let Some(deployment) = resource.deployment.as_deref() else {
                continue;
            };
            let TemplateSource::Inline(template) = &deployment.template else {
                continue;
            };
            let secure = secure_parameters(template);
            for argument in &deployment.parameters {
                // An expression tells where a secret comes from, a literal is one.
                if let ArgumentValue::Value(expr) = &argument.value
                    && matches!(expr.kind, ExprKind::Text(_) | ExprKind::Object(_))
                    && secure.get(&argument.name.text).is_some()
                {
                    self.files.hide(expr.span);
                }
            }
            if self.seen.insert(Arc::as_ptr(template)) {
                self.template(template);
            }
        }
    }
}

/// The values that a parameter file gives to secure parameters, and the literals that they were made of.
/// `is_read`: the template is the real one.
pub(super) fn hide_entries(
    files: &Files,
    (template, is_read): (&Template, bool),
    file: &ParameterFile,
) {
    let secure = secure_parameters(template);
    let declared: ByName<&str, ()> = template
        .parameters
        .iter()
        .map(|parameter| (&*parameter.name.text, ()))
        .collect();
    // A name that nobody declares may be that of a secret, misspelt.
    let is_stray = |name: &str| is_read && declared.get(name).is_none();
    for (name, place) in &file.entries {
        if secure.get(name).is_some() || is_stray(name) {
            files.hide(*place);
        }
    }
    for given in &file.given {
        if let GivenValue::Value(value) = &given.value
            && secure.get(&given.name).is_some()
        {
            hide_literals(files, &value.origin);
        }
    }
}

/// The secure parts of values that are no secret as a whole, and the literals that they were made of.
pub(super) fn hide_parts(files: &Files, parameters: &[Declared]) {
    for value in parameters
        .iter()
        .filter_map(|parameter| parameter.value.as_ref())
    {
        hide_part(files, value);
    }
}

fn hide_part(files: &Files, value: &Value) {
    let by_shade = value.shade.as_ref().is_some_and(|shade| shade.secret);
    if by_shade || value.as_unknown().is_some_and(|unknown| unknown.secret) {
        if let Some(place) = value.origin.place() {
            files.hide(place);
        }
        hide_literals(files, &value.origin);
        return;
    }
    match &value.data {
        Data::Array(array) => array.items.iter().for_each(|item| hide_part(files, item)),
        Data::Object(object) => {
            for entry in &object.entries {
                hide_part(files, &entry.value);
            }
        }
        _ => {}
    }
}

fn hide_literals(files: &Files, origin: &Origin) {
    origin.visit(&mut |origin| {
        if let Origin::Literal(place) = origin {
            files.hide(*place);
        }
    });
}

/// A value of the command line.
pub(super) fn hide_given(files: &Files, template: &Template, given: &Given) {
    let is_secure = || secure_parameters(template).get(&given.name).is_some();
    if matches!(given.value, GivenValue::Value(_)) && is_secure() {
        files.hide(given.place);
    }
}

fn secure_parameters(template: &Template) -> ByName<&str, ()> {
    let parameters = template.parameters.iter();
    parameters
        .filter(|parameter| parameter.type_definition.is_secure())
        .map(|parameter| (&*parameter.name.text, ()))
        .collect()
}
