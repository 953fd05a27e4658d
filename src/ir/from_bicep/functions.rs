//! Calls: of the template's functions, of functions that files declare, and of those that exist only while compiling.

use std::sync::Arc;

use super::access::{Denoted, user_call};
use super::build::{call_at, invalid, named, text};
use super::context::{Binding, Ctx, Local};
use super::expressions::Lower;
use super::model::Symbol;
use super::unit::Kind;
use crate::ir::{Expr, UserFunction};
use crate::syntax::bicep::ast::{Expr as Ast, ExprKind, Name, StatementKind};
use crate::text::Span;

impl<'a> Lower<'a> {
    /// `name(args)`.
    pub(super) fn call(&self, name: &'a Name, args: &'a [Ast], span: Span, ctx: Ctx<'_>) -> Expr {
        match self.model.symbols.get(&name.text) {
            Some(Symbol::Function(_)) => {
                let args = args.iter().map(|arg| self.expr(arg, ctx)).collect();
                let emitted = self.emitted(Kind::Function, &name.text);
                user_call(&emitted, name.span, args, span)
            }
            Some(Symbol::Imported(at, there)) => {
                self.imported_call(*at, there, name.span, args, span, ctx)
            }
            _ => self.function(name, args, span, ctx),
        }
    }

    /// A call of a function of the language.
    pub(super) fn function(
        &self,
        name: &'a Name,
        args: &'a [Ast],
        span: Span,
        ctx: Ctx<'_>,
    ) -> Expr {
        match (&*name.text, args) {
            ("any", [arg]) => self.expr(arg, ctx),
            ("nameof", [arg]) => match name_of(arg) {
                Some(last) => text(last, span),
                None => invalid("'nameof' needs a name", span),
            },
            ("externalInput", _) => self.external_input(args, span, ctx),
            ("readEnvironmentVariable", _) => self.environment_variable(args, span, ctx),
            (load, _) if is_load(load) => self.load(load, args, span),
            _ => {
                let first = args.first().and_then(|first| self.modules_of(first, ctx));
                let mut lowered = Vec::with_capacity(args.len());
                for arg in args {
                    lowered.push(match &arg.unparenthesized().kind {
                        ExprKind::Lambda { params, body } => {
                            self.lambda(&name.text, params, body, first, arg.span, ctx)
                        }
                        _ => self.expr(arg, ctx),
                    });
                }
                call_at(Arc::clone(&name.text), name.span, lowered, span)
            }
        }
    }

    /// The module whose whole loop an expression is.
    fn modules_of(&self, arg: &'a Ast, ctx: Ctx<'_>) -> Option<usize> {
        if let ExprKind::Call { name, args } = &arg.kind
            && matches!(&*name.text, "filter" | "sort" | "skip" | "take")
        {
            return self.modules_of(args.first()?, ctx);
        }
        match self.denoted(arg, ctx)? {
            Denoted::Module(at, None) => {
                self.model.module_parts(at)?.copy?;
                Some(at)
            }
            _ => None,
        }
    }

    /// `lambda('x', body)`.
    fn lambda(
        &self,
        function: &str,
        params: &'a [Name],
        body: &'a Ast,
        modules: Option<usize>,
        span: Span,
        ctx: Ctx<'_>,
    ) -> Expr {
        let mut args: Vec<Expr> = params
            .iter()
            .map(|param| text(Arc::clone(&param.text), param.span))
            .collect();
        let is_item = |position: usize| match function {
            "reduce" => position == 1,
            "sort" => true,
            _ => position == 0,
        };
        let items: Vec<bool> = (0..params.len()).map(is_item).collect();
        let bound: Vec<(&'a Name, Option<usize>)> = params
            .iter()
            .zip(items)
            .map(|(param, item)| (param, modules.filter(|_| item)))
            .collect();
        args.push(self.with_lambda(&bound, body, ctx));
        call_at("lambda".into(), span, args, span)
    }

    fn with_lambda(
        &self,
        params: &[(&'a Name, Option<usize>)],
        body: &'a Ast,
        ctx: Ctx<'_>,
    ) -> Expr {
        let Some(((param, module), rest)) = params.split_first() else {
            return self.expr(body, ctx);
        };
        let value = Arc::new(named("lambdaVariables", &param.text, param.span));
        let local = Local {
            name: &param.text,
            binding: match module {
                Some(at) => Binding::Module(value, *at),
                None => Binding::Value(value),
            },
            outer: ctx.locals,
        };
        let inner = Ctx {
            locals: Some(&local),
            ..ctx
        };
        self.with_lambda(rest, body, inner)
    }

    /// A function that the file declares.
    pub(super) fn user_function(&self, at: usize, emitted: &str) -> Option<UserFunction> {
        let statement = self.model.statement(at)?;
        let StatementKind::Func {
            params,
            returns,
            body,
            ..
        } = &statement.kind
        else {
            return None;
        };
        let parameters = params.iter().map(|param| {
            let definition = self.type_definition(&param.ty, &[]);
            (Arc::clone(&param.name.text), definition)
        });
        let names: Vec<&'a Name> = params.iter().map(|param| &param.name).collect();
        Some(UserFunction {
            name: format!("__bicep.{emitted}").into(),
            parameters: parameters.collect(),
            output_type: self.type_definition(returns, &[]),
            body: self.with_parameters(&names, body, Ctx::default()),
            span: statement.span,
        })
    }

    fn with_parameters(&self, params: &[&'a Name], body: &'a Ast, ctx: Ctx<'_>) -> Expr {
        let Some((param, rest)) = params.split_first() else {
            return self.data(body, ctx);
        };
        let value = Arc::new(named("parameters", &param.text, param.span));
        let local = Local {
            name: &param.text,
            binding: Binding::Value(value),
            outer: ctx.locals,
        };
        let inner = Ctx {
            locals: Some(&local),
            ..ctx
        };
        self.with_parameters(rest, body, inner)
    }
}

/// The last name of what is written in `nameof`.
fn name_of(arg: &Ast) -> Option<Arc<str>> {
    match &arg.kind {
        ExprKind::Variable(name)
        | ExprKind::Property { name, .. }
        | ExprKind::Child { name, .. } => Some(Arc::clone(&name.text)),
        ExprKind::Parenthesized(inner) | ExprKind::NonNull(inner) => name_of(inner),
        ExprKind::Index { base, index, .. } => match &index.kind {
            ExprKind::Text(text) => Some(Arc::clone(text)),
            _ => name_of(base),
        },
        _ => None,
    }
}

/// Functions that read files while the template is compiled.
pub(super) fn is_load(function: &str) -> bool {
    matches!(
        function,
        "loadTextContent"
            | "loadFileAsBase64"
            | "loadJsonContent"
            | "loadYamlContent"
            | "loadDirectoryFileInfo"
    )
}
