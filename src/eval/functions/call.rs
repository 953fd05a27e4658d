//! One call while its function runs: arguments with their types, failures with their places, results with origin and shades.

use std::sync::Arc;

use smallvec::SmallVec;

use super::{
    ANY, ARRAY, BOOL, FLOAT, Failure, Function, INT, NULL, OBJECT, Outcome, Run, STRING, Types,
};
use crate::eval::access::{first_reason, shaded};
use crate::eval::interpret::Interpreter;
use crate::eval::value::{Data, Object, Reason, Residual, Shade, Unknown, Value};
use crate::eval::{Origin, OriginKind};
use crate::finding::{Problem, ProblemKind};
use crate::ir::Expr;
use crate::text::Span;

/// Values of arguments: most functions take one or two.
pub(super) type Arguments = SmallVec<[Value; 2]>;

/// One call.
pub(super) struct Call<'c> {
    pub(super) interpreter: &'c Interpreter<'c>,
    /// Name as written.
    pub(super) name: &'c Arc<str>,
    pub(super) span: Span,
    pub(super) exprs: &'c [Expr],
    /// Values of the arguments; empty for `Lazy`.
    pub(super) args: Arguments,
}

pub(super) const fn type_of(value: &Value) -> Types {
    match value.data {
        Data::Null => NULL,
        Data::Bool(_) => BOOL,
        Data::Int(_) | Data::BigInt(_) => INT,
        Data::Float(_) => FLOAT,
        Data::String(_) => STRING,
        Data::Array(_) => ARRAY,
        Data::Object(_) => OBJECT,
        Data::Unknown(_) => ANY,
    }
}

/// `a string or an array`.
pub(super) fn type_words(types: Types) -> String {
    let words: Vec<&str> = [
        (STRING, "a string"),
        (INT, "an integer"),
        (BOOL, "a Boolean"),
        (FLOAT, "a number with a fraction"),
        (ARRAY, "an array"),
        (OBJECT, "an object"),
        (NULL, "null"),
    ]
    .into_iter()
    .filter(|(bit, _)| types & bit != 0)
    .map(|(_, word)| word)
    .collect();
    words.join(" or ")
}

/// Secret and assumed, gathered from arguments.
#[derive(Clone, Copy, Default)]
pub(super) struct Shades {
    pub(super) secret: bool,
    pub(super) assumed: bool,
}

impl Shades {
    pub(super) fn add(&mut self, shade: &Shade) {
        self.secret |= shade.secret;
        self.assumed |= shade.assumed;
    }

    pub(super) fn add_top(&mut self, value: &Value) {
        if let Some(shade) = &value.shade {
            self.add(shade);
        }
    }

    pub(super) fn add_parts(&mut self, value: &Value) {
        if !value.has_shade() {
            return;
        }
        self.add_top(value);
        match &value.data {
            Data::Array(array) => array.items.iter().for_each(|item| self.add_parts(item)),
            Data::Object(object) => object
                .entries
                .iter()
                .for_each(|entry| self.add_parts(&entry.value)),
            _ => {}
        }
    }
}

