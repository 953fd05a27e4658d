//! Comparisons: equality of any values, order of numbers and of texts as the invariant culture sorts them.

use std::cmp::Ordering;

use super::type_of;
use super::{ANY, Call, FLOAT, Function, INT, Partial, Run, STRING, function, numeric, plain};
use crate::eval::equality::equal;
use crate::eval::pure;
use crate::eval::value::Data;

pub(super) const FUNCTIONS: &[Function] = &[
    function("equals", (2, 2), &[ANY], Run::Parts(equals)),
    function("less", (2, 2), ORDERED, Run::Shape(less)),
    function("lessOrEquals", (2, 2), ORDERED, Run::Shape(less_or_equals)),
    function("greater", (2, 2), ORDERED, Run::Shape(greater)),
    function(
        "greaterOrEquals",
        (2, 2),
        ORDERED,
        Run::Shape(greater_or_equals),
    ),
];

/// The types depend on each other.
const ORDERED: &[super::Types] = &[ANY];

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn equals(call: &Call<'_>) -> Partial {
    let [a, b] = call.args.as_slice() else {
        return Ok(None);
    };
    // Whole unknowns are left alone, even where their types decide.
    if a.as_unknown().is_some() || b.as_unknown().is_some() {
        return Ok(None);
    }
    Ok(equal(a, b).map(|same| plain(Data::Bool(same))))
}

fn less(call: &Call<'_>) -> Partial {
    ordered(call, Ordering::is_lt)
}

fn less_or_equals(call: &Call<'_>) -> Partial {
    ordered(call, Ordering::is_le)
}

fn greater(call: &Call<'_>) -> Partial {
    ordered(call, Ordering::is_gt)
}

fn greater_or_equals(call: &Call<'_>) -> Partial {
    ordered(call, Ordering::is_ge)
}

fn ordered(call: &Call<'_>, holds: fn(Ordering) -> bool) -> Partial {
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
    Ok(Some(plain(Data::Bool(holds(order)))))
}
