//! uniqueString and guid.

use super::{Call, Failure, Function, MANY, Outcome, Run, STRING, function};
use crate::eval::pure;

pub(super) const FUNCTIONS: &[Function] = &[
    function(
        "uniqueString",
        (1, MANY),
        &[STRING],
        Run::Strict(unique_string),
    ),
    function("guid", (1, MANY), &[STRING], Run::Strict(guid)),
];

fn texts<'c>(call: &'c Call<'_>) -> Result<Vec<&'c str>, Failure> {
    (0..call.args.len())
        .map(|at| call.text(at).map(|text| &**text))
        .collect()
}

fn unique_string(call: &Call<'_>) -> Outcome {
    call.made(pure::unique_string(&texts(call)?))
}

fn guid(call: &Call<'_>) -> Outcome {
    call.made(pure::guid(&texts(call)?))
}