impl<'c> Call<'c> {
    /// The same call without its arguments.
    pub(super) fn copy(&self) -> Call<'c> {
        Call {
            interpreter: self.interpreter,
            name: self.name,
            span: self.span,
            exprs: self.exprs,
            args: Arguments::new(),
        }
    }

    /// Checks arguments up to the first unknown one, as the engine does.
    pub(super) fn check_types(&self, function: &Function) -> Result<(), Failure> {
        let Some(last) = function.types.last() else {
            return Ok(());
        };
        for (at, arg) in self.args.iter().enumerate() {
            if arg.as_unknown().is_some() {
                return Ok(());
            }
            let types = *function.types.get(at).unwrap_or(last);
            if type_of(arg) & types == 0 {
                return Err(self.type_error(at, types));
            }
        }
        Ok(())
    }

    pub(super) fn run(&self, function: &Function) -> Outcome {
        let mut shades = Shades::default();
        let partial = match function.run {
            Run::Strict(run) => {
                self.args.iter().for_each(|arg| shades.add_parts(arg));
                if self.args.iter().any(Value::has_unknown) {
                    None
                } else {
                    Some(run(self)?)
                }
            }
            Run::Shape(run) | Run::Parts(run) => {
                let parts = matches!(function.run, Run::Parts(_));
                for arg in &self.args {
                    if parts {
                        shades.add_parts(arg);
                    } else {
                        shades.add_top(arg);
                    }
                }
                if self.args.iter().any(|arg| arg.as_unknown().is_some()) {
                    None
                } else {
                    run(self)?
                }
            }
            Run::Open(run) => run(self)?,
            Run::Lazy(run) => Some(run(self)?),
        };
        let value = partial.unwrap_or_else(|| self.open());
        Ok(self.with_shades(self.with_origin(value), shades))
    }

    /// A value without an origin comes from this call.
    pub(super) fn with_origin(&self, mut value: Value) -> Value {
        if matches!(value.origin, Origin::None) {
            value.origin = self.origin();
        }
        value
    }

    /// The step of this call.
    pub(super) fn origin(&self) -> Origin {
        Origin::step(
            OriginKind::Function,
            Arc::clone(self.name),
            self.span,
            self.args.iter().map(|arg| arg.origin.clone()),
        )
    }

    /// The value under the shades of what it was computed from.
    pub(super) fn with_shades(&self, value: Value, shades: Shades) -> Value {
        if !shades.secret && !shades.assumed {
            return value;
        }
        let shade = Shade {
            secret: shades.secret,
            assumed: shades.assumed,
            residual: self.residual(),
        };
        shaded(value, &shade, |residual| residual)
    }

    /// The call with folded arguments.
    pub(super) fn residual(&self) -> Residual {
        let args = self.args.iter().cloned().map(Residual::Value).collect();
        Residual::Call(Arc::clone(self.name), args)
    }

    /// This call as an unknown value.
    pub(super) fn open(&self) -> Value {
        self.open_as(self.residual())
    }

    /// An unknown value that depends on the arguments and prints so.
    pub(super) fn open_as(&self, residual: Residual) -> Value {
        let mut unknown = Unknown::new(residual, first_reason(&self.args));
        unknown.secret = self.args.iter().any(Value::has_secret);
        Value::unknown(unknown, self.origin())
    }

    /// An unknown value with a reason of its own.
    pub(super) fn open_because(&self, residual: Residual, reason: Reason, secret: bool) -> Value {
        let mut unknown = Unknown::new(residual, reason);
        unknown.secret = secret || self.args.iter().any(Value::has_secret);
        Value::unknown(unknown, self.origin())
    }

    pub(super) fn arg(&self, at: usize) -> Option<&Value> {
        self.args.get(at)
    }

    pub(super) fn place(&self, at: usize) -> Span {
        self.exprs.get(at).map_or(self.span, |expr| expr.span)
    }

    /// A failure at an argument.
    pub(super) fn fail(&self, at: usize, text: impl std::fmt::Display) -> Failure {
        let text = format!("`{}`: {text}", self.name);
        Problem::error(ProblemKind::ArgumentType, self.place(at), text).into()
    }

    /// A failure that does not tell what a secret argument is.
    pub(super) fn without_secrets(&self, mut failure: Failure) -> Failure {
        let told = |text: &str| self.args.iter().any(|arg| tells(arg, false, text));
        let problem = &mut failure.0;
        if told(&problem.message) {
            problem.message = format!("`{}`: a secret argument does not fit", self.name);
        }
        if problem.help.as_deref().is_some_and(told) {
            problem.help = None;
        }
        failure
    }

    pub(super) fn type_error(&self, at: usize, types: Types) -> Failure {
        let given = self.arg(at).map_or("missing", Value::type_name);
        let ordinal = match at {
            _ if self.args.len() == 1 => "the argument".to_owned(),
            at => format!("argument {}", at + 1),
        };
        self.fail(
            at,
            format!("{ordinal} must be {}, this is {given}", type_words(types)),
        )
    }

    pub(super) fn text(&self, at: usize) -> Result<&Arc<str>, Failure> {
        self.arg(at)
            .and_then(Value::as_text)
            .ok_or_else(|| self.type_error(at, STRING))
    }

    pub(super) fn int(&self, at: usize) -> Result<i64, Failure> {
        match self.arg(at).map(|arg| &arg.data) {
            Some(Data::Int(number)) => Ok(*number),
            Some(Data::BigInt(digits)) => {
                Err(self.fail(at, format!("the number {digits} needs more than 64 bits")))
            }
            _ => Err(self.type_error(at, INT)),
        }
    }

    /// An integer that must fit into 32 bits.
    pub(super) fn small_int(&self, at: usize) -> Result<i32, Failure> {
        let number = self.int(at)?;
        i32::try_from(number)
            .map_err(|_| self.fail(at, format!("the number {number} needs more than 32 bits")))
    }

    pub(super) fn object(&self, at: usize) -> Result<&Arc<Object>, Failure> {
        self.arg(at)
            .and_then(Value::as_object)
            .ok_or_else(|| self.type_error(at, OBJECT))
    }

    /// Text that this call made.
    pub(super) fn made(&self, text: impl Into<Arc<str>>) -> Outcome {
        let text = text.into();
        self.interpreter.budget.size(text.len(), self.span)?;
        Ok(Value::text(text, Origin::None))
    }

    /// An array that this call made.
    pub(super) fn made_array(&self, items: Vec<Value>) -> Outcome {
        self.charge(items.len())?;
        Ok(Value::array(items, Origin::None))
    }

    /// Uses up steps and memory for a container of this many items.
    pub(super) fn charge(&self, items: usize) -> Result<(), Failure> {
        let budget = self.interpreter.budget;
        budget.steps(items as u64, self.span)?;
        budget.size(items * size_of::<Value>(), self.span)
    }
}

/// Whether a text contains a secret part of a value.
fn tells(value: &Value, secret: bool, text: &str) -> bool {
    let secret = secret || value.shade.as_ref().is_some_and(|shade| shade.secret);
    if !secret && !value.has_secret() {
        return false;
    }
    match &value.data {
        Data::String(part) => secret && !part.is_empty() && text.contains(&**part),
        Data::Int(number) => secret && text.contains(&number.to_string()),
        Data::BigInt(digits) => secret && text.contains(&**digits),
        Data::Array(array) => array.items.iter().any(|item| tells(item, secret, text)),
        Data::Object(object) => object.entries.iter().any(|entry| {
            tells(&entry.value, secret, text) || (secret && text.contains(&*entry.key))
        }),
        _ => false,
    }
}
