//! Comparisons: equality of any values, order of numbers and of texts as the invariant culture sorts them.

use std::cmp::Ordering;

use super::{ANY, Call, FLOAT, Function, INT, Partial, Run, STRING, function, numeric, plain};
use super::{Outcome, type_of};
use crate::eval::equality::equal;
use crate::eval::pure;
use crate::eval::value::Data;

pub(super) const FUNCTIONS: &[Function] = &[
    function("equals", (2, 2), &[ANY], Run::Parts(equals)),
    function("less", (2, 2), ORDERED, Run::Strict(less)),
    function("lessOrEquals", (2, 2), ORDERED, Run::Strict(less_or_equals)),
    function("greater", (2, 2), ORDERED, Run::Strict(greater)),
    function(
        "greaterOrEquals",
        (2, 2),
        ORDERED,
        Run::Strict(greater_or_equals),
    ),
];

const ORDERED: &[super::Types] = &[INT | FLOAT | STRING];

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn equals(call: &Call<'_>) -> Partial {
    let [a, b] = call.args.as_slice() else {
        return Ok(None);
    };
    Ok(equal(a, b).map(|same| plain(Data::Bool(same))))
}

fn less(call: &Call<'_>) -> Outcome {
    ordered(call, Ordering::is_lt)
}

fn less_or_equals(call: &Call<'_>) -> Outcome {
    ordered(call, Ordering::is_le)
}

fn greater(call: &Call<'_>) -> Outcome {
    ordered(call, Ordering::is_gt)
}

fn greater_or_equals(call: &Call<'_>) -> Outcome {
    ordered(call, Ordering::is_ge)
}

fn ordered(call: &Call<'_>, holds: fn(Ordering) -> bool) -> Outcome {
    let [a, b] = call.args.as_slice() else {
        return Err(call.fail(0, "takes two arguments"));
    };
    let order = match (&a.data, &b.data) {
        (Data::String(a), Data::String(b)) => {
            call.charge(a.len().max(b.len()) / 64)?;
            pure::compare(a, b)
        }
        (Data::String(_), _) => return Err(call.type_error(1, STRING)),
        (_, Data::String(_)) => return Err(call.type_error(1, INT | FLOAT)),
        _ if (type_of(a) | type_of(b)) & !(INT | FLOAT) == 0 => numeric::compare(call, a, b)?,
        _ => return Err(call.type_error(0, INT | FLOAT | STRING)),
    };
    Ok(plain(Data::Bool(holds(order))))
}
