//! Two declarations of one resource, and two modules whose deployments have one name in one scope.

use std::collections::BTreeMap;

use super::Check;
use super::modules::{members_of, property};
use super::resources::{is_azure, is_indexed};
use super::scopes::type_of;
use crate::finding::ProblemKind;
use crate::syntax::bicep::ast::{Expr, ExprKind, Member, Part, StatementKind};
use crate::text::Span;

/// Pieces that a name is put together of: a longer one is no name of a resource.
const MAX_PIECES: usize = 256;

impl Check<'_> {
    /// Two resources of one type, name, parent and scope.
    pub(super) fn resources_twice(&mut self) {
        let mut same: BTreeMap<[String; 4], Vec<Span>> = BTreeMap::new();
        for index in 0..self.symbols.all.len() {
            let nested = self.symbols.all.get(index).and_then(|one| one.parent);
            let Some(members) = self
                .symbols
                .resource(index)
                .filter(|resource| nested.is_some() || is_azure(resource))
                .and_then(|resource| deployed(&resource.body))
            else {
                continue;
            };
            let Some(name) = property(members, "name") else {
                continue;
            };
            let parent = match property(members, "parent") {
                Some(parent) => match self.symbols.resource_of(Some(index), &parent.value) {
                    Some(target) if !is_indexed(&parent.value) => Some(target),
                    _ => continue,
                },
                None => self.symbols.all.get(index).and_then(|one| one.parent),
            };
            let (Some(ty), Some(text), Some(scope)) = (
                type_of(self, index),
                self.text_of(index, &name.value),
                self.scope_of_resource(index, members),
            ) else {
                continue;
            };
            let key = [ty.to_lowercase(), format!("{parent:?}"), scope, text];
            same.entry(key).or_default().push(name.value.span);
        }
        for ([.., name], places) in same {
            if places.len() > 1 {
                for place in places {
                    let message = format!("two resources of this type are named `{name}`");
                    let help = "rename one, or declare the resource once";
                    self.report(ProblemKind::DuplicateDeclaration, place, message, help);
                }
            }
        }
    }

    /// The scope of a resource, as far as it tells two of them apart: none where other values decide it.
    fn scope_of_resource(&self, index: usize, members: &[Member]) -> Option<String> {
        let Some(scope) = property(members, "scope") else {
            return Some(String::new());
        };
        match &scope.value.kind {
            ExprKind::Call { name, args } => args.is_empty().then(|| name.text.to_string()),
            _ if is_indexed(&scope.value) => None,
            _ => {
                let target = self.symbols.resource_of(Some(index), &scope.value)?;
                Some(format!("{target}"))
            }
        }
    }

    /// The text of a name, where it stands in the file: here, in a variable, or in the name of another resource.
    fn text_of(&self, owner: usize, expr: &Expr) -> Option<String> {
        self.literal(owner, expr, &mut { MAX_PIECES })
    }

    /// The same with what is left of the pieces.
    fn literal(&self, owner: usize, expr: &Expr, pieces: &mut usize) -> Option<String> {
        *pieces = pieces.checked_sub(1)?;
        match &expr.kind {
            ExprKind::Text(text) => Some(text.to_string()),
            ExprKind::Interpolated(parts) => {
                let texts = parts.iter().map(|part| match part {
                    Part::Text { text, .. } => Some(text.to_string()),
                    Part::Hole(hole) => match hole.kind {
                        ExprKind::Int(number) => Some(number.to_string()),
                        _ => self.literal(owner, hole, pieces),
                    },
                });
                texts.collect()
            }
            ExprKind::Parenthesized(inner) => self.literal(owner, inner, pieces),
            ExprKind::Variable(name) => {
                let index = self.symbols.look_up(Some(owner), &name.text)?;
                match &self.symbols.all.get(index)?.statement.kind {
                    // One with a type has any value of it, for the compiler.
                    StatementKind::Var {
                        ty: None, value, ..
                    } => self.literal(index, value, pieces),
                    _ => None,
                }
            }
            ExprKind::Property { base, name, .. } if &*name.text == "name" => {
                let index = self.symbols.resource_of(Some(owner), base)?;
                let ExprKind::Object(members) = &self.symbols.resource(index)?.body.kind else {
                    return None;
                };
                self.literal(index, &property(members, "name")?.value, pieces)
            }
            _ => None,
        }
    }

    /// Two modules of one name in one scope.
    pub(super) fn modules_twice(&mut self) {
        let mut same: BTreeMap<(String, [String; 3]), Vec<Span>> = BTreeMap::new();
        let file = self.file;
        for statement in &file.statements {
            let StatementKind::Module { body, .. } = &statement.kind else {
                continue;
            };
            let Some(members) = deployed(body) else {
                continue;
            };
            let Some(name) = property(members, "name") else {
                continue;
            };
            if let Some(index) = self.symbols.of_statement(statement)
                && let Some(text) = self.text_of(index, &name.value)
                && let Some(scope) = self.scope_of_module(index, members)
            {
                same.entry((text, scope)).or_default().push(name.value.span);
            }
        }
        for ((name, _), places) in same {
            if places.len() > 1 {
                for place in places {
                    let message = format!("two modules are named `{name}`");
                    let help = "rename one: the deployments would replace each other";
                    self.report(ProblemKind::DuplicateDeclaration, place, message, help);
                }
            }
        }
    }

    /// Management group, subscription and resource group of a module, as far as they stand in the file.
    fn scope_of_module(&self, index: usize, members: &[Member]) -> Option<[String; 3]> {
        let mut scope = <[String; 3]>::default();
        let [management_group, subscription, resource_group] = &mut scope;
        let Some(property) = property(members, "scope") else {
            return Some(scope);
        };
        let ExprKind::Call { name, args } = &property.value.kind else {
            if is_indexed(&property.value) {
                return None;
            }
            // The group that is deployed here, too.
            let target = self.symbols.resource_of(Some(index), &property.value)?;
            *resource_group = format!("{target}:");
            return Some(scope);
        };
        let mut given = args.iter().map(|arg| self.text_of(index, arg));
        let own = match (&*name.text, args.len()) {
            ("managementGroup", 1) => management_group,
            ("subscription", 1) => subscription,
            ("resourceGroup", 1) => resource_group,
            ("resourceGroup", 2) => {
                *subscription = given.next()??;
                resource_group
            }
            (_, 0) => return Some(scope),
            _ => return None,
        };
        *own = given.next()??;
        Some(scope)
    }
}

/// The members of a resource or module that is always deployed, once.
fn deployed(body: &Expr) -> Option<&[Member]> {
    match &body.kind {
        ExprKind::Object(members) => Some(members),
        ExprKind::If { condition, body } if matches!(condition.kind, ExprKind::Bool(true)) => {
            members_of(body)
        }
        _ => None,
    }
}
