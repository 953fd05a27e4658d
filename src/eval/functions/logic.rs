//! Truth: and, or, not, if, coalesce, and the constants. The lazy ones stop where the engine stops.

use std::sync::Arc;

use super::{ANY, Arguments, BOOL, Call, Function, Outcome, Partial, Run, Shades, function, plain};
use super::{MANY, type_of};
use crate::eval::value::{Array, Data, Entry, Object, Residual, Unknown, Value};
use crate::eval::{Origin, OriginKind};

pub(super) const FUNCTIONS: &[Function] = &[
    function("and", (2, MANY), &[BOOL], Run::Lazy(and)),
    function("or", (2, MANY), &[BOOL], Run::Lazy(or)),
    function("not", (1, 1), &[BOOL], Run::Strict(not)),
    function("if", (3, 3), &[BOOL, ANY, ANY], Run::Lazy(choose)),
    function("coalesce", (0, MANY), &[ANY], Run::Lazy(coalesce)),
    function("true", (0, 0), &[], Run::Shape(always_true)),
    function("false", (0, 0), &[], Run::Shape(always_false)),
    function("null", (0, 0), &[], Run::Shape(null)),
];

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn always_true(_: &Call<'_>) -> Partial {
    Ok(Some(plain(Data::Bool(true))))
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn always_false(_: &Call<'_>) -> Partial {
    Ok(Some(plain(Data::Bool(false))))
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn null(_: &Call<'_>) -> Partial {
    Ok(Some(plain(Data::Null)))
}

fn not(call: &Call<'_>) -> Outcome {
    match call.arg(0).map(|arg| &arg.data) {
        Some(Data::Bool(value)) => Ok(plain(Data::Bool(!value))),
        _ => Err(call.type_error(0, BOOL)),
    }
}

fn and(call: &Call<'_>) -> Outcome {
    junction(call, false)
}

fn or(call: &Call<'_>) -> Outcome {
    junction(call, true)
}

/// `and` stops at the first false, `or` at the first true.
fn junction(call: &Call<'_>, decides: bool) -> Outcome {
    let mut seen = Arguments::new();
    let mut shades = Shades::default();
    let finish = |seen: Arguments, shades: Shades, value: bool| {
        let done = Call {
            args: seen,
            ..call.copy()
        };
        let value = Value::new(Data::Bool(value), done.origin());
        Ok(done.with_shades(value, shades))
    };
    for (at, expr) in call.exprs.iter().enumerate() {
        let value = call.interpreter.eval(expr)?;
        shades.add_top(&value);
        match value.data {
            Data::Unknown(_) => return Ok(rest_as_written(call, seen, value)),
            Data::Bool(this) => {
                seen.push(value);
                if this == decides {
                    return finish(seen, shades, decides);
                }
            }
            _ => {
                let given = value.type_name();
                return Err(call.fail(
                    at,
                    format!("argument {} must be a Boolean, this is {given}", at + 1),
                ));
            }
        }
    }
    finish(seen, shades, !decides)
}

/// From the first unknown on, the arguments print as written.
fn rest_as_written(call: &Call<'_>, known: Arguments, first_open: Value) -> Value {
    let rest = &call.exprs[known.len() + 1..];
    let mut args: Vec<Residual> = known.iter().cloned().map(Residual::Value).collect();
    args.push(Residual::Value(first_open.clone()));
    args.extend(rest.iter().map(|expr| call.interpreter.as_written(expr)));
    let mut seen = known;
    seen.push(first_open);
    let done = Call {
        args: seen,
        ..call.copy()
    };
    done.open_as(Residual::Call(Arc::clone(call.name), args))
}

fn coalesce(call: &Call<'_>) -> Outcome {
    let mut seen = Arguments::new();
    let mut shades = Shades::default();
    for expr in call.exprs {
        let value = call.interpreter.eval(expr)?;
        match value.data {
            Data::Unknown(_) => return Ok(rest_as_written(call, seen, value)),
            Data::Null => {
                shades.add_top(&value);
                seen.push(value);
            }
            _ => {
                shades.secret = false;
                return Ok(call.with_shades(value, shades));
            }
        }
    }
    Ok(call.with_shades(Value::new(Data::Null, call.origin()), shades))
}

fn choose(call: &Call<'_>) -> Outcome {
    let [condition, yes, no] = call.exprs else {
        return Err(call.fail(0, "takes three arguments"));
    };
    let interpreter = call.interpreter;
    let decided = interpreter.eval(condition)?;
    let chosen = match &decided.data {
        Data::Bool(true) => interpreter.eval(yes)?,
        Data::Bool(false) => interpreter.eval(no)?,
        Data::Unknown(_) => return Ok(undecided(call, decided)),
        _ => {
            let given = decided.type_name();
            return Err(call.fail(
                0,
                format!("the condition must be a Boolean, this is {given}"),
            ));
        }
    };
    let chosen = with_condition(call, &decided.origin, chosen);
    // What a secret decides may be printed, what is only assumed stays assumed.
    let assumed = decided.shade.as_ref().is_some_and(|shade| shade.assumed);
    if !assumed {
        return Ok(chosen);
    }
    let done = Call {
        args: Arguments::from_iter([decided]),
        ..call.copy()
    };
    let mut args = vec![Residual::Value(done.args[0].clone())];
    args.extend([yes, no].map(|expr| interpreter.as_written(expr)));
    let shade = crate::eval::Shade {
        secret: false,
        assumed: true,
        residual: Residual::Call(Arc::clone(call.name), args),
    };
    Ok(crate::eval::access::shaded(chosen, &shade, |residual| {
        residual
    }))
}

/// An unknown condition: the branches print as written, their values are kept beside.
fn undecided(call: &Call<'_>, condition: Value) -> Value {
    let branch = |at: usize| {
        call.exprs
            .get(at)
            .and_then(|expr| call.interpreter.eval(expr).ok())
    };
    let branches = branch(1).zip(branch(2)).map(Box::new);
    let value = rest_as_written(call, Arguments::new(), condition);
    let Data::Unknown(open) = &value.data else {
        return value;
    };
    let secret = open.secret
        || branches
            .as_ref()
            .is_some_and(|both| both.0.has_secret() || both.1.has_secret());
    let depth = branches
        .as_ref()
        .map_or(0, |both| both.0.depth().max(both.1.depth()));
    let open = Unknown {
        secret,
        depth: open.depth.max(depth.saturating_add(1)),
        branches,
        ..(**open).clone()
    };
    Value::unknown(open, value.origin)
}

/// The chosen branch, every leaf with the step of the condition before its own origin.
fn with_condition(call: &Call<'_>, condition: &Origin, value: Value) -> Value {
    let origin = Origin::step(
        OriginKind::Function,
        Arc::clone(call.name),
        call.span,
        [condition.clone(), value.origin.clone()],
    );
    let under = |part: &Value| {
        if matches!(part.origin, Origin::None) {
            let mut part = part.clone();
            part.origin = value.origin.clone();
            with_condition(call, condition, part)
        } else {
            with_condition(call, condition, part.clone())
        }
    };
    // A constant condition explains nothing.
    if is_constant(condition) {
        return value;
    }
    let data = match &value.data {
        Data::Array(array) => Data::Array(Arc::new(Array {
            items: array.items.iter().map(under).collect(),
            ..**array
        })),
        Data::Object(object) => {
            let entries = object.entries.iter().map(|entry| Entry {
                value: under(&entry.value),
                ..entry.clone()
            });
            Data::Object(Arc::new(Object {
                entries: entries.collect(),
                ..**object
            }))
        }
        data => data.clone(),
    };
    Value {
        data,
        origin,
        shade: value.shade,
    }
}

/// `true()`, `false()` and what was made of nothing.
fn is_constant(origin: &Origin) -> bool {
    match origin {
        Origin::None => true,
        Origin::Literal(_) => false,
        Origin::Step(step) => step.kind == OriginKind::Function && step.inputs.is_empty(),
    }
}

/// Whether the value is a Boolean or unknown.
pub(super) fn may_be_bool(value: &Value) -> bool {
    type_of(value) & BOOL != 0
}
