//! Scopes of deployment: what the file deploys to, and whether modules and resources go where they can.

use super::Check;
use super::modules::{members_of, property};
use super::resources::is_indexed;
use super::symbols::SymbolKind;
use crate::finding::ProblemKind;
use crate::ir::ScopeKind;
use crate::syntax::bicep::ast::{Expr, ExprKind, StatementKind};
use crate::text::Span;

/// Where a resource goes, seen from its file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    /// To the scope of the file, or to a resource in it.
    Same,
    /// Somewhere else.
    Other,
    Unknown,
}

/// Resources that are followed through `scope` and `parent`.
const MAX_STEPS: usize = 32;

impl Check<'_> {
    /// The scope that the file deploys to.
    pub(super) fn scope(&self) -> ScopeKind {
        ScopeKind::of_bicep(self.file)
    }

    /// Looks at the scope of every module and resource.
    pub(super) fn check_scopes(&mut self) {
        for index in 0..self.symbols.all.len() {
            let Some(declaration) = self.symbols.all.get(index) else {
                continue;
            };
            match &declaration.statement.kind {
                StatementKind::Module { path, body, .. } => self.module_scope(index, path, body),
                StatementKind::Resource(_) => self.resource_scope(index),
                _ => {}
            }
        }
    }

    fn module_scope(&mut self, index: usize, path: &Expr, body: &Expr) {
        let Some(signature) = self.signature_of(path) else {
            return;
        };
        let Some(members) = members_of(body) else {
            return;
        };
        let scope = property(members, "scope");
        let place = scope.map_or(path.span, |scope| scope.value.span);
        let goes_to = match scope {
            None => Some(self.scope()),
            Some(scope) => self.scope_of(index, &scope.value),
        };
        if let Some(scope) = scope
            && let Some((kind, message)) = self.no_scope(index, &scope.value)
        {
            let help = "write `resourceGroup('name')`, `subscription('id')`, `managementGroup('name')` or `tenant()`, or name a resource group of this file";
            self.report(kind, scope.value.span, message, help);
            return;
        }
        let below = matches!(
            self.scope(),
            ScopeKind::ResourceGroup | ScopeKind::Subscription
        );
        if below && goes_to == Some(ScopeKind::ManagementGroup) {
            let message = format!(
                "no module goes from {} to a management group",
                words(self.scope())
            );
            let help = "deploy it from a file with `targetScope = 'managementGroup'` or `'tenant'`";
            self.report(ProblemKind::ScopeMismatch, place, message, help);
            return;
        }
        let Some(goes_to) = goes_to.filter(|goes_to| *goes_to != signature.scope) else {
            return;
        };
        let message = format!(
            "this module deploys to {}, and here it is deployed to {}",
            words(signature.scope),
            words(goes_to)
        );
        let help = "set the `scope` of the module, or the `targetScope` of its file";
        self.report(ProblemKind::ScopeMismatch, place, message, help);
    }

    /// Why no module can be deployed to what an expression stands for.
    fn no_scope(&self, index: usize, expr: &Expr) -> Option<(ProblemKind, &'static str)> {
        match &expr.kind {
            ExprKind::Parenthesized(inner) => self.no_scope(index, inner),
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Text(_)
            | ExprKind::Interpolated(_)
            | ExprKind::Array(_)
            | ExprKind::Object(_) => Some((ProblemKind::TypeMismatch, "this is no scope")),
            _ => {
                let target = self.symbols.resource_of(Some(index), expr)?;
                let whole = self.symbols.is_collection(target) && !is_indexed(expr);
                let is_container = type_of(self, target).is_none_or(|ty| container(&ty).is_some());
                let is_module = self.symbols.resource(target).is_none();
                (!whole && (is_module || !is_container))
                    .then_some((ProblemKind::ScopeMismatch, "no module is deployed to this"))
            }
        }
    }

    /// The kind of scope that an expression names.
    fn scope_of(&self, index: usize, expr: &Expr) -> Option<ScopeKind> {
        let called = |name: &str| {
            Some(match name {
                "resourceGroup" => ScopeKind::ResourceGroup,
                "subscription" => ScopeKind::Subscription,
                "managementGroup" => ScopeKind::ManagementGroup,
                "tenant" => ScopeKind::Tenant,
                _ => return None,
            })
        };
        match &expr.kind {
            ExprKind::Call { name, .. } => called(&name.text),
            ExprKind::MethodCall { base, name, .. } => match &base.kind {
                ExprKind::Variable(space) if &*space.text == "az" => called(&name.text),
                _ => None,
            },
            ExprKind::Parenthesized(inner) => self.scope_of(index, inner),
            _ => {
                let target = self.symbols.resource_of(Some(index), expr)?;
                container(&type_of(self, target)?)
            }
        }
    }

    fn resource_scope(&mut self, index: usize) {
        let Some(resource) = self.symbols.resource(index) else {
            return;
        };
        let parent = self.symbols.all.get(index).and_then(|one| one.parent);
        let members = members_of(&resource.body).unwrap_or(&[]);
        let scope = property(members, "scope");
        let parent_property = property(members, "parent");
        if let Some(scope) = scope
            && (parent.is_some() || parent_property.is_some())
        {
            let message = "a child resource has the scope of its parent";
            let help = "remove `scope` here, and set it on the parent";
            let place = scope.value.span;
            self.report(ProblemKind::ScopeMismatch, place, message, help);
            return;
        }
        if resource.existing.is_some() {
            return;
        }
        let help = "deploy it with a module whose `scope` is that one";
        if let Some(scope) = scope {
            if self.target(index, &scope.value, MAX_STEPS) == Target::Other {
                let message = "a resource is deployed to the scope of its file only";
                let place = scope.value.span;
                self.report(ProblemKind::ScopeMismatch, place, message, help);
            }
        } else if self.target_of(index, MAX_STEPS) == Target::Other {
            let message =
                "the parent of this resource is in another scope than this file deploys to";
            let place = resource.name.span;
            self.report(ProblemKind::ScopeMismatch, place, message, help);
        }
    }

    /// Where the declaration of a resource says that it is.
    fn target_of(&self, index: usize, steps: usize) -> Target {
        let Some(resource) = self.symbols.resource(index).filter(|_| steps > 0) else {
            return Target::Unknown;
        };
        let members = members_of(&resource.body).unwrap_or(&[]);
        if let Some(scope) = property(members, "scope") {
            return self.target(index, &scope.value, steps);
        }
        if let Some(parent) = property(members, "parent") {
            return match self.symbols.resource_of(Some(index), &parent.value) {
                Some(parent) => self.target_of(parent, steps - 1),
                None => Target::Unknown,
            };
        }
        match self.symbols.all.get(index).and_then(|one| one.parent) {
            Some(parent) => self.target_of(parent, steps - 1),
            None => Target::Same,
        }
    }

    /// Where a `scope` leads.
    fn target(&self, index: usize, expr: &Expr, steps: usize) -> Target {
        let own = self.scope();
        let called = |name: &str, args: usize| match name {
            // Everything can be deployed to the tenant, from everywhere.
            "tenant" => Target::Same,
            "resourceGroup" if args == 0 && own == ScopeKind::ResourceGroup => Target::Same,
            "subscription" if args == 0 && own == ScopeKind::Subscription => Target::Same,
            "managementGroup" if args == 0 && own == ScopeKind::ManagementGroup => Target::Same,
            "resourceGroup" | "subscription" | "managementGroup" => Target::Other,
            _ => Target::Unknown,
        };
        match &expr.kind {
            ExprKind::Call { name, args } => called(&name.text, args.len()),
            ExprKind::MethodCall { base, name, args } => match &base.kind {
                ExprKind::Variable(space) if &*space.text == "az" => called(&name.text, args.len()),
                _ => Target::Unknown,
            },
            _ => {
                let Some(target) = self.symbols.resource_of(Some(index), expr) else {
                    return Target::Unknown;
                };
                let kind = self.symbols.all.get(target).map(|one| one.kind);
                if kind != Some(SymbolKind::Resource) {
                    return Target::Unknown;
                }
                let is_container = type_of(self, target).is_some_and(|ty| container(&ty).is_some());
                if is_container {
                    Target::Other
                } else {
                    self.target_of(target, steps.saturating_sub(1))
                }
            }
        }
    }

    /// The type of a resource without its version, and where it stands.
    pub(super) fn written_type(&self, index: usize) -> Option<(&str, Span)> {
        let resource = self.symbols.resource(index)?;
        let text = resource.ty.text()?;
        let (ty, _) = text.split_once('@').unwrap_or((text, ""));
        Some((ty.strip_prefix("az:").unwrap_or(ty), resource.ty.span))
    }
}

/// The whole type of a resource, with those of the resources that it is nested in.
pub(super) fn type_of(check: &Check<'_>, index: usize) -> Option<String> {
    let (own, _) = check.written_type(index)?;
    match check.symbols.all.get(index)?.parent {
        Some(parent) => Some(format!("{}/{own}", type_of(check, parent)?)),
        None => Some(own.to_owned()),
    }
}

/// Resources that are scopes.
fn container(ty: &str) -> Option<ScopeKind> {
    Some(match ty.to_ascii_lowercase().as_str() {
        "microsoft.resources/resourcegroups" => ScopeKind::ResourceGroup,
        "microsoft.resources/subscriptions" | "microsoft.subscription/aliases" => {
            ScopeKind::Subscription
        }
        "microsoft.management/managementgroups" => ScopeKind::ManagementGroup,
        _ => return None,
    })
}

fn words(scope: ScopeKind) -> &'static str {
    match scope {
        ScopeKind::ResourceGroup => "a resource group",
        ScopeKind::Subscription => "a subscription",
        ScopeKind::ManagementGroup => "a management group",
        ScopeKind::Tenant => "the tenant",
    }
}
