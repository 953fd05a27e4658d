//! base64 and data URIs.

use super::array::scalar_text;
use super::convert::read_json;
use super::{ANY, Call, Function, NULL, Outcome, Run, STRING, function};
use crate::eval::print::write_json;
use crate::eval::{pure, value::Data};

pub(super) const FUNCTIONS: &[Function] = &[
    function("base64", (1, 1), &[STRING], Run::Strict(base64)),
    function(
        "base64ToString",
        (1, 1),
        &[STRING],
        Run::Strict(base64_to_string),
    ),
    function(
        "base64ToJson",
        (1, 1),
        &[STRING],
        Run::Strict(base64_to_json),
    ),
    function("dataUri", (1, 1), &[ANY & !NULL], Run::Strict(data_uri)),
    function(
        "dataUriToString",
        (1, 1),
        &[STRING],
        Run::Strict(data_uri_to_string),
    ),
];

fn base64(call: &Call<'_>) -> Outcome {
    call.made(pure::base64_encode(call.text(0)?))
}

fn base64_to_string(call: &Call<'_>) -> Outcome {
    let text = pure::base64_decode_text(call.text(0)?);
    call.made(text.map_err(|message| call.fail(0, message))?)
}

fn base64_to_json(call: &Call<'_>) -> Outcome {
    let text = pure::base64_decode_text(call.text(0)?);
    read_json(call, &text.map_err(|message| call.fail(0, message))?)
}

fn data_uri(call: &Call<'_>) -> Outcome {
    let Some(value) = call.arg(0) else {
        return Err(call.fail(0, "takes one argument"));
    };
    if let Data::String(text) = &value.data {
        return call.made(pure::data_uri_of_text(text));
    }
    let text = scalar_text(&value.data).unwrap_or_else(|| {
        let mut out = String::new();
        write_json(value, &mut out);
        out
    });
    call.made(pure::data_uri_of_json(&text))
}

fn data_uri_to_string(call: &Call<'_>) -> Outcome {
    let text = pure::data_uri_to_string(call.text(0)?);
    call.made(text.map_err(|message| call.fail(0, message))?)
}
