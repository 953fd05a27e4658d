//! `scope:` of resources and modules: where they go, and how templates write that.

use std::sync::Arc;

use super::access::Denoted;
use super::build::{call, invalid, property, text};
use super::context::Ctx;
use super::expressions::Lower;
use super::ids::own_subscription;
use super::unit::Doing;
use crate::ir::{Expr, ScopeKind};
use crate::syntax::bicep::ast::{Expr as Ast, ExprKind};
use crate::text::Span;

/// Where something is deployed.
#[derive(Clone, Debug)]
pub(super) enum Scope {
    /// Where the file goes.
    Own,
    /// A resource group: subscription, where it is another one, and name.
    ResourceGroup(Option<Expr>, Expr),
    /// A subscription; none for the own one.
    Subscription(Option<Expr>),
    /// A management group; none for the own one.
    ManagementGroup(Option<Expr>),
    /// The tenant.
    Tenant,
    /// On another resource: its id.
    Resource(Expr),
    /// No scope.
    Unreadable(Expr),
}

/// The members with which a template says where something goes.
#[derive(Default)]
pub(super) struct Whereabouts {
    pub(super) scope: Option<Expr>,
    pub(super) subscription: Option<Expr>,
    pub(super) resource_group: Option<Expr>,
}

impl<'a> Lower<'a> {
    /// Where a resource goes: children go where the outermost of their parents goes.
    pub(super) fn resource_scope(&self, id: usize, at: Option<&Arc<Expr>>, span: Span) -> Scope {
        let doing = Doing::ResourceScope(self.model.id(), id);
        let found = self
            .unit
            .guarded(doing, || self.resource_scope_here(id, at, span));
        found.unwrap_or_else(|| {
            let message = format!("The scope of '{}' needs itself", self.resource_symbol(id));
            Scope::Unreadable(invalid(message, span))
        })
    }

    fn resource_scope_here(&self, id: usize, at: Option<&Arc<Expr>>, span: Span) -> Scope {
        if let Some((ancestor, index)) = self.ancestors(id, at).into_iter().next() {
            return self.resource_scope(ancestor, index.as_ref(), span);
        }
        let scope = self.inside(id, at, |parts, ctx| {
            parts
                .property("scope")
                .map(|scope| self.scope(&scope.value, ctx))
        });
        scope.flatten().unwrap_or(Scope::Own)
    }

    /// What is written after `scope:`.
    pub(super) fn scope(&self, ast: &'a Ast, ctx: Ctx<'_>) -> Scope {
        let span = ast.span;
        match self.denoted(ast, ctx) {
            Some(Denoted::Resource(id, at)) => {
                return self.scope_of_resource(id, at.as_ref(), span);
            }
            Some(_) => return Scope::Unreadable(invalid("This is no scope", span)),
            None => {}
        }
        let unparenthesized = ast.unparenthesized();
        let (name, args) = match &unparenthesized.kind {
            ExprKind::Call { name, args } | ExprKind::MethodCall { name, args, .. } => {
                (&*name.text, args)
            }
            // The compiler leaves out a scope that is chosen by a condition, also through a variable.
            ExprKind::Variable(_) | ExprKind::Ternary { .. } => return Scope::Own,
            _ => return Scope::Unreadable(invalid("This is no scope", span)),
        };
        let mut args = args.iter().map(|arg| self.expr(arg, ctx));
        match (name, args.next(), args.next()) {
            ("resourceGroup", None, _) => Scope::Own,
            ("resourceGroup", Some(group), None) => Scope::ResourceGroup(None, group),
            ("resourceGroup", Some(subscription), Some(group)) => {
                Scope::ResourceGroup(Some(subscription), group)
            }
            ("subscription", id, _) => Scope::Subscription(id),
            ("managementGroup", name, _) => Scope::ManagementGroup(name),
            ("tenant", ..) if self.model.scope == ScopeKind::Tenant => Scope::Own,
            ("tenant", ..) => Scope::Tenant,
            _ => Scope::Unreadable(invalid("This is no scope", span)),
        }
    }

    fn scope_of_resource(&self, id: usize, at: Option<&Arc<Expr>>, span: Span) -> Scope {
        let (full, _) = self.resource_type(id);
        let name = || self.resource_name(id, at, span);
        if full.eq_ignore_ascii_case("Microsoft.Resources/resourceGroups") {
            let subscription = match self.resource_scope(id, at, span) {
                Scope::Subscription(id) => id,
                _ => None,
            };
            return Scope::ResourceGroup(subscription, name());
        }
        if full.eq_ignore_ascii_case("Microsoft.Management/managementGroups") {
            return Scope::ManagementGroup(Some(name()));
        }
        Scope::Resource(self.resource_id(id, at, span))
    }

    /// The members that send a resource to its scope.
    pub(super) fn resource_whereabouts(&self, scope: Scope, span: Span) -> Whereabouts {
        match scope {
            Scope::Resource(id) => Whereabouts {
                scope: Some(id),
                ..Whereabouts::default()
            },
            Scope::Tenant if self.model.scope != ScopeKind::Tenant => Whereabouts {
                scope: Some(text("/", span)),
                ..Whereabouts::default()
            },
            other => Self::module_whereabouts(other, span),
        }
    }

    /// The members that send a nested deployment to its scope.
    pub(super) fn module_whereabouts(scope: Scope, span: Span) -> Whereabouts {
        match scope {
            Scope::Own | Scope::ManagementGroup(None) => Whereabouts::default(),
            Scope::ResourceGroup(subscription, group) => Whereabouts {
                subscription,
                resource_group: Some(group),
                scope: None,
            },
            Scope::Subscription(id) => Whereabouts {
                subscription: Some(id.unwrap_or_else(|| own_subscription(span))),
                ..Whereabouts::default()
            },
            Scope::ManagementGroup(Some(name)) => {
                let form = text("Microsoft.Management/managementGroups/{0}", span);
                Whereabouts {
                    scope: Some(call("format", vec![form, name], span)),
                    ..Whereabouts::default()
                }
            }
            Scope::Tenant => Whereabouts {
                scope: Some(text("/", span)),
                ..Whereabouts::default()
            },
            Scope::Resource(expr) | Scope::Unreadable(expr) => Whereabouts {
                scope: Some(expr),
                ..Whereabouts::default()
            },
        }
    }

    /// The kind of scope that something goes to.
    pub(super) fn scope_kind(&self, scope: &Scope) -> ScopeKind {
        match scope {
            Scope::Own | Scope::Resource(_) | Scope::Unreadable(_) => self.model.scope,
            Scope::ResourceGroup(..) => ScopeKind::ResourceGroup,
            Scope::Subscription(_) => ScopeKind::Subscription,
            Scope::ManagementGroup(_) => ScopeKind::ManagementGroup,
            Scope::Tenant => ScopeKind::Tenant,
        }
    }

    /// `location` of a nested deployment that does not go to a resource group.
    pub(super) fn deployment_location(&self, scope: &Scope, span: Span) -> Option<Expr> {
        if self.scope_kind(scope) == ScopeKind::ResourceGroup {
            return None;
        }
        let function = match self.model.scope {
            ScopeKind::ResourceGroup => "resourceGroup",
            _ => "deployment",
        };
        Some(property(
            call(function, Vec::new(), span),
            "location",
            span,
            span,
        ))
    }
}
