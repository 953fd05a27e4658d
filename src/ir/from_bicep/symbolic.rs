//! Whether the compiler writes a template with symbolic names: what a file uses decides.

use super::model::Model;
use super::signature::has_decorator;
use super::walk::{Visitor, walk};
use super::{Session, model};
use crate::syntax::bicep::ast::{
    Decorator, Expr, ExprKind, Statement, StatementKind, Type, TypeKind,
};

/// Decorators that a template can say only with symbolic names.
const DECORATORS: [&str; 5] = [
    "onlyIfNotExists",
    "retryOn",
    "waitUntil",
    "patch",
    "nullIfNotFound",
];

/// Whether the resources of the file get symbolic names.
pub(super) fn is_symbolic(session: &Session<'_>, model: &Model) -> bool {
    model
        .file
        .statements
        .iter()
        .any(|statement| by_statement(session, model, statement))
        || (0..model.resources.len()).any(|id| by_resource(model, id))
}

fn by_statement(session: &Session<'_>, model: &Model, statement: &Statement) -> bool {
    if has_one(&statement.decorators) {
        return true;
    }
    match &statement.kind {
        StatementKind::Type { .. }
        | StatementKind::Func { .. }
        | StatementKind::Import { .. }
        | StatementKind::Assert { .. } => true,
        StatementKind::Extension { what, .. } => {
            what.text().is_some()
                || !matches!(&what.kind, ExprKind::Variable(name) if *name.text == *"az")
        }
        StatementKind::Param { ty, default, .. } => {
            ty.as_ref().is_some_and(by_type)
                || default
                    .as_ref()
                    .is_some_and(|value| collections(model, value))
        }
        StatementKind::Output { ty, value, .. } => {
            ty.as_ref().is_some_and(by_type)
                || has_decorator(&statement.decorators, "secure")
                || collections(model, value)
        }
        StatementKind::Var { ty, value, .. } => ty.is_some() || collections(model, value),
        StatementKind::Module { path, body, .. } => {
            let members = model::members_of(body);
            let named = members.iter().any(|member| match member {
                crate::syntax::bicep::ast::Member::Property(property) => {
                    property.key.text() == Some("name")
                }
                _ => false,
            });
            let secure = path
                .text()
                .is_some_and(|path| session.has_secure_output(model.id(), path));
            !named || secure || collections(model, body)
        }
        StatementKind::Resource(resource) => collections(model, &resource.body),
        _ => false,
    }
}

fn by_resource(model: &Model, id: usize) -> bool {
    let Some((statement, resource)) = model.resource(id) else {
        return false;
    };
    let depends = || {
        model
            .resource_parts(id)
            .is_some_and(|parts| parts.property("dependsOn").is_some())
    };
    has_one(&statement.decorators) || (resource.existing.is_some() && depends())
}

fn has_one(decorators: &[Decorator]) -> bool {
    DECORATORS
        .iter()
        .any(|name| has_decorator(decorators, name))
}

/// Types that only user-defined types can say.
fn by_type(ty: &Type) -> bool {
    match &ty.kind {
        TypeKind::Name(_) | TypeKind::Resource(_) | TypeKind::Error => false,
        TypeKind::Parenthesized(inner) => by_type(inner),
        _ => true,
    }
}

/// Whether a loop of resources or modules is used as a whole.
fn collections(model: &Model, expr: &Expr) -> bool {
    struct Search<'m> {
        model: &'m Model,
        found: bool,
    }
    impl Search<'_> {
        fn is_loop(&self, expr: &Expr, locals: &[&str]) -> bool {
            match &expr.kind {
                ExprKind::Parenthesized(inner) | ExprKind::NonNull(inner) => {
                    self.is_loop(inner, locals)
                }
                ExprKind::Variable(name) if !locals.contains(&&*name.text) => {
                    let parts = match self.model.symbols.get(&name.text) {
                        Some(model::Symbol::Resource(id)) => self.model.resource_parts(*id),
                        Some(model::Symbol::Module(at)) => self.model.module_parts(*at),
                        _ => None,
                    };
                    parts.is_some_and(|parts| parts.copy.is_some())
                }
                _ => false,
            }
        }
    }
    impl<'a> Visitor<'a> for Search<'_> {
        fn see(&mut self, expr: &'a Expr, locals: &[&'a str]) -> bool {
            match &expr.kind {
                ExprKind::Index {
                    base,
                    safe: false,
                    from_end: false,
                    index,
                } if self.is_loop(base, locals) => {
                    walk(index, &mut locals.to_vec(), self);
                    false
                }
                ExprKind::Variable(_) => {
                    self.found |= self.is_loop(expr, locals);
                    false
                }
                ExprKind::Object(members) => {
                    for member in members {
                        let skipped = match member {
                            crate::syntax::bicep::ast::Member::Property(property) => {
                                property.key.text() == Some("dependsOn")
                            }
                            _ => false,
                        };
                        if !skipped {
                            super::walk::walk_members(
                                std::slice::from_ref(member),
                                &mut locals.to_vec(),
                                self,
                            );
                        }
                    }
                    false
                }
                _ => !self.found,
            }
        }

        fn enters_resources(&self) -> bool {
            true
        }
    }
    let mut search = Search {
        model,
        found: false,
    };
    walk(expr, &mut Vec::new(), &mut search);
    search.found
}
