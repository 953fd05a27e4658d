//! Resources: the form of their types, their parents and their names.

use super::Check;
use super::modules::{members_of, properties, property};
use super::scopes::type_of;
use super::start::is_az;
use super::symbols::SymbolKind;
use crate::finding::ProblemKind;
use crate::syntax::bicep::ast::{Expr, ExprKind, Part, Resource, StatementKind};
use crate::text::Span;

impl Check<'_> {
    /// Looks at every resource and module.
    pub(super) fn check_resources(&mut self) {
        for index in 0..self.symbols.all.len() {
            let Some(resource) = self.symbols.resource(index) else {
                continue;
            };
            let parent = self.symbols.all.get(index).and_then(|one| one.parent);
            match parent {
                None => self.top(resource),
                Some(parent) => self.nested(resource, parent),
            }
            self.parent(index, resource, parent.is_some());
            self.segments(index, resource, parent.is_some());
            self.existing(resource);
        }
        self.resources_twice();
        self.modules_twice();
    }

    fn top(&mut self, resource: &Resource) {
        match &resource.ty.kind {
            ExprKind::Text(text) => self.check_resource_type(text, resource.ty.span),
            ExprKind::Interpolated(_) => {
                let message = "the type of a resource is a text without holes";
                let help = "write `Namespace/type@version`";
                self.report(
                    ProblemKind::ExpressionSyntax,
                    resource.ty.span,
                    message,
                    help,
                );
            }
            _ => {}
        }
        let unread = |place: Span| resource.body.span.contains(place);
        if self.file.problems.iter().any(|one| unread(one.place)) {
            return;
        }
        let named = members_of(&resource.body)
            .is_none_or(|members| property(members, "name").is_some() || !is_azure(resource));
        if !named {
            let message = "this resource has no `name`";
            let help = "add `name` to its body";
            self.report(
                ProblemKind::TemplateStructure,
                resource.name.span,
                message,
                help,
            );
        }
    }

    fn has_extensions(&self) -> bool {
        let mut all = self.symbols.all.iter();
        all.any(|one| {
            one.kind == SymbolKind::Namespace
                && matches!(&one.statement.kind, StatementKind::Extension { what, .. } if !is_az(what))
        })
    }

    /// `Namespace/type@version`, with a namespace of the language before it or not.
    pub(super) fn check_resource_type(&mut self, text: &str, place: Span) {
        let (space, rest) = match text.split_once(':') {
            Some((space, rest)) if !space.contains(['/', '@']) => (space, rest),
            _ => ("az", text),
        };
        let declared = self.symbols.find(space).is_some_and(|index| {
            let found = self.symbols.all.get(index);
            found.is_some_and(|found| found.kind == SymbolKind::Namespace)
        });
        if !declared && !matches!(space, "az" | "sys") {
            let message = format!("there is no namespace `{space}`");
            let help = "leave it out, or declare the extension";
            self.report(ProblemKind::UndefinedSymbol, place, message, help);
        } else if !declared && !is_resource_type(rest) && !self.has_extensions() {
            let message = format!("`{text}` is no resource type");
            let help = "write `Namespace/type@2024-01-01`";
            self.report(ProblemKind::ExpressionSyntax, place, message, help);
        }
    }

    fn nested(&mut self, resource: &Resource, parent: usize) {
        if self.symbols.is_collection(parent) {
            let message = "a resource cannot stand inside of one that is a loop";
            let help = "declare it beside the loop, as a loop of its own with `parent: cluster[i]`";
            let place = resource.name.span;
            self.report(ProblemKind::CopyInvalid, place, message, help);
        }
        let Some(text) = resource.ty.text() else {
            return;
        };
        let (ty, version) = text.split_once('@').unwrap_or((text, "2024-01-01"));
        let outer = type_of(self, parent);
        let outer_is_wrong = !self.has_extensions()
            && outer.is_none_or(|outer| !is_resource_type(&format!("{outer}@2024-01-01")));
        if ty.is_empty() || ty.contains('/') || !is_version(version) {
            let message = format!("`{text}` is no type of a nested resource");
            let help = "write the last part of the type: `agentPools` or `agentPools@2024-01-01`";
            self.report(
                ProblemKind::ResourceIdSegments,
                resource.ty.span,
                message,
                help,
            );
        } else if outer_is_wrong {
            let message = "the type of the resource around this one is wrong";
            let help = "mend that type";
            self.report(
                ProblemKind::ResourceIdSegments,
                resource.ty.span,
                message,
                help,
            );
        }
    }

    /// Of what exists already only the name is given, and where it is.
    fn existing(&mut self, resource: &Resource) {
        if resource.existing.is_none() || !is_azure(resource) {
            return;
        }
        for property in properties(members_of(&resource.body).unwrap_or(&[])) {
            let key = property.key.text().unwrap_or("name");
            if !matches!(key, "name" | "parent" | "scope" | "dependsOn") {
                let message = format!("an existing resource is not given a `{key}`");
                let help = "remove it, or the word `existing`";
                let place = property.key.span();
                self.report(ProblemKind::TemplateStructure, place, message, help);
            }
        }
    }

    /// `parent:` names a resource of the type that is left when the last part is taken away.
    fn parent(&mut self, index: usize, resource: &Resource, nested: bool) {
        let members = members_of(&resource.body).unwrap_or(&[]);
        let Some(parent) = property(members, "parent") else {
            return;
        };
        let own = self.written_type(index).map(|(ty, _)| ty.to_owned());
        let Some(own) = own.filter(|_| is_azure(resource) || nested) else {
            return;
        };
        let wanted = own
            .rsplit_once('/')
            .map_or("", |(outer, _)| outer)
            .to_owned();
        if nested || !wanted.contains('/') {
            let message = "this resource has no `parent`";
            let help = if nested {
                "its parent is the resource around it"
            } else {
                "only types with three or more parts have parents"
            };
            let place = parent.key.span();
            self.report(ProblemKind::ResourceIdSegments, place, message, help);
            return;
        }
        let place = parent.value.span;
        let Some(target) = self.symbols.resource_of(Some(index), &parent.value) else {
            if !is_reference(&parent.value) {
                let message = "`parent` names a resource of this file";
                let help = "write its symbolic name";
                self.report(ProblemKind::ResourceIdSegments, place, message, help);
            }
            return;
        };
        if self.symbols.is_collection(target) && !is_indexed(&parent.value) {
            let message = "`parent` names one resource, and this is a loop of them";
            let help = "say which one: `parent: cluster[0]`";
            self.report(ProblemKind::ResourceIdSegments, place, message, help);
            return;
        }
        match type_of(self, target) {
            Some(found) if found.contains('/') && !found.eq_ignore_ascii_case(&wanted) => {
                let message = format!("the parent of `{own}` is a `{wanted}`, not a `{found}`");
                let help = "name a resource of that type";
                self.report(ProblemKind::ResourceIdSegments, place, message, help);
            }
            _ => {}
        }
    }

    /// A name has one part for each part of the type behind the namespace.
    fn segments(&mut self, index: usize, resource: &Resource, nested: bool) {
        let members = members_of(&resource.body).unwrap_or(&[]);
        let Some(name) = property(members, "name") else {
            return;
        };
        if !nested && !is_azure(resource) {
            return;
        }
        // What stands in the holes of a text may have parts too.
        let (slashes, open) = match &name.value.kind {
            ExprKind::Text(text) => (text.matches('/').count(), false),
            ExprKind::Interpolated(parts) => {
                let texts = parts.iter().map(|part| match part {
                    Part::Text { text, .. } => text.matches('/').count(),
                    Part::Hole(_) => 0,
                });
                (texts.sum(), true)
            }
            _ => return,
        };
        let child = nested || property(members, "parent").is_some();
        let Some((ty, _)) = self.written_type(index) else {
            return;
        };
        // Resources of other services are named below `providers`, in parts of their own.
        if ty.to_ascii_lowercase().contains("/providers/") {
            return;
        }
        let wanted = if child { 1 } else { ty.matches('/').count() };
        let found = slashes + 1;
        if found > wanted || found < wanted && !open {
            let least = if open { "at least " } else { "" };
            let message = format!("the name has {least}{found} parts, and the type needs {wanted}");
            let help = if child {
                "give the last part only: the others come from the parent"
            } else {
                "give one part for each part of the type: `cluster/pool`"
            };
            let place = name.value.span;
            self.report(ProblemKind::ResourceIdSegments, place, message, help);
        }
    }
}

