//! Resources as others see them: type, name, id, condition, and references to what is known at run time only.

use std::sync::Arc;

use super::access::{instance, segment};
use super::build::{call, invalid, null, shared, text};
use super::catalog::spelled;
use super::context::Ctx;
use super::expressions::Lower;
use super::model::Parts;
use super::scopes::Scope;
use super::unit::Doing;
use crate::ir::{Expr, ScopeKind};
use crate::syntax::bicep::ast::{Expr as Ast, ExprKind};
use crate::text::Span;

/// A resource that another one is a child of, at an index of its loop.
pub(super) type Ancestor = (usize, Option<Arc<Expr>>);

impl<'a> Lower<'a> {
    /// Does something where the names of a resource's or module's loop stand for the item at `at`.
    pub(super) fn at<T>(
        &self,
        parts: &Parts<'a>,
        within: Option<usize>,
        at: Option<&Arc<Expr>>,
        run: impl FnOnce(Ctx<'_>) -> T,
    ) -> T {
        let ctx = Ctx {
            locals: None,
            within,
        };
        match (parts.copy, at) {
            (Some(this), Some(index)) => {
                let items = self.loop_array(this, ctx);
                Self::in_loop(this, &items, index, ctx, run)
            }
            _ => run(ctx),
        }
    }

    /// Does something inside the body of a resource, for one index of its loop.
    pub(super) fn inside<T>(
        &self,
        id: usize,
        at: Option<&Arc<Expr>>,
        run: impl FnOnce(&Parts<'a>, Ctx<'_>) -> T,
    ) -> Option<T> {
        let parts = self.model.resource_parts(id)?;
        let outer = self.model.resources.get(id)?.outer;
        Some(self.at(&parts, outer, at, |ctx| {
            let ctx = Ctx {
                within: Some(id),
                ..ctx
            };
            run(&parts, ctx)
        }))
    }

    /// The symbolic name: `parent::child` for nested ones.
    pub(super) fn resource_symbol(&self, id: usize) -> Arc<str> {
        let entry = self.model.resources.get(id);
        entry.map_or_else(|| "".into(), |entry| Arc::clone(&entry.symbol))
    }

    /// Full type, spelled as the catalog does, and version where one is written.
    pub(super) fn resource_type(&self, id: usize) -> (Arc<str>, Option<Arc<str>>) {
        if let Some(known) = self.unit.types.borrow().get(&(self.model.id(), id)) {
            return known.clone();
        }
        let (written, version) = self.written_type(id);
        let made = (spelled(&written, version.as_deref()), version);
        let mut types = self.unit.types.borrow_mut();
        types.insert((self.model.id(), id), made.clone());
        made
    }

    fn written_type(&self, id: usize) -> (Arc<str>, Option<Arc<str>>) {
        let written = self
            .model
            .resource(id)
            .and_then(|(_, resource)| resource.ty.text());
        let (own, version) = match written.unwrap_or("").split_once('@') {
            Some((own, version)) => (own, Some(Arc::from(version))),
            None => (written.unwrap_or(""), None),
        };
        let outer = self.model.resources.get(id).and_then(|entry| entry.outer);
        match outer {
            Some(outer) => {
                let (full, inherited) = self.written_type(outer);
                (format!("{full}/{own}").into(), version.or(inherited))
            }
            None => (own.into(), version),
        }
    }

    /// Whether a resource belongs to another extension than `az`, which is no resource of Azure: its versions are no days.
    pub(super) fn is_foreign(&self, id: usize) -> bool {
        self.model.has_extensions && !is_day(&self.resource_version(id))
    }

    pub(super) fn resource_version(&self, id: usize) -> Arc<str> {
        self.resource_type(id).1.unwrap_or_else(|| "".into())
    }

    /// The resources it is a child of, outermost first.
    pub(super) fn ancestors(&self, id: usize, at: Option<&Arc<Expr>>) -> Vec<Ancestor> {
        let doing = Doing::Parents(self.model.id(), id);
        self.unit
            .guarded(doing, || self.ancestors_here(id, at))
            .unwrap_or_default()
    }

    fn ancestors_here(&self, id: usize, at: Option<&Arc<Expr>>) -> Vec<Ancestor> {
        let Some(entry) = self.model.resources.get(id) else {
            return Vec::new();
        };
        let parent = match entry.outer {
            Some(outer) => Some((outer, None)),
            None => self.parent(id, at),
        };
        let Some((parent, index)) = parent else {
            return Vec::new();
        };
        let mut all = self.ancestors(parent, index.as_ref());
        all.push((parent, index));
        all
    }

    /// The resource of `parent:`.
    pub(super) fn parent(&self, id: usize, at: Option<&Arc<Expr>>) -> Option<Ancestor> {
        let parts = self.model.resource_parts(id)?;
        let written = parts.property("parent")?;
        let denoted = self.inside(id, at, |_, ctx| self.denoted(&written.value, ctx))??;
        match denoted {
            super::access::Denoted::Resource(parent, index) => Some((parent, index)),
            _ => None,
        }
    }

    /// What is written as its name.
    pub(super) fn resource_name(&self, id: usize, at: Option<&Arc<Expr>>, span: Span) -> Expr {
        let doing = Doing::ResourceName(self.model.id(), id);
        if at.is_none()
            && let Some(known) = self.unit.cache.borrow().get(&(doing, false))
        {
            return shared(known, span);
        }
        let symbol = self.resource_symbol(id);
        let made = self.unit.once(doing, &symbol, span, || {
            let name = self.inside(id, at, |parts, ctx| {
                parts
                    .property("name")
                    .map(|name| self.expr(&name.value, ctx))
            });
            name.flatten()
                .unwrap_or_else(|| invalid(format!("The resource '{symbol}' has no name"), span))
        });
        let made = Arc::new(made);
        if at.is_none() {
            self.unit
                .cache
                .borrow_mut()
                .insert((doing, false), Arc::clone(&made));
        }
        shared(&made, span)
    }

    /// Its name as it is deployed: with those of its parents.
    pub(super) fn full_name(&self, id: usize, at: Option<&Arc<Expr>>, span: Span) -> Expr {
        let ancestors = self.ancestors(id, at);
        let own = self.resource_name(id, at, span);
        if ancestors.is_empty() {
            return own;
        }
        let format: Vec<String> = (0..=ancestors.len())
            .map(|at| format!("{{{at}}}"))
            .collect();
        let mut args = vec![text(format.join("/"), span)];
        args.extend(
            ancestors
                .iter()
                .map(|(id, at)| self.resource_name(*id, at.as_ref(), span)),
        );
        args.push(own);
        call("format", args, span)
    }

    /// A name for each type of its id.
    fn segments(&self, id: usize, at: Option<&Arc<Expr>>, span: Span) -> Vec<Expr> {
        let (full, _) = self.resource_type(id);
        let wanted = full.matches('/').count();
        let ancestors = self.ancestors(id, at);
        let own = self.resource_name(id, at, span);
        if ancestors.is_empty() {
            return split(own, wanted);
        }
        let mut segments = Vec::new();
        for (position, (ancestor, index)) in ancestors.iter().enumerate() {
            let name = self.resource_name(*ancestor, index.as_ref(), span);
            if position == 0 {
                segments.extend(split(name, wanted.saturating_sub(ancestors.len())));
            } else {
                segments.push(name);
            }
        }
        segments.push(own);
        segments
    }

    /// Its id, computed from its name.
    pub(super) fn resource_id(&self, id: usize, at: Option<&Arc<Expr>>, span: Span) -> Expr {
        let (full, _) = self.resource_type(id);
        let segments = self.segments(id, at, span);
        let scope = self.resource_scope(id, at, span);
        self.id_in(&scope, full, segments, span)
    }

    /// The id of something of this type and these names in a scope.
    pub(super) fn id_in(
        &self,
        scope: &Scope,
        full_type: Arc<str>,
        names: Vec<Expr>,
        span: Span,
    ) -> Expr {
        let with_type = |mut before: Vec<Expr>| {
            before.push(text(full_type, span));
            before.extend(names);
            before
        };
        match scope {
            Scope::Own => match self.unit_scope() {
                ScopeKind::ResourceGroup => call("resourceId", with_type(Vec::new()), span),
                ScopeKind::Subscription => {
                    call("subscriptionResourceId", with_type(Vec::new()), span)
                }
                ScopeKind::ManagementGroup => {
                    let group = call("managementGroup", Vec::new(), span);
                    let id = super::build::property(group, "id", span, span);
                    call("extensionResourceId", with_type(vec![id]), span)
                }
                ScopeKind::Tenant => call("tenantResourceId", with_type(Vec::new()), span),
            },
            Scope::ResourceGroup(subscription, group) => {
                let subscription = subscription
                    .clone()
                    .unwrap_or_else(|| own_subscription(span));
                let form = text("/subscriptions/{0}/resourceGroups/{1}", span);
                let id = call("format", vec![form, subscription, group.clone()], span);
                call("extensionResourceId", with_type(vec![id]), span)
            }
            Scope::Subscription(id) => {
                let before = id.iter().cloned().collect();
                call("subscriptionResourceId", with_type(before), span)
            }
            Scope::ManagementGroup(Some(name)) => {
                let group = text("Microsoft.Management/managementGroups", span);
                let id = call("tenantResourceId", vec![group, name.clone()], span);
                call("extensionResourceId", with_type(vec![id]), span)
            }
            Scope::ManagementGroup(None) => {
                let group = call("managementGroup", Vec::new(), span);
                let id = super::build::property(group, "id", span, span);
                call("extensionResourceId", with_type(vec![id]), span)
            }
            Scope::Tenant => call("tenantResourceId", with_type(Vec::new()), span),
            Scope::Resource(id) => call("extensionResourceId", with_type(vec![id.clone()]), span),
            Scope::Unreadable(expr) => expr.clone(),
        }
    }

    /// The scope that the file deploys to.
    pub(super) fn unit_scope(&self) -> ScopeKind {
        self.model.scope
    }

    /// Its condition, with those of the resources it is nested in; none where there is none.
    pub(super) fn resource_condition(&self, id: usize, at: Option<&Arc<Expr>>) -> Option<Expr> {
        let doing = Doing::Condition(self.model.id(), id);
        self.unit
            .guarded(doing, || self.condition_here(id, at))
            .flatten()
    }

    fn condition_here(&self, id: usize, at: Option<&Arc<Expr>>) -> Option<Expr> {
        let outer = self.model.resources.get(id)?.outer;
        let inherited = outer.and_then(|outer| self.resource_condition(outer, None));
        let parts = self.model.resource_parts(id)?;
        let own = parts
            .condition
            .map(|condition| self.at(&parts, outer, at, |ctx| self.condition(condition, ctx)));
        match (inherited, own) {
            (Some(inherited), Some(own)) => {
                let span = own.span;
                Some(call("and", vec![inherited, own], span))
            }
            (inherited, own) => own.or(inherited),
        }
    }

    /// A condition as it is written.
    pub(super) fn condition(&self, condition: &'a Ast, ctx: Ctx<'_>) -> Expr {
        match condition.kind {
            ExprKind::Error => null(condition.span),
            _ => self.data(condition, ctx),
        }
    }

    /// Whether it is only referred to.
    pub(super) fn is_existing(&self, id: usize) -> bool {
        self.model
            .resource(id)
            .is_some_and(|(_, resource)| resource.existing.is_some())
    }

    /// `reference(..)` to it: to its properties, or to all of it.
    pub(super) fn resource_reference(
        &self,
        id: usize,
        at: Option<&Arc<Expr>>,
        full: bool,
        span: Span,
    ) -> Expr {
        let mut args = vec![if self.unit.symbolic {
            instance(&self.resource_symbol(id), at, span)
        } else {
            self.resource_id(id, at, span)
        }];
        if full || !self.unit.symbolic {
            args.push(text(self.resource_version(id), span));
        }
        if full {
            args.push(text("full", span));
        }
        call("reference", args, span)
    }

    /// What `list*` functions are called with.
    pub(super) fn list_target(&self, id: usize, at: Option<&Arc<Expr>>, span: Span) -> Expr {
        if self.unit.symbolic && !self.is_existing(id) {
            return instance(&self.resource_symbol(id), at, span);
        }
        self.resource_id(id, at, span)
    }
}

/// `subscription().subscriptionId`.
pub(super) fn own_subscription(span: Span) -> Expr {
    let subscription = call("subscription", Vec::new(), span);
    super::build::property(subscription, "subscriptionId", span, span)
}

/// A name of several segments, one by one.
fn split(name: Expr, wanted: usize) -> Vec<Expr> {
    if wanted <= 1 {
        return vec![name];
    }
    (0..wanted)
        .map(|position| segment(name.clone(), position))
        .collect()
}

/// Whether a version begins with a day, as those of Azure do: `2024-05-01-preview`.
fn is_day(version: &str) -> bool {
    let mut parts = version.splitn(4, '-');
    [4, 2, 2].into_iter().all(|length| {
        parts.next().is_some_and(|part| {
            part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    })
}
