//! `dependsOn`: the resources and modules that a declaration mentions, also through variables, and those it names itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::access::instance;
use super::context::Ctx;
use super::expressions::Lower;
use super::model::{Parts, Symbol};
use super::unit::Doing;
use super::walk::{Visitor, walk, walk_members};
use crate::ir::Expr;
use crate::syntax::bicep::ast::{Expr as Ast, ExprKind, Member};

/// A resource or a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Resource(usize),
    Module(usize),
}

/// Instances of one loop that are told apart.
const MAX_INSTANCES: usize = 64;

/// How something is depended on.
#[derive(Default)]
struct Use {
    /// All of it.
    whole: bool,
    /// Instances of a loop.
    indices: Vec<Arc<Expr>>,
    /// More than its name or id is asked for.
    strong: bool,
}

type Uses = BTreeMap<Target, Use>;

impl<'a> Lower<'a> {
    pub(super) fn resource_depends_on(&self, id: usize, at: Option<&Arc<Expr>>) -> Vec<Expr> {
        let uses = self.resource_uses(id, at);
        self.written(&uses, Target::Resource(id))
    }

    pub(super) fn module_depends_on(&self, at: usize, index: Option<&Arc<Expr>>) -> Vec<Expr> {
        let mut uses = Uses::new();
        if let Some(parts) = self.model.module_parts(at) {
            self.at(&parts, None, index, |ctx| {
                self.uses_of(&parts, ctx, &mut uses);
            });
        }
        self.written(&uses, Target::Module(at))
    }

    fn resource_uses(&self, id: usize, at: Option<&Arc<Expr>>) -> Uses {
        let mut uses = Uses::new();
        if let Some(outer) = self.model.resources.get(id).and_then(|entry| entry.outer) {
            uses.entry(Target::Resource(outer)).or_default().whole = true;
        }
        self.inside(id, at, |parts, ctx| self.uses_of(parts, ctx, &mut uses));
        uses
    }

    fn uses_of(&self, parts: &Parts<'a>, ctx: Ctx<'_>, uses: &mut Uses) {
        let mut collect = Collect {
            lower: self,
            ctx,
            uses,
            seen: BTreeSet::new(),
            weak: false,
            inner: true,
        };
        let mut locals: Vec<&'a str> = Vec::new();
        if let Some(this) = parts.copy {
            walk(&this.array, &mut locals, &mut collect);
            // Of which instance this is asked may be open: then an index that its loop decides can be any.
            let names = std::iter::once(&this.item).chain(this.index.as_ref());
            let open = names.filter(|name| ctx.local(&name.text).is_none());
            locals.extend(open.map(|name| &*name.text));
        }
        if let Some(condition) = parts.condition {
            walk(condition, &mut locals, &mut collect);
        }
        for member in parts.members {
            let Member::Property(property) = member else {
                walk_members(std::slice::from_ref(member), &mut locals, &mut collect);
                continue;
            };
            let name = property.key.text();
            collect.weak = matches!(name, Some("parent" | "scope"));
            walk(&property.value, &mut locals, &mut collect);
            collect.weak = false;
        }
    }

    /// The entries of `dependsOn`, by symbolic name.
    fn written(&self, uses: &Uses, own: Target) -> Vec<Expr> {
        let mut all: BTreeMap<Arc<str>, Vec<Expr>> = BTreeMap::new();
        let mut seen = BTreeSet::from([own]);
        self.collect_written(uses, &mut seen, &mut all);
        all.into_values().flatten().collect()
    }

