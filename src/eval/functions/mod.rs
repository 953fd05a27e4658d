//! The functions of the expression language: one table from names to argument types, places and code.

mod array;
mod cidr;
mod collection;
mod compare;
mod convert;
mod date;
mod encoding;
mod environment;
mod hash;
mod lambda;
mod logic;
mod numeric;
mod object;
mod resource;
mod runtime;
mod string;
mod target;
mod uri;
mod user;

use std::cmp::Ordering;
use std::sync::{Arc, LazyLock};

use super::access::{first_reason, shaded};
use super::interpret::{Interpreter, bounded};
use super::value::{Data, Object, Reason, Residual, Shade, Unknown, Value};
use super::{Failure, Origin, OriginKind, Place};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{Expr, ExprKind};
use crate::text::Span;

/// Types that an argument may have, as a set of bits.
type Types = u8;
const NULL: Types = 1;
const BOOL: Types = 2;
const INT: Types = 4;
const FLOAT: Types = 8;
const STRING: Types = 16;
const ARRAY: Types = 32;
const OBJECT: Types = 64;
const ANY: Types = 127;

/// No upper bound of the number of arguments.
const MANY: usize = usize::MAX;

type Outcome = Result<Value, Failure>;
/// None: the call stays open.
type Partial = Result<Option<Value>, Failure>;

/// One function.
struct Function {
    /// Name as documented.
    name: &'static str,
    /// Least number of arguments.
    min: usize,
    /// Greatest number of arguments.
    max: usize,
    /// Types of the arguments; the last one holds for all further ones.
    types: &'static [Types],
    allowed: Allowed,
    run: Run,
}

/// Where a function may be called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Anywhere,
    /// Only in defaults of parameters.
    ParameterDefaults,
    /// Only in resources and outputs: Azure answers it while it deploys.
    RunTime,
    /// Only in expressions of parameter files.
    ParameterFiles,
}

