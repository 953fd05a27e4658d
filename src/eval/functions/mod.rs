//! The functions of the expression language: one table from names to argument types, places and code.

mod array;
mod call;
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

use std::sync::{Arc, LazyLock};

use self::call::{Arguments, Call, Shades, type_of, type_words};
use super::access::shaded;
use super::interpret::{Interpreter, bounded};
use super::value::{Data, Residual, Value};
use super::{ByName, Failure, Origin, Place};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{Expr, ExprKind, is_user_defined};
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

/// All functions: they are asked for at every call.
static TABLE: LazyLock<ByName<&'static str, &'static Function>> = LazyLock::new(|| {
    let all = [
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
    ];
    let named = |function: &'static Function| (function.name, function);
    all.into_iter().flatten().map(named).collect()
});

fn find(name: &str) -> Option<&'static Function> {
    let known = TABLE.get(name).copied();
    known.or_else(|| runtime::list_function(name))
}

/// Whether a function gives the same for the same arguments at every place of a template.
pub(super) fn is_constant(name: &str) -> bool {
    let varies = ["copyIndex", "lambdaVariables"];
    find(name).is_some_and(|function| {
        function.allowed == Allowed::Anywhere && !varies.contains(&function.name)
    })
}

/// The names of all functions, as documented.
fn names() -> impl Iterator<Item = &'static str> {
    TABLE.values().map(|function| function.name)
}

/// Evaluates a call.
pub(super) fn call(interpreter: &Interpreter<'_>, expr: &Expr) -> Outcome {
    let ExprKind::Call {
        name,
        name_span,
        args,
    } = &expr.kind
    else {
        return interpreter.eval(expr);
    };
    if is_user_defined(name) {
        return user::call(interpreter, name, *name_span, expr.span, args);
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
        args: Arguments::new(),
    };
    let value = if let Run::Lazy(run) = function.run {
        run(&call)?
    } else {
        call.args = args
            .iter()
            .map(|arg| interpreter.eval(arg))
            .collect::<Result<_, _>>()?;
        call.check_types(function)?;
        call.run(function)
            .map_err(|failure| call.without_secrets(failure))?
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
