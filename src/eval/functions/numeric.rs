//! Integers of 64 bits, checked, and the least and greatest of numbers.

use super::{ANY, items_of, type_of};
use super::{ARRAY, Call, FLOAT, Function, INT, MANY, Outcome, Partial, Run, function, plain};
use crate::eval::Failure;
use crate::eval::value::{Data, Residual, Value};
use std::cmp::Ordering;
use std::sync::Arc;

pub(super) const FUNCTIONS: &[Function] = &[
    function("add", (2, 2), &[INT], Run::Strict(add)),
    function("sub", (2, 2), &[INT], Run::Strict(sub)),
    function("mul", (2, 2), &[INT], Run::Strict(mul)),
    function("div", (2, 2), &[INT], Run::Strict(div)),
    function("mod", (2, 2), &[INT], Run::Strict(modulo)),
    function("min", (1, MANY), &[ANY], Run::Open(min)),
    function("max", (1, MANY), &[ANY], Run::Open(max)),
    function("range", (2, 2), &[INT], Run::Strict(range)),
];

fn add(call: &Call<'_>) -> Outcome {
    checked(call, i64::checked_add)
}

fn sub(call: &Call<'_>) -> Outcome {
    checked(call, i64::checked_sub)
}

fn mul(call: &Call<'_>) -> Outcome {
    checked(call, i64::checked_mul)
}

fn div(call: &Call<'_>) -> Outcome {
    divided(call, i64::checked_div)
}

/// The sign of the dividend.
fn modulo(call: &Call<'_>) -> Outcome {
    divided(call, i64::checked_rem)
}

fn divided(call: &Call<'_>, with: fn(i64, i64) -> Option<i64>) -> Outcome {
    if call.int(1)? == 0 {
        return Err(call.fail(1, "division by zero"));
    }
    checked(call, with)
}

fn checked(call: &Call<'_>, with: fn(i64, i64) -> Option<i64>) -> Outcome {
    let (a, b) = (call.int(0)?, call.int(1)?);
    match with(a, b) {
        Some(result) => Ok(plain(Data::Int(result))),
        None => Err(call.fail(
            0,
            format!("the result for {a} and {b} needs more than 64 bits"),
        )),
    }
}

fn min(call: &Call<'_>) -> Partial {
    extreme(call, Ordering::Less)
}

fn max(call: &Call<'_>) -> Partial {
    extreme(call, Ordering::Greater)
}

/// The first number that no other one beats. A single array stands for its items.
fn extreme(call: &Call<'_>, wanted: Ordering) -> Partial {
    let spread: Vec<Value>;
    let numbers = match call.args.as_slice() {
        [only] if only.as_array().is_some() => {
            spread = items_of(only);
            spread.as_slice()
        }
        [only] if only.as_unknown().is_some() => return Ok(None),
        args => args,
    };
    let Some(mut best) = numbers.first() else {
        return Err(call.fail(0, "the array is empty"));
    };
    let known = numbers
        .iter()
        .take_while(|number| number.as_unknown().is_none());
    for (at, number) in known.enumerate() {
        if type_of(number) & (INT | FLOAT) == 0 {
            let at = if call.args.len() == 1 { 0 } else { at };
            return Err(if call.args.len() == 1 && number.as_array().is_none() {
                call.fail(
                    at,
                    format!("the array must hold numbers, not {}", number.type_name()),
                )
            } else {
                call.type_error(at, INT | if call.args.len() == 1 { ARRAY } else { FLOAT })
            });
        }
    }
    if numbers.iter().any(Value::has_unknown) {
        let args = numbers.iter().cloned().map(Residual::Value).collect();
        return Ok(Some(
            call.open_as(Residual::Call(Arc::clone(call.name), args)),
        ));
    }
    for number in numbers {
        if compare(call, number, best)? == wanted {
            best = number;
        }
    }
    let mut shades = super::Shades::default();
    for number in numbers.iter().chain(&call.args) {
        shades.add_top(number);
    }
    // It was chosen among all: all are its origin.
    let chosen = Value::new(best.data.clone(), call.origin());
    Ok(Some(call.with_shades(chosen, shades)))
}

/// Order of two numbers.
pub(super) fn compare(call: &Call<'_>, a: &Value, b: &Value) -> Result<Ordering, Failure> {
    if let (Data::Int(a), Data::Int(b)) = (&a.data, &b.data) {
        return Ok(a.cmp(b));
    }
    let (Some(a), Some(b)) = (as_float(a), as_float(b)) else {
        return Err(call.fail(0, "only numbers can be compared"));
    };
    Ok(a.total_cmp(&b))
}

#[expect(clippy::cast_precision_loss, reason = "as the engine compares them")]
fn as_float(value: &Value) -> Option<f64> {
    match &value.data {
        Data::Int(number) => Some(*number as f64),
        Data::BigInt(digits) => digits.parse().ok(),
        Data::Float(number) => Some(*number),
        _ => None,
    }
}

fn range(call: &Call<'_>) -> Outcome {
    const MOST: i64 = 10_000;
    let (start, count) = (call.int(0)?, call.int(1)?);
    if !(0..=MOST).contains(&count) {
        return Err(call.fail(1, format!("the count must be 0 to {MOST}, this is {count}")));
    }
    if start < i64::from(i32::MIN) || start > (1 << 31) - count {
        return Err(call.fail(0, "the numbers must fit into 32 bits"));
    }
    call.made_array(
        (start..start + count)
            .map(|at| plain(Data::Int(at)))
            .collect(),
    )
}
