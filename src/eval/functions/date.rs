//! Dates, and what depends on when it is deployed.

use std::sync::Arc;

use super::{Allowed, Call, Function, INT, Outcome, Partial, Run, STRING, function, plain};
use crate::eval::pure;
use crate::eval::value::{Data, Reason};

pub(super) const FUNCTIONS: &[Function] = &[
    function("dateTimeAdd", (2, 3), &[STRING], Run::Strict(date_time_add)),
    function("dateTimeToEpoch", (1, 1), &[STRING], Run::Strict(to_epoch)),
    function(
        "dateTimeFromEpoch",
        (1, 1),
        &[STRING | INT],
        Run::Strict(from_epoch),
    ),
    Function {
        allowed: Allowed::ParameterDefaults,
        ..function("utcNow", (0, 1), &[STRING], Run::Open(clock))
    },
    Function {
        allowed: Allowed::ParameterDefaults,
        ..function("newGuid", (0, 0), &[], Run::Open(clock))
    },
];

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn clock(call: &Call<'_>) -> Partial {
    let reason = Reason::Clock(Arc::clone(call.name));
    Ok(Some(call.open_because(call.residual(), reason, false)))
}

fn date_time_add(call: &Call<'_>) -> Outcome {
    let format = match call.arg(2) {
        Some(_) => Some(&**call.text(2)?),
        None => None,
    };
    let sum = pure::date_time_add(call.text(0)?, call.text(1)?, format);
    call.made(sum.map_err(|message| call.fail(0, message))?)
}

fn to_epoch(call: &Call<'_>) -> Outcome {
    let seconds = pure::date_time_to_epoch(call.text(0)?);
    Ok(plain(Data::Int(
        seconds.map_err(|message| call.fail(0, message))?,
    )))
}

fn from_epoch(call: &Call<'_>) -> Outcome {
    let seconds = match call.arg(0).and_then(|arg| arg.as_text()) {
        Some(text) => pure::parse_int(text).map_err(|message| call.fail(0, message))?,
        None => call.int(0)?,
    };
    let date = pure::date_time_from_epoch(seconds);
    call.made(date.map_err(|message| call.fail(0, message))?)
}