/// Whether an expression could name a resource: what it does not name was reported with the name.
fn is_reference(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Variable(_) | ExprKind::Error => true,
        ExprKind::Child { base: inner, .. }
        | ExprKind::Index { base: inner, .. }
        | ExprKind::NonNull(inner)
        | ExprKind::Parenthesized(inner) => is_reference(inner),
        _ => false,
    }
}

pub(super) fn is_indexed(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Index { .. } => true,
        ExprKind::Parenthesized(inner) | ExprKind::NonNull(inner) => is_indexed(inner),
        _ => false,
    }
}

/// Whether a resource has a type of Azure: extensions have types of their own.
pub(super) fn is_azure(resource: &Resource) -> bool {
    resource.ty.text().is_some_and(is_resource_type)
}

/// Whether a text is `Namespace/type@version`.
fn is_resource_type(text: &str) -> bool {
    let Some((ty, version)) = text.split_once('@') else {
        return false;
    };
    let mut parts = ty.split('/');
    let named = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'$')
            })
    };
    parts.clone().count() > 1 && parts.all(named) && is_version(version)
}

/// `2024-01-01`, with a word behind it or not.
fn is_version(text: &str) -> bool {
    let bytes = text.as_bytes();
    let date = bytes.get(..10).is_some_and(|date| {
        let sign = |at: usize, byte: &u8| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        date.iter().enumerate().all(|(at, byte)| sign(at, byte))
    });
    let suffix = text.get(10..).unwrap_or("");
    date && (suffix.is_empty() || suffix.len() > 1 && suffix.starts_with('-'))
}
