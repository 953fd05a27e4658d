//! Calls of user-defined functions: own parameters, checked types, no recursion.

use std::sync::Arc;

use super::runtime::undefined;
use super::{Outcome, check_range};
use crate::eval::interpret::{Active, Interpreter};
use crate::eval::value::{Residual, Value};
use crate::eval::{Context, ContextOrigins, Failure, Place, Scope, equal_ignoring_case};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{Expr, ScopeKind, TypeDefinition, UserFunction};
use crate::text::Span;

pub(super) fn call(
    interpreter: &Interpreter<'_>,
    name: &str,
    name_span: Span,
    span: Span,
    args: &[Expr],
) -> Outcome {
    let scope = interpreter.scope;
    let Some(function) = scope.user_function(name) else {
        let text = format!("There is no function `{name}`");
        return Err(undefined(name_span, text));
    };
    let mut outer = interpreter.active;
    while let Some(active) = outer {
        if equal_ignoring_case(active.name, &function.name) {
            let text = format!("The function `{}` calls itself", function.name);
            return Err(Problem::error(ProblemKind::Cycle, span, text).into());
        }
        outer = active.outer;
    }
    let count = function.parameters.len();
    check_range(&function.name, (count, count), args.len(), span)?;
    let active = Active {
        name: &function.name,
        outer: interpreter.active,
    };
    let inner = Interpreter {
        active: Some(&active),
        ..*interpreter
    };
    let mut values = Vec::with_capacity(count);
    for (arg, (parameter, definition)) in args.iter().zip(&function.parameters) {
        let value = inner.eval(arg)?;
        let what = format!("The argument '{parameter}' of `{}`", function.name);
        scope.check_type(definition, &value, &what, arg.span)?;
        values.push(value);
    }
    let body_scope = BodyScope {
        outer: scope,
        function: &function,
        values: &values,
    };
    let body = Interpreter {
        active: Some(&active),
        ..Interpreter::new(&body_scope, interpreter.budget)
    };
    let result = body.eval(&function.body)?;
    let what = format!("The result of `{}`", function.name);
    scope.check_type(&function.output_type, &result, &what, span)?;
    Ok(result)
}

/// The body of a user-defined function sees its own parameters and what the template has beside parameters.
struct BodyScope<'s> {
    outer: &'s dyn Scope,
    function: &'s UserFunction,
    values: &'s [Value],
}

impl Scope for BodyScope<'_> {
    fn parameter(&self, name: &str, at: Span) -> Result<Value, Failure> {
        let mut parameters = self.function.parameters.iter();
        let position = parameters.position(|(known, _)| equal_ignoring_case(known, name));
        position
            .and_then(|at| self.values.get(at))
            .cloned()
            .ok_or_else(|| {
                let text = format!(
                    "The function `{}` has no parameter '{name}'",
                    self.function.name
                );
                Failure::from(Problem::error(ProblemKind::UndefinedParameter, at, text))
                    .help("A function sees its own parameters only: pass the value as an argument")
            })
    }

    fn variable(&self, name: &str, at: Span) -> Result<Value, Failure> {
        self.outer.variable(name, at)
    }

    fn copy_index(&self, _name: Option<&str>, at: Span) -> Result<Value, Failure> {
        let text = "There is no copy loop in a user-defined function";
        Err(Problem::error(ProblemKind::ContextNotAllowed, at, text).into())
    }

    fn user_function(&self, name: &str) -> Option<Arc<UserFunction>> {
        self.outer.user_function(name)
    }

    fn context(&self) -> &Context {
        self.outer.context()
    }

    fn context_origins(&self) -> Option<&ContextOrigins> {
        self.outer.context_origins()
    }

    fn scope_kind(&self) -> ScopeKind {
        self.outer.scope_kind()
    }

    fn content_version(&self) -> Option<Arc<str>> {
        self.outer.content_version()
    }

    fn place(&self) -> Place {
        Place::UserFunction
    }

    fn runtime(&self, name: &str, args: &[Value], at: Span) -> Result<Option<Value>, Failure> {
        self.outer.runtime(name, args, at)
    }

    fn external_input(&self, key: &str) -> Option<Value> {
        self.outer.external_input(key)
    }

    fn check_type(
        &self,
        definition: &TypeDefinition,
        value: &Value,
        what: &str,
        at: Span,
    ) -> Result<(), Failure> {
        self.outer.check_type(definition, value, what, at)
    }

    fn residual(&self, call: Residual) -> Residual {
        self.outer.residual(call)
    }
}
