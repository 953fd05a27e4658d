//! Modules to nested deployments: their template, what is handed to it, and what others see of them.

use std::sync::Arc;

use super::access::{Denoted, instance};
use super::build::{call, entry, invalid, object, shared, text};
use super::context::Ctx;
use super::expressions::{Lower, loop_of};
use super::model::Parts;
use super::scopes::Scope;
use super::unit::Doing;
use crate::finding::{Level, Problem, ProblemKind};
use crate::ir::{
    Argument, ArgumentValue, Expr, Name, NestedDeployment, ResourceDeclaration, TemplateSource,
};
use crate::syntax::bicep::ast::{Expr as Ast, ExprKind, Member, Property, StatementKind};
use crate::text::Span;

/// The version that the compiler of language level 0.47 writes.
pub(super) const API_VERSION: &str = "2025-04-01";
const TYPE: &str = "Microsoft.Resources/deployments";

/// Longest name of a deployment, and what a generated one ends with: `uniqueString`.
const MAX_NAME: usize = 64;
const UNIQUE: usize = 13;

impl<'a> Lower<'a> {
    fn inside_module<T>(
        &self,
        at: usize,
        index: Option<&Arc<Expr>>,
        run: impl FnOnce(&Parts<'a>, Ctx<'_>) -> T,
    ) -> Option<T> {
        let parts = self.model.module_parts(at)?;
        Some(self.at(&parts, None, index, |ctx| run(&parts, ctx)))
    }

    /// Its name: the one that is written, or a generated one.
    pub(super) fn module_name(&self, at: usize, index: Option<&Arc<Expr>>, span: Span) -> Expr {
        let doing = Doing::ModuleName(self.model.id(), at);
        let symbol = self
            .model
            .module_parts(at)
            .map_or("", |parts| &parts.name.text);
        self.unit.once(doing, symbol, span, || {
            let name = self.inside_module(at, index, |parts, ctx| {
                parts
                    .property("name")
                    .map(|name| self.expr(&name.value, ctx))
            });
            name.flatten()
                .unwrap_or_else(|| generated_name(symbol, index, span))
        })
    }

    pub(super) fn module_condition(&self, at: usize, index: Option<&Arc<Expr>>) -> Option<Expr> {
        let doing = Doing::ModuleCondition(self.model.id(), at);
        self.unit
            .guarded(doing, || {
                self.inside_module(at, index, |parts, ctx| {
                    parts
                        .condition
                        .map(|condition| self.condition(condition, ctx))
                })
            })
            .flatten()
            .flatten()
    }

    /// Its symbolic name or id.
    pub(super) fn module_reference(
        &self,
        at: usize,
        index: Option<&Arc<Expr>>,
        span: Span,
    ) -> Expr {
        let symbol = self
            .model
            .module_parts(at)
            .map(|parts| Arc::clone(&parts.name.text));
        if self.unit.symbolic {
            return instance(&symbol.unwrap_or_else(|| "".into()), index, span);
        }
        let name = self.module_name(at, index, span);
        let scope = self.module_scope(at, index);
        self.id_in(&scope, TYPE.into(), vec![name], span)
    }

    /// `reference(..)` to it.
    pub(super) fn module_object(&self, at: usize, index: Option<&Arc<Expr>>, span: Span) -> Expr {
        let mut args = vec![self.module_reference(at, index, span)];
        if !self.unit.symbolic {
            args.push(text(API_VERSION, span));
        }
        call("reference", args, span)
    }

    fn module_scope(&self, at: usize, index: Option<&Arc<Expr>>) -> Scope {
        let doing = Doing::ModuleScope(self.model.id(), at);
        let found = self.unit.guarded(doing, || {
            self.inside_module(at, index, |parts, ctx| {
                parts
                    .property("scope")
                    .map(|scope| self.scope(&scope.value, ctx))
            })
        });
        found.flatten().flatten().unwrap_or(Scope::Own)
    }

    /// Whether an output of a module must not be shown.
    pub(super) fn is_secure_output(&self, at: usize, output: &str) -> bool {
        let Some(path) = self.module_path(at) else {
            return false;
        };
        self.unit
            .session
            .is_secure_output(self.model.id(), path, output)
    }