    fn collect_written(
        &self,
        uses: &Uses,
        seen: &mut BTreeSet<Target>,
        all: &mut BTreeMap<Arc<str>, Vec<Expr>>,
    ) {
        for (target, this) in uses {
            let existing = matches!(target, Target::Resource(id) if self.is_existing(*id));
            let foreign = matches!(target, Target::Resource(id) if self.is_foreign(*id));
            let looked_through = foreign || existing && !(self.unit.symbolic && this.strong);
            if !seen.insert(*target) {
                continue;
            }
            if looked_through {
                let Target::Resource(id) = target else {
                    continue;
                };
                let inner = self.uses_of_instances(*id, this);
                self.collect_written(&inner, seen, all);
                continue;
            }
            let symbol = self.symbol_of(*target);
            let entries = self.entries(*target, this);
            all.entry(symbol).or_default().extend(entries);
        }
    }

    /// What the instances that are asked for depend on.
    fn uses_of_instances(&self, id: usize, this: &Use) -> Uses {
        let mut all = Uses::new();
        let all_of_them = this.whole || this.indices.len() > MAX_INSTANCES;
        let picked = if all_of_them { &[] } else { &*this.indices };
        let each = picked.iter().map(Some);
        let any = picked.is_empty().then_some(None);
        for index in each.chain(any) {
            let doing = Doing::Dependencies(self.model.id(), id);
            let uses = self.unit.guarded(doing, || self.resource_uses(id, index));
            for (target, other) in uses.into_iter().flatten() {
                let own = all.entry(target).or_default();
                own.whole |= other.whole;
                own.strong |= other.strong;
                own.indices.extend(other.indices);
            }
        }
        all
    }

    fn symbol_of(&self, target: Target) -> Arc<str> {
        match target {
            Target::Resource(id) => self.resource_symbol(id),
            Target::Module(at) => {
                let parts = self.model.module_parts(at);
                parts.map_or_else(|| "".into(), |parts| Arc::clone(&parts.name.text))
            }
        }
    }

    fn entries(&self, target: Target, this: &Use) -> Vec<Expr> {
        let span = match target {
            Target::Resource(id) => self.model.resource_parts(id).map(|parts| parts.name.span),
            Target::Module(at) => self.model.module_parts(at).map(|parts| parts.name.span),
        };
        let Some(span) = span else {
            return Vec::new();
        };
        let one = |index: Option<&Arc<Expr>>| match (self.unit.symbolic, target) {
            (true, _) => instance(&self.symbol_of(target), index, span),
            (false, Target::Resource(id)) => match index {
                None if self.is_loop(target) => super::build::text(self.symbol_of(target), span),
                _ => self.resource_id(id, index, span),
            },
            (false, Target::Module(at)) => match index {
                None if self.is_loop(target) => super::build::text(self.symbol_of(target), span),
                _ => self.module_reference(at, index, span),
            },
        };
        if this.whole || this.indices.is_empty() {
            return vec![one(None)];
        }
        this.indices.iter().map(|index| one(Some(index))).collect()
    }

    fn is_loop(&self, target: Target) -> bool {
        let parts = match target {
            Target::Resource(id) => self.model.resource_parts(id),
            Target::Module(at) => self.model.module_parts(at),
        };
        parts.is_some_and(|parts| parts.copy.is_some())
    }
}

struct Collect<'l, 'c, 'a> {
    lower: &'l Lower<'a>,
    ctx: Ctx<'c>,
    uses: &'l mut Uses,
    /// Variables that were looked into.
    seen: BTreeSet<usize>,
    weak: bool,
    /// Not in a variable: names of the declaration's own loop can stand in an index.
    inner: bool,
}

