//! What a module shows to its callers: scope, parameters and outputs, without evaluating anything.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Reached;
use crate::ir::{ScopeKind, Template, TypeDefinition, TypeName};
use crate::syntax::bicep::File;
use crate::syntax::bicep::ast::{
    Decorator, Expr, ExprKind, Imports, Statement, StatementKind, Type, TypeKind,
};
use crate::text::Span;

/// What a module shows to its callers.
#[derive(Clone, Debug, Default)]
pub struct Signature {
    /// What kind of scope it deploys to.
    pub scope: ScopeKind,
    /// Its parameters.
    pub parameters: Vec<Declared>,
    /// Its outputs.
    pub outputs: Vec<Declared>,
}

/// A parameter or an output.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Its name.
    pub name: Arc<str>,
    /// Where it is declared.
    pub place: Span,
    /// A parameter without default whose type does not take null.
    pub required: bool,
    /// Its value must not be shown.
    pub secure: bool,
    /// Its type, where that is one of the language.
    pub kind: Option<TypeName>,
}

/// The signature of what a reference leads to.
pub fn signature(reached: &Reached) -> Option<Signature> {
    match reached {
        Reached::Bicep(file) => Some(of_file(file)),
        Reached::Arm(module) => Some(of_template(&module.template())),
        Reached::Absent(_) => None,
    }
}

fn of_template(template: &Template) -> Signature {
    let declared = |name: &crate::ir::Name, definition: &TypeDefinition, required| Declared {
        name: Arc::clone(&name.text),
        place: name.place,
        required,
        secure: definition.is_secure(),
        kind: definition.kind(),
    };
    let parameters = template.parameters.iter().map(|one| {
        let definition = &one.type_definition;
        let required = one.default.is_none() && !takes_null(template, definition);
        declared(&one.name, definition, required)
    });
    let outputs = template.outputs.iter();
    Signature {
        scope: template.scope,
        parameters: parameters.collect(),
        outputs: outputs
            .map(|one| declared(&one.name, &one.type_definition, false))
            .collect(),
    }
}

/// Whether a type, or the one that it refers to, takes null. Of what it cannot find it is said that it does.
fn takes_null(template: &Template, definition: &TypeDefinition) -> bool {
    let mut at = definition;
    for _ in 0..MAX_ALIASES {
        if let Some(nullable) = at.nullable {
            return nullable;
        }
        let Some(pointer) = &at.reference else {
            return false;
        };
        let name = pointer.strip_prefix("#/definitions/");
        let mut definitions = template.definitions.iter();
        match definitions.find(|one| Some(&*one.name) == name) {
            Some(found) => at = &found.type_definition,
            None => return true,
        }
    }
    true
}

fn of_file(file: &File) -> Signature {
    let mut signature = Signature {
        scope: ScopeKind::of_bicep(file),
        ..Signature::default()
    };
    let types = Types::of(file);
    for statement in &file.statements {
        match &statement.kind {
            StatementKind::Param { name, ty, default } => {
                let nullable = ty.as_ref().is_some_and(|ty| types.is_nullable(ty, 0));
                let required = default.is_none() && !nullable;
                signature
                    .parameters
                    .push(declared(statement, name, ty.as_ref(), required));
            }
            StatementKind::Output { name, ty, .. } => {
                signature
                    .outputs
                    .push(declared(statement, name, ty.as_ref(), false));
            }
            _ => {}
        }
    }
    signature
}

fn declared(
    statement: &Statement,
    name: &crate::syntax::bicep::ast::Name,
    ty: Option<&Type>,
    required: bool,
) -> Declared {
    let kind = ty.and_then(|ty| match &ty.kind {
        TypeKind::Name(name) => TypeName::parse(&name.text),
        _ => None,
    });
    Declared {
        name: Arc::clone(&name.text),
        place: name.span,
        required,
        secure: has_decorator(&statement.decorators, "secure"),
        kind,
    }
}

/// Whether one of the decorators has this name, qualified by `sys` or not.
pub(super) fn has_decorator(decorators: &[Decorator], wanted: &str) -> bool {
    decorators
        .iter()
        .any(|decorator| decorator_call(&decorator.expr).is_some_and(|(name, _)| name == wanted))
}

/// Name and arguments of a decorator.
pub(super) fn decorator_call(expr: &Expr) -> Option<(&str, &[Expr])> {
    match &expr.kind {
        ExprKind::Call { name, args } | ExprKind::MethodCall { name, args, .. } => {
            Some((&name.text, args))
        }
        _ => None,
    }
}

/// Names of types that stand for each other are followed this far.
const MAX_ALIASES: usize = 32;

/// The types that a file declares; none for a name that it imports.
struct Types<'f>(BTreeMap<&'f str, Option<&'f Type>>);

impl<'f> Types<'f> {
    fn of(file: &'f File) -> Self {
        let mut types = BTreeMap::new();
        for statement in &file.statements {
            match &statement.kind {
                StatementKind::Type { name, ty } => {
                    types.entry(&*name.text).or_insert(Some(ty));
                }
                StatementKind::Import {
                    what: Imports::List { items, .. },
                    ..
                } => types.extend(items.iter().map(|item| {
                    let here = item.alias.as_ref().unwrap_or(&item.name);
                    (&*here.text, None)
                })),
                _ => {}
            }
        }
        Self(types)
    }

    fn is_nullable(&self, ty: &Type, depth: usize) -> bool {
        if depth > MAX_ALIASES {
            return false;
        }
        match &ty.kind {
            // What a part of another type takes is not looked up, nor what a type of another file does.
            TypeKind::Nullable(_)
            | TypeKind::Null
            | TypeKind::Property { .. }
            | TypeKind::Item { .. }
            | TypeKind::AnyItem(_)
            | TypeKind::AdditionalProperties(_) => true,
            TypeKind::Union(types) => types.iter().any(|ty| self.is_nullable(ty, depth + 1)),
            TypeKind::Parenthesized(inner) => self.is_nullable(inner, depth + 1),
            TypeKind::Name(name) => match self.0.get(&*name.text) {
                Some(Some(ty)) => self.is_nullable(ty, depth + 1),
                Some(None) => true,
                None => false,
            },
            _ => false,
        }
    }
}