    pub(super) fn module_path(&self, at: usize) -> Option<&'a str> {
        match &self.model.statement(at)?.kind {
            StatementKind::Module { path, .. } => path.text(),
            _ => None,
        }
    }

    /// The nested deployment.
    pub(super) fn module(&self, at: usize) -> Option<ResourceDeclaration> {
        let parts = self.model.module_parts(at)?;
        let index = parts
            .copy
            .map(|this| Arc::new(call("copyIndex", Vec::new(), this.item.span)));
        let index = index.as_ref();
        let span = parts.name.span;
        let scope = self.module_scope(at, index);
        let location = self.deployment_location(&scope, span);
        let to = Self::module_whereabouts(scope, span);
        let (parameters, computed) =
            self.at(&parts, None, index, |ctx| self.arguments(&parts, ctx));
        let deployment = NestedDeployment {
            template: self.template(at),
            parameters,
            computed_parameters: computed,
            parameters_link: None,
            outer: false,
            location,
        };
        let place = parts.statement.span;
        let name_place = parts.property("name").map_or(span, |name| name.value.span);
        let mut name = self.module_name(at, index, name_place);
        name.span = name_place;
        Some(ResourceDeclaration {
            symbol: self.unit.symbolic.then(|| Name {
                text: Arc::clone(&parts.name.text),
                place: span,
            }),
            existing: false,
            condition: self.module_condition(at, index),
            copy: self.copy_of(&parts, &parts.name.text, None),
            resource_type: Name {
                text: TYPE.into(),
                place: span,
            },
            name,
            api_version: Some(text(API_VERSION, span)),
            scope: to.scope,
            subscription: to.subscription,
            resource_group: to.resource_group,
            depends_on: self.module_depends_on(at, index),
            body: Vec::new(),
            children: Vec::new(),
            deployment: Some(Box::new(deployment)),
            place,
        })
    }

    fn template(&self, at: usize) -> TemplateSource {
        let Some(StatementKind::Module { path, .. }) =
            self.model.statement(at).map(|statement| &statement.kind)
        else {
            return TemplateSource::Missing;
        };
        let place = path.span;
        let Some(path) = path.text() else {
            if !matches!(path.kind, ExprKind::Error) {
                let message = "The path of a module is a text that is written out";
                self.unit
                    .problem(Problem::error(ProblemKind::ModuleNotFound, place, message));
            }
            return TemplateSource::Absent {
                module: "?".into(),
                reason: "its path is not known".into(),
                help: None,
                place,
            };
        };
        match self.unit.session.module(self.model.id(), path) {
            Ok(template) => TemplateSource::Inline(template),
            Err(unreached) => {
                if unreached.level == Level::Error {
                    let message =
                        format!("The module '{path}' cannot be read: {}", unreached.reason);
                    let mut problem = Problem::error(ProblemKind::ModuleNotFound, place, message);
                    problem.help.clone_from(&unreached.help);
                    self.unit.problem(problem);
                }
                TemplateSource::Absent {
                    module: path.into(),
                    reason: unreached.reason.into(),
                    help: unreached.help.map(Into::into),
                    place,
                }
            }
        }
    }

    /// The values for its parameters: one by one, or all by an expression.
    fn arguments(&self, parts: &Parts<'a>, ctx: Ctx<'_>) -> (Vec<Argument>, Option<Expr>) {
        let Some(params) = parts.property("params") else {
            return (Vec::new(), None);
        };
        let ExprKind::Object(members) = &params.value.unparenthesized().kind else {
            return (Vec::new(), None);
        };
        let arguments = members.iter().filter_map(|member| match member {
            Member::Property(property) => self.argument(property, ctx),
            Member::Spread(_) | Member::Resource(_) => None,
        });
        (arguments.collect(), None)
    }

    fn argument(&self, property: &'a Property, ctx: Ctx<'_>) -> Option<Argument> {
        let name = Name {
            text: property.key.text()?.into(),
            place: property.key.span(),
        };
        let value = match loop_of(&property.value) {
            Some(this) => {
                let span = property.value.span;
                let member = self.property_loop(text("value", span), this, span, ctx);
                ArgumentValue::Computed(object(vec![member], span))
            }
            None => self.argument_value(&property.value, ctx),
        };
        Some(Argument { name, value })
    }

    fn argument_value(&self, value: &'a Ast, ctx: Ctx<'_>) -> ArgumentValue {
        if let Some((vault, secret)) = self.secret(value, ctx) {
            return ArgumentValue::KeyVault {
                place: value.span,
                vault,
                secret,
            };
        }
        match &value.unparenthesized().kind {
            ExprKind::Ternary { .. } => ArgumentValue::Computed(self.branch(value, ctx)),
            _ => ArgumentValue::Value(self.data(value, ctx)),
        }
    }

    /// A value that is chosen by a condition: each choice is an entry of its own.
    fn branch(&self, value: &'a Ast, ctx: Ctx<'_>) -> Expr {
        let span = value.span;
        if let ExprKind::Ternary {
            condition,
            then,
            otherwise,
        } = &value.unparenthesized().kind
        {
            let args = vec![
                self.expr(condition, ctx),
                self.branch(then, ctx),
                self.branch(otherwise, ctx),
            ];
            return call("if", args, span);
        }
        match self.secret(value, ctx) {
            Some((vault, secret)) => {
                let vault = object(vec![entry("id", vault)], span);
                let reference = vec![entry("keyVault", vault), entry("secretName", secret)];
                object(vec![entry("reference", object(reference, span))], span)
            }
            None => object(vec![entry("value", self.expr(value, ctx))], span),
        }
    }

    /// `vault.getSecret('name')`: the vault's id and the secret's name.
    fn secret(&self, value: &'a Ast, ctx: Ctx<'_>) -> Option<(Expr, Expr)> {
        let ExprKind::MethodCall { base, name, args } = &value.unparenthesized().kind else {
            return None;
        };
        if *name.text != *"getSecret" {
            return None;
        }
        match self.denoted(base, ctx)? {
            Denoted::Resource(id, at) => {
                let vault = self.resource_id(id, at.as_ref(), base.span);
                let secret = args.first().map_or_else(
                    || invalid("'getSecret' needs the name of a secret", value.span),
                    |secret| self.expr(secret, ctx),
                );
                Some((vault, secret))
            }
            _ => None,
        }
    }
}

/// `format('symbol-{0}', uniqueString('symbol', deployment().name))`; of a loop with the index first.
fn generated_name(symbol: &str, index: Option<&Arc<Expr>>, span: Span) -> Expr {
    // The index of a loop has up to three digits.
    let taken = if index.is_some() { 1 + 3 } else { 0 } + 1 + UNIQUE;
    let short: String = symbol.chars().take(MAX_NAME - taken).collect();
    let deployment =
        super::build::property(call("deployment", Vec::new(), span), "name", span, span);
    let unique = call("uniqueString", vec![text(symbol, span), deployment], span);
    let args = match index {
        None => vec![text(format!("{short}-{{0}}"), span), unique],
        Some(index) => vec![
            text(format!("{short}-{{0}}-{{1}}"), span),
            shared(index, span),
            unique,
        ],
    };
    call("format", args, span)
}