/// How a function treats unknown arguments and parts of arguments.
enum Run {
    /// Every part of every argument must be known.
    Strict(fn(&Call<'_>) -> Outcome),
    /// The arguments must be known, their parts need not; what is shaded as a whole shades the result.
    Shape(fn(&Call<'_>) -> Partial),
    /// As `Shape`, but it reads the parts: a shaded part shades the result.
    Parts(fn(&Call<'_>) -> Partial),
    /// Arguments may be unknown; the function itself cares for shades.
    Open(fn(&Call<'_>) -> Partial),
    /// The function evaluates its arguments itself.
    Lazy(fn(&Call<'_>) -> Outcome),
}

/// One call.
struct Call<'c> {
    interpreter: &'c Interpreter<'c>,
    /// Name as written.
    name: &'c Arc<str>,
    span: Span,
    exprs: &'c [Expr],
    /// Values of the arguments; empty for `Lazy`.
    args: Vec<Value>,
}

const fn function(
    name: &'static str,
    (min, max): (usize, usize),
    types: &'static [Types],
    run: Run,
) -> Function {
    Function {
        name,
        min,
        max,
        types,
        allowed: Allowed::Anywhere,
        run,
    }
}

/// All functions by name in lower case.
static TABLE: LazyLock<Vec<&'static Function>> = LazyLock::new(|| {
    let mut table: Vec<&'static Function> = [
        array::FUNCTIONS,
        cidr::FUNCTIONS,
        collection::FUNCTIONS,
        compare::FUNCTIONS,
        convert::FUNCTIONS,
        date::FUNCTIONS,
        encoding::FUNCTIONS,
        hash::FUNCTIONS,
        lambda::FUNCTIONS,
        logic::FUNCTIONS,
        numeric::FUNCTIONS,
        object::FUNCTIONS,
        resource::FUNCTIONS,
        runtime::FUNCTIONS,
        string::FUNCTIONS,
        target::FUNCTIONS,
        uri::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
    .collect();
    table.sort_by(|a, b| compare_names(a.name, b.name));
    table
});

fn compare_names(a: &str, b: &str) -> Ordering {
    let lower = |text: &str| -> Vec<u8> { text.bytes().map(|b| b.to_ascii_lowercase()).collect() };
    if a.len() > 64 || b.len() > 64 {
        return lower(a).cmp(&lower(b));
    }
    a.bytes()
        .map(|b| b.to_ascii_lowercase())
        .cmp(b.bytes().map(|b| b.to_ascii_lowercase()))
}

fn find(name: &str) -> Option<&'static Function> {
    let at = TABLE.binary_search_by(|function| compare_names(function.name, name));
    at.ok()
        .map_or_else(|| runtime::list_function(name), |at| TABLE.get(at).copied())
}

/// The names of all functions, as documented.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|function| function.name)
}

/// Evaluates a call.
pub(super) fn call(interpreter: &Interpreter<'_>, expr: &Expr) -> Outcome {
    let ExprKind::Call {
        namespace,
        name,
        name_span,
        args,
    } = &expr.kind
    else {
        return interpreter.eval(expr);
    };
    if let Some(namespace) = namespace {
        return user::call(interpreter, namespace, name, *name_span, expr.span, args);
    }
    let Some(function) = find(name) else {
        return Err(unknown_function(name, *name_span));
    };
    check_place(function, name, interpreter.scope.place(), *name_span)?;
    check_range(name, (function.min, function.max), args.len(), expr.span)?;
    let mut call = Call {
        interpreter,
        name,
        span: expr.span,
        exprs: args,
        args: Vec::new(),
    };
    let value = if let Run::Lazy(run) = function.run {
        run(&call)?
    } else {
        call.args = args
            .iter()
            .map(|arg| interpreter.eval(arg))
            .collect::<Result<_, _>>()?;
        call.check_types(function)?;
        call.run(function)?
    };
    bounded(value, expr.span)
}

fn unknown_function(name: &str, at: Span) -> Failure {
    let text = format!("There is no function `{name}`");
    let failure = Failure::from(Problem::error(ProblemKind::UnknownFunction, at, text));
    match nearest(name) {
        Some(near) => failure.help(format!("Did you mean `{near}`?")),
        None => failure,
    }
}

/// A documented name that differs in at most two letters.
fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    if name.len() > 40 {
        return None;
    }
    names()
        .map(|known| (distance(&name, &known.to_ascii_lowercase()), known))
        .filter(|(distance, _)| *distance <= 2 && *distance < name.len())
        .min()
        .map(|(_, known)| known)
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

fn check_place(function: &Function, name: &str, place: Place, at: Span) -> Result<(), Failure> {
    let wanted = match function.allowed {
        Allowed::Anywhere => return Ok(()),
        Allowed::ParameterDefaults if place == Place::ParameterDefault => return Ok(()),
        Allowed::ParameterDefaults => "in the default of a parameter",
        Allowed::ParameterFiles if place == Place::ParameterFile => return Ok(()),
        Allowed::ParameterFiles => "in an expression of a parameter file",
        Allowed::RunTime
            if matches!(
                place,
                Place::ResourceHead | Place::ResourceBody | Place::Output
            ) =>
        {
            return Ok(());
        }
        Allowed::RunTime => "in resources and outputs",
    };
    let text = format!("`{name}` can be used only {wanted}");
    Err(Problem::error(ProblemKind::ContextNotAllowed, at, text).into())
}

fn check_range(
    name: &str,
    (min, max): (usize, usize),
    count: usize,
    at: Span,
) -> Result<(), Failure> {
    if (min..=max).contains(&count) {
        return Ok(());
    }
    let wanted = match (min, max) {
        (0, 0) => "no arguments".to_owned(),
        (1, 1) => "1 argument".to_owned(),
        (min, max) if min == max => format!("{min} arguments"),
        (min, MANY) => format!("at least {min} arguments"),
        (min, max) => format!("{min} to {max} arguments"),
    };
    let text = format!("`{name}` takes {wanted}, here are {count}");
    Err(Problem::error(ProblemKind::WrongArity, at, text).into())
}

const fn type_of(value: &Value) -> Types {
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
fn type_words(types: Types) -> String {
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
struct Shades {
    secret: bool,
    assumed: bool,
}

impl Shades {
    fn add(&mut self, shade: &Shade) {
        self.secret |= shade.secret;
        self.assumed |= shade.assumed;
    }

    fn add_top(&mut self, value: &Value) {
        if let Some(shade) = &value.shade {
            self.add(shade);
        }
    }

    fn add_parts(&mut self, value: &Value) {
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
    fn copy(&self) -> Call<'c> {
        Call {
            interpreter: self.interpreter,
            name: self.name,
            span: self.span,
            exprs: self.exprs,
            args: Vec::new(),
        }
    }

    /// Checks arguments up to the first unknown one, as the engine does.
    fn check_types(&self, function: &Function) -> Result<(), Failure> {
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

    fn run(&self, function: &Function) -> Outcome {
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
    fn with_origin(&self, mut value: Value) -> Value {
        if matches!(value.origin, Origin::None) {
            value.origin = self.origin();
        }
        value
    }

    /// The step of this call.
    fn origin(&self) -> Origin {
        let inputs = self.args.iter().map(|arg| arg.origin.clone()).collect();
        Origin::step(
            OriginKind::Function,
            Arc::clone(self.name),
            self.span,
            inputs,
        )
    }

    /// The value under the shades of what it was computed from.
    fn with_shades(&self, value: Value, shades: Shades) -> Value {
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
    fn residual(&self) -> Residual {
        let args = self.args.iter().cloned().map(Residual::Value).collect();
        Residual::Call(Arc::clone(self.name), args)
    }

    /// This call as an unknown value.
    fn open(&self) -> Value {
        self.open_as(self.residual())
    }

    /// An unknown value that depends on the arguments and prints so.
    fn open_as(&self, residual: Residual) -> Value {
        let args: Vec<&Value> = self.args.iter().collect();
        let mut unknown = Unknown::new(residual, first_reason(&args));
        unknown.secret = self.args.iter().any(Value::has_secret);
        Value::unknown(unknown, self.origin())
    }

    /// An unknown value with a reason of its own.
    fn open_because(&self, residual: Residual, reason: Reason, secret: bool) -> Value {
        let mut unknown = Unknown::new(residual, reason);
        unknown.secret = secret || self.args.iter().any(Value::has_secret);
        Value::unknown(unknown, self.origin())
    }

    fn arg(&self, at: usize) -> Option<&Value> {
        self.args.get(at)
    }

    fn place(&self, at: usize) -> Span {
        self.exprs.get(at).map_or(self.span, |expr| expr.span)
    }

    /// A failure at an argument.
    fn fail(&self, at: usize, text: impl std::fmt::Display) -> Failure {
        let text = format!("`{}`: {text}", self.name);
        Problem::error(ProblemKind::ArgumentType, self.place(at), text).into()
    }

    fn type_error(&self, at: usize, types: Types) -> Failure {
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

    fn text(&self, at: usize) -> Result<&Arc<str>, Failure> {
        self.arg(at)
            .and_then(Value::as_text)
            .ok_or_else(|| self.type_error(at, STRING))
    }

    fn int(&self, at: usize) -> Result<i64, Failure> {
        match self.arg(at).map(|arg| &arg.data) {
            Some(Data::Int(number)) => Ok(*number),
            Some(Data::BigInt(digits)) => {
                Err(self.fail(at, format!("the number {digits} needs more than 64 bits")))
            }
            _ => Err(self.type_error(at, INT)),
        }
    }

    /// An integer that must fit into 32 bits.
    fn small_int(&self, at: usize) -> Result<i32, Failure> {
        let number = self.int(at)?;
        i32::try_from(number)
            .map_err(|_| self.fail(at, format!("the number {number} needs more than 32 bits")))
    }

    fn object(&self, at: usize) -> Result<&Arc<Object>, Failure> {
        self.arg(at)
            .and_then(Value::as_object)
            .ok_or_else(|| self.type_error(at, OBJECT))
    }

    /// Text that this call made.
    fn made(&self, text: impl Into<Arc<str>>) -> Outcome {
        let text = text.into();
        self.interpreter.budget.size(text.len(), self.span)?;
        Ok(Value::text(text, Origin::None))
    }

    /// An array that this call made.
    fn made_array(&self, items: Vec<Value>) -> Outcome {
        self.charge(items.len())?;
        Ok(Value::array(items, Origin::None))
    }

    /// Uses up steps and memory for a container of this many items.
    fn charge(&self, items: usize) -> Result<(), Failure> {
        let budget = self.interpreter.budget;
        budget.steps(items as u64, self.span)?;
        budget.size(items * size_of::<Value>(), self.span)
    }
}

/// Data without an origin: the call becomes it.
const fn plain(data: Data) -> Value {
    Value::new(data, Origin::None)
}

/// The items of an array, each with an origin: its own, else the array's; a shade of the whole falls on each.
fn items_of(value: &Value) -> Vec<Value> {
    let Data::Array(array) = &value.data else {
        return Vec::new();
    };
    array
        .items
        .iter()
        .enumerate()
        .map(|(at, item)| part_of(value, item, || at_index(at)))
        .collect()
}

fn at_index(at: usize) -> Value {
    plain(Data::Int(i64::try_from(at).unwrap_or(i64::MAX)))
}

/// A part of a container: with an origin, and under the secrecy of the whole.
fn part_of(whole: &Value, part: &Value, key: impl FnOnce() -> Value) -> Value {
    let mut value = part.clone();
    if matches!(value.origin, Origin::None) {
        value.origin = whole.origin.clone();
    }
    match &whole.shade {
        Some(shade) if shade.secret => shaded(value, shade, |of| {
            let key = key();
            match key.as_text() {
                Some(name) => Residual::Property(Box::new(of), Arc::clone(name)),
                None => Residual::Index(Box::new(of), Box::new(Residual::Value(key))),
            }
        }),
        _ => value,
    }
}
