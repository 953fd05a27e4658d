//! Members, items and methods: of values, resources, modules and namespaces.

use std::sync::Arc;

use super::build::{call, call_at, guarded, index, int, invalid, property, shared, text};
use super::context::{Binding, Ctx};
use super::expressions::{Lower, absent, from_end};
use super::model::Symbol;
use super::unit::Kind;
use crate::ir::{Expr, ExprKind as Ir};
use crate::syntax::bicep::ast::{Expr as Ast, ExprKind, Name};
use crate::text::Span;

/// What stands before a dot, where it is no value.
pub(super) enum Denoted {
    /// A resource; of a loop with the index.
    Resource(usize, Option<Arc<Expr>>),
    /// A module, likewise.
    Module(usize, Option<Arc<Expr>>),
    /// A variable of a lambda over the modules of a loop.
    OneOfModules(Arc<Expr>, usize),
    /// `sys` or `az`.
    Namespace,
    /// `* as name`: the import statement.
    Wildcard(usize),
}

/// A lowered access, and whether what follows still belongs to a chain that a missing member ends.
pub(super) type Chain = (Expr, bool);

impl<'a> Lower<'a> {
    /// What an expression denotes, where that is no value.
    pub(super) fn denoted(&self, ast: &'a Ast, ctx: Ctx<'_>) -> Option<Denoted> {
        match &ast.kind {
            ExprKind::Parenthesized(inner) | ExprKind::NonNull(inner) => self.denoted(inner, ctx),
            ExprKind::Variable(name) => self.denoted_name(&name.text, ctx),
            ExprKind::Child { base, name } => match self.denoted(base, ctx)? {
                Denoted::Resource(id, _) => {
                    Some(Denoted::Resource(self.model.child(id, &name.text)?, None))
                }
                _ => None,
            },
            ExprKind::Index {
                base,
                safe: false,
                from_end: false,
                index,
            } => match self.denoted(base, ctx)? {
                Denoted::Resource(id, None) if self.model.resource_parts(id)?.copy.is_some() => {
                    let index = Arc::new(self.expr(index, ctx));
                    Some(Denoted::Resource(id, Some(index)))
                }
                Denoted::Module(at, None) if self.model.module_parts(at)?.copy.is_some() => {
                    let index = Arc::new(self.expr(index, ctx));
                    Some(Denoted::Module(at, Some(index)))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn denoted_name(&self, name: &str, ctx: Ctx<'_>) -> Option<Denoted> {
        if let Some(local) = ctx.local(name) {
            return match &local.binding {
                Binding::Module(value, at) => Some(Denoted::OneOfModules(Arc::clone(value), *at)),
                _ => None,
            };
        }
        if let Some(id) = self.model.nested(name, ctx.within) {
            return Some(Denoted::Resource(id, None));
        }
        match self.model.symbols.get(name) {
            Some(Symbol::Resource(id)) => Some(Denoted::Resource(*id, None)),
            Some(Symbol::Module(at)) => Some(Denoted::Module(*at, None)),
            Some(Symbol::Wildcard(at)) => Some(Denoted::Wildcard(*at)),
            Some(Symbol::Azure) => Some(Denoted::Namespace),
            None if name == "sys" || name == "az" => Some(Denoted::Namespace),
            _ => None,
        }
    }

    /// An access, and whether it is open at its end.
    pub(super) fn access(&self, ast: &'a Ast, ctx: Ctx<'_>) -> Chain {
        let span = ast.span;
        if let Some(denoted) = self.denoted(ast, ctx) {
            let whole = match denoted {
                Denoted::Resource(id, index) => self.whole_resource(id, index.as_ref(), span),
                Denoted::Module(at, index) => self.whole_module(at, index.as_ref(), span),
                Denoted::OneOfModules(value, _) => shared(&value, span),
                Denoted::Namespace | Denoted::Wildcard(_) => {
                    invalid("A namespace is not a value", span)
                }
            };
            return (whole, false);
        }
        match &ast.kind {
            ExprKind::Property { base, safe, name } => self.property(base, *safe, name, span, ctx),
            ExprKind::Index {
                base,
                safe,
                from_end,
                index,
            } => self.item(base, (*safe, *from_end), index, span, ctx),
            ExprKind::MethodCall { base, name, args } => {
                (self.method(base, name, args, span, ctx), false)
            }
            ExprKind::NonNull(inner) => (self.expr(inner, ctx), false),
            ExprKind::Child { name, .. } => (
                invalid(
                    format!("There is no nested resource '{}' here", name.text),
                    span,
                ),
                false,
            ),
            _ => (self.expr(ast, ctx), false),
        }
    }

    /// What stands before a dot or bracket. Only a member or item directly before goes on with its chain.
    fn base(&self, ast: &'a Ast, ctx: Ctx<'_>) -> Chain {
        match ast.kind {
            ExprKind::Property { .. } | ExprKind::Index { .. } => self.access(ast, ctx),
            _ => (self.expr(ast, ctx), false),
        }
    }

    fn property(&self, base: &'a Ast, safe: bool, name: &Name, span: Span, ctx: Ctx<'_>) -> Chain {
        match self.denoted(base, ctx) {
            Some(Denoted::Resource(id, index)) => {
                return self.resource_property(id, index.as_ref(), safe, name, span);
            }
            Some(Denoted::Module(at, index)) => {
                return self.module_property(at, index.as_ref(), safe, name, span);
            }
            Some(Denoted::Wildcard(at)) => return (self.wildcard_variable(at, name, span), false),
            Some(Denoted::Namespace) => {
                return (
                    invalid(
                        format!("There is no '{}' in this namespace", name.text),
                        span,
                    ),
                    false,
                );
            }
            Some(Denoted::OneOfModules(..)) | None => {}
        }
        if let Some(made) = self.of_base_file(base, name, span, ctx) {
            return (made, false);
        }
        if let Some(made) = self.module_output(base, safe, name, span, ctx) {
            return made;
        }
        let key = text(Arc::clone(&name.text), name.span);
        let (base, open) = self.base(base, ctx);
        if safe {
            return (
                call_at("tryGet".into(), name.span, vec![base, key], span),
                true,
            );
        }
        if open {
            return (push(base, key, span), true);
        }
        (property(base, &name.text, name.span, span), false)
    }

    /// `module.outputs.name`, where the module is what stands before `.outputs`.
    fn module_output(
        &self,
        base: &'a Ast,
        safe: bool,
        name: &Name,
        span: Span,
        ctx: Ctx<'_>,
    ) -> Option<Chain> {
        let ExprKind::Property {
            base: inner,
            name: outputs,
            ..
        } = &base.kind
        else {
            return None;
        };
        if *outputs.text != *"outputs" {
            return None;
        }
        let (at, index) = match self.denoted(inner, ctx)? {
            Denoted::Module(at, index) => (at, index),
            Denoted::OneOfModules(_, at) => (at, None),
            _ => return None,
        };
        let value = |span| text("value", span);
        if self.is_secure_output(at, &name.text) {
            let module = self.module_reference(at, index.as_ref(), span);
            let version = text(super::modules::API_VERSION, span);
            let list = call("listOutputsWithSecureValues", vec![module, version], span);
            return Some((property(list, &name.text, name.span, span), false));
        }
        let key = text(Arc::clone(&name.text), name.span);
        let (base, open) = self.access(base, ctx);
        Some(if safe {
            let output = call_at("tryGet".into(), name.span, vec![base, key], span);
            (call("tryGet", vec![output, value(name.span)], span), true)
        } else if open {
            (push(push(base, key, span), value(name.span), span), true)
        } else {
            let output = property(base, &name.text, name.span, span);
            (property(output, "value", name.span, span), false)
        })
    }

    fn item(
        &self,
        base: &'a Ast,
        (safe, backwards): (bool, bool),
        position: &'a Ast,
        span: Span,
        ctx: Ctx<'_>,
    ) -> Chain {
        // The compiler takes an index into a single resource for the resource as a whole.
        if let Some(Denoted::Resource(id, None)) = self.denoted(base, ctx)
            && !safe
            && self
                .model
                .resource_parts(id)
                .is_some_and(|parts| parts.copy.is_none())
        {
            return (self.whole_resource(id, None, span), false);
        }
        let key = self.expr(position, ctx);
        let (base, open) = self.base(base, ctx);
        match (safe, backwards) {
            (true, false) => (call("tryGet", vec![base, key], span), true),
            (true, true) => (call("tryIndexFromEnd", vec![base, key], span), true),
            (false, false) if open => (push(base, key, span), true),
            (false, true) if open => (push(base, from_end(key), span), true),
            (false, false) => (index(base, key, span), false),
            (false, true) => (call("indexFromEnd", vec![base, key], span), false),
        }
    }

    fn method(
        &self,
        base: &'a Ast,
        name: &'a Name,
        args: &'a [Ast],
        span: Span,
        ctx: Ctx<'_>,
    ) -> Expr {
        match self.denoted(base, ctx) {
            Some(Denoted::Namespace) => self.function(name, args, span, ctx),
            Some(Denoted::Wildcard(at)) => {
                self.imported_call(at, &name.text, name.span, args, span, ctx)
            }
            Some(Denoted::Resource(id, index)) => {
                let mut lowered: Vec<Expr> = args.iter().map(|arg| self.expr(arg, ctx)).collect();
                let version = if lowered.is_empty() {
                    text(self.resource_version(id), span)
                } else {
                    lowered.remove(0)
                };
                lowered.insert(0, version);
                lowered.insert(0, self.list_target(id, index.as_ref(), span));
                call_at(Arc::clone(&name.text), name.span, lowered, span)
            }
            _ => invalid(format!("There is no function '{}' here", name.text), span),
        }
    }

    fn wildcard_variable(&self, at: usize, name: &Name, span: Span) -> Expr {
        self.imported_variable(at, &name.text, span)
    }

    /// A call of a function of another file.
    pub(super) fn imported_call(
        &self,
        at: usize,
        there: &Arc<str>,
        name_span: Span,
        args: &'a [Ast],
        span: Span,
        ctx: Ctx<'_>,
    ) -> Expr {
        let args = args.iter().map(|arg| self.expr(arg, ctx)).collect();
        if let Ok(origin) = self.unit.session.import(self.model, at) {
            let emitted = self.unit.take(Kind::Function, &origin, there);
            user_call(&emitted, name_span, args, span)
        } else {
            let from = self.model.import_from(at).and_then(Ast::text).unwrap_or("");
            absent(&format!("__bicep.{there}"), there, from, span)
        }
    }

    /// A resource as a value: all that is known of it at run time, of a loop without index an array.
    pub(super) fn whole_resource(&self, id: usize, at: Option<&Arc<Expr>>, span: Span) -> Expr {
        if self.is_foreign(id) {
            let symbol = self.resource_symbol(id);
            return absent("reference", &symbol, &symbol, span);
        }
        let is_loop = self
            .model
            .resource_parts(id)
            .is_some_and(|parts| parts.copy.is_some());
        if is_loop && at.is_none() {
            let symbol = self.resource_symbol(id);
            return call(
                "references",
                vec![text(symbol, span), text("full", span)],
                span,
            );
        }
        self.resource_reference(id, at, true, span)
    }

    /// A module as a value.
    pub(super) fn whole_module(&self, at: usize, index: Option<&Arc<Expr>>, span: Span) -> Expr {
        let parts = self.model.module_parts(at);
        if index.is_none() && parts.is_some_and(|parts| parts.copy.is_some()) {
            let name = parts.map_or("", |parts| &parts.name.text);
            return call("references", vec![text(name, span)], span);
        }
        self.module_object(at, index, span)
    }

    fn resource_property(
        &self,
        id: usize,
        at: Option<&Arc<Expr>>,
        safe: bool,
        name: &Name,
        span: Span,
    ) -> Chain {
        if self.is_foreign(id) {
            return (
                property(
                    self.whole_resource(id, at, span),
                    &name.text,
                    name.span,
                    span,
                ),
                false,
            );
        }
        let is_loop = self
            .model
            .resource_parts(id)
            .is_some_and(|parts| parts.copy.is_some());
        if is_loop && at.is_none() {
            return (
                invalid("A loop of resources needs an index here", span),
                false,
            );
        }
        let key = |name: &Name| text(Arc::clone(&name.text), name.span);
        let known = match &*name.text {
            "id" => Some(self.resource_id(id, at, span)),
            "name" => Some(self.resource_name(id, at, span)),
            "type" => Some(text(self.resource_type(id).0, span)),
            "apiVersion" => Some(text(self.resource_version(id), span)),
            _ => None,
        };
        if safe {
            let condition = self.resource_condition(id, at);
            if let Some(known) = known {
                return (guarded(condition, known), false);
            }
            let full = guarded(condition, self.resource_reference(id, at, true, span));
            let args = vec![full, key(name)];
            return (call_at("tryGet".into(), name.span, args, span), true);
        }
        let made = known.unwrap_or_else(|| match &*name.text {
            "properties" => self.resource_reference(id, at, false, span),
            other => {
                let full = self.resource_reference(id, at, true, span);
                property(full, other, name.span, span)
            }
        });
        (made, false)
    }

    fn module_property(
        &self,
        at: usize,
        index: Option<&Arc<Expr>>,
        safe: bool,
        name: &Name,
        span: Span,
    ) -> Chain {
        let is_loop = self
            .model
            .module_parts(at)
            .is_some_and(|parts| parts.copy.is_some());
        if is_loop && index.is_none() {
            return (
                invalid("A loop of modules needs an index here", span),
                false,
            );
        }
        match &*name.text {
            "name" => {
                let condition = self.module_condition(at, index).filter(|_| safe);
                (guarded(condition, self.module_name(at, index, span)), false)
            }
            _ if safe => {
                let condition = self.module_condition(at, index);
                let whole = guarded(condition, self.module_object(at, index, span));
                let key = text(Arc::clone(&name.text), name.span);
                (
                    call_at("tryGet".into(), name.span, vec![whole, key], span),
                    true,
                )
            }
            other => {
                let whole = self.module_object(at, index, span);
                (property(whole, other, name.span, span), false)
            }
        }
    }
}

/// A call of a user-defined function.
pub(super) fn user_call(name: &str, name_span: Span, args: Vec<Expr>, span: Span) -> Expr {
    Expr {
        kind: Ir::Call {
            name: format!("__bicep.{name}").into(),
            name_span,
            args: args.into(),
        },
        span,
    }
}

/// One more step of a chain of safe accesses.
fn push(mut chain: Expr, key: Expr, span: Span) -> Expr {
    if let Ir::Call { args, .. } = &mut chain.kind {
        let mut longer = std::mem::take(args).into_vec();
        longer.push(key);
        *args = longer.into();
    }
    chain.span = span;
    chain
}

/// `symbol[index]` as the text that `reference` takes.
pub(super) fn instance(symbol: &Arc<str>, at: Option<&Arc<Expr>>, span: Span) -> Expr {
    match at {
        None => text(Arc::clone(symbol), span),
        Some(at) => {
            if let Ir::Int(position) = at.own().kind {
                text(format!("{symbol}[{position}]"), span)
            } else {
                let format = text(format!("{symbol}[{{0}}]"), span);
                call("format", vec![format, shared(at, at.span)], span)
            }
        }
    }
}

/// `split(name, '/')[position]`.
pub(super) fn segment(name: Expr, position: usize) -> Expr {
    let span = name.span;
    let parts = call("split", vec![name, text("/", span)], span);
    index(parts, int(i64::try_from(position).unwrap_or(0), span), span)
}