impl<'a> Collect<'_, '_, 'a> {
    /// What a name or a nested name means.
    fn target(&self, expr: &'a Ast, locals: &[&'a str]) -> Option<Target> {
        match &expr.kind {
            ExprKind::Parenthesized(inner) | ExprKind::NonNull(inner) => self.target(inner, locals),
            ExprKind::Variable(name) if !locals.contains(&&*name.text) => {
                if self.inner && self.ctx.local(&name.text).is_some() {
                    return None;
                }
                let within = if self.inner { self.ctx.within } else { None };
                if let Some(id) = self.lower.model.nested(&name.text, within) {
                    return Some(Target::Resource(id));
                }
                match self.lower.model.symbols.get(&name.text)? {
                    Symbol::Resource(id) => Some(Target::Resource(*id)),
                    Symbol::Module(at) => Some(Target::Module(*at)),
                    _ => None,
                }
            }
            ExprKind::Child { base, name } => match self.target(base, locals)? {
                Target::Resource(id) => {
                    self.lower.model.child(id, &name.text).map(Target::Resource)
                }
                Target::Module(_) => None,
            },
            _ => None,
        }
    }

    fn add(&mut self, target: Target, index: Option<&'a Ast>, strong: bool, locals: &[&'a str]) {
        let lowered = index.filter(|index| !uses_any(index, locals)).map(|index| {
            let ctx = if self.inner { self.ctx } else { Ctx::default() };
            Arc::new(self.lower.expr(index, ctx))
        });
        let this = self.uses.entry(target).or_default();
        this.strong |= strong;
        match lowered {
            Some(index) if self.lower.is_loop(target) => this.indices.push(index),
            _ => this.whole = true,
        }
    }

    /// A resource or module, with an index or without.
    fn reach(&mut self, expr: &'a Ast, strong: bool, locals: &[&'a str]) -> bool {
        let (base, index) = match &expr.kind {
            ExprKind::Index { base, index, .. } => (&**base, Some(&**index)),
            ExprKind::NonNull(inner) | ExprKind::Parenthesized(inner) => {
                return self.reach(inner, strong, locals);
            }
            _ => (expr, None),
        };
        let Some(target) = self.target(base, locals) else {
            return false;
        };
        self.add(target, index, strong && !self.weak, locals);
        if let Some(index) = index {
            walk(index, &mut locals.to_vec(), self);
        }
        true
    }
}

impl<'a> Visitor<'a> for Collect<'_, '_, 'a> {
    fn see(&mut self, expr: &'a Ast, locals: &[&'a str]) -> bool {
        match &expr.kind {
            ExprKind::Property { base, name, safe } => {
                let known = !safe && matches!(&*name.text, "id" | "name" | "type" | "apiVersion");
                !self.reach(base, !known, locals)
            }
            ExprKind::MethodCall { base, args, .. } => {
                if !self.reach(base, false, locals) {
                    return true;
                }
                for arg in args {
                    walk(arg, &mut locals.to_vec(), self);
                }
                false
            }
            ExprKind::Variable(name) => {
                if self.reach(expr, true, locals) {
                    return false;
                }
                let hidden = locals.contains(&&*name.text)
                    || (self.inner && self.ctx.local(&name.text).is_some());
                if let Some(Symbol::Variable(at)) = self.lower.model.symbols.get(&name.text)
                    && !hidden
                    && self.seen.insert(*at)
                    && let Some((_, value)) = self.lower.model.variable(*at)
                {
                    let inner = std::mem::replace(&mut self.inner, false);
                    stacker::maybe_grow(128 << 10, 2 << 20, || walk(value, &mut Vec::new(), self));
                    self.inner = inner;
                }
                false
            }
            ExprKind::Index { .. } | ExprKind::Child { .. } => !self.reach(expr, true, locals),
            _ => true,
        }
    }
}

/// Whether an expression uses one of these names.
fn uses_any<'a>(expr: &'a Ast, names: &[&'a str]) -> bool {
    struct Search<'n, 'a> {
        names: &'n [&'a str],
        found: bool,
    }
    impl<'a> Visitor<'a> for Search<'_, 'a> {
        fn see(&mut self, expr: &'a Ast, _: &[&'a str]) -> bool {
            if let ExprKind::Variable(name) = &expr.kind {
                self.found |= self.names.contains(&&*name.text);
            }
            !self.found
        }
    }
    let mut search = Search {
        names,
        found: false,
    };
    walk(expr, &mut Vec::new(), &mut search);
    search.found
}
