//! base64, data URIs and percent encoding.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::array::scalar_text;
use super::{ANY, Call, Function, NULL, Outcome, Run, STRING, function, json};
use crate::eval::Failure;
use crate::eval::value::Data;

pub(super) const FUNCTIONS: &[Function] = &[
    function("base64", (1, 1), &[STRING], Run::Strict(base64)),
    function("base64ToString", (1, 1), &[STRING], Run::Strict(base64_to_string)),
    function("base64ToJson", (1, 1), &[STRING], Run::Strict(base64_to_json)),
    function("dataUri", (1, 1), &[ANY & !NULL], Run::Strict(data_uri)),
    function("dataUriToString", (1, 1), &[STRING], Run::Strict(data_uri_to_string)),
    function("uriComponent", (1, 1), &[STRING], Run::Strict(uri_component)),
    function(
        "uriComponentToString",
        (1, 1),
        &[STRING],
        Run::Strict(uri_component_to_string),
    ),
];

fn base64(call: &Call<'_>) -> Outcome {
    call.made(STANDARD.encode(call.text(0)?.as_bytes()))
}

/// Standard alphabet with padding, white space ignored; wrong bytes become replacement characters.
fn decode(call: &Call<'_>, text: &str) -> Result<String, Failure> {
    let dense: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n'))
        .collect();
    match STANDARD.decode(dense.as_bytes()) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(_) => Err(call.fail(0, "the text is not base64")),
    }
}

fn base64_to_string(call: &Call<'_>) -> Outcome {
    call.made(decode(call, call.text(0)?)?)
}

fn base64_to_json(call: &Call<'_>) -> Outcome {
    let text = decode(call, call.text(0)?)?;
    call.charge(text.len() / 16)?;
    json::read(&text).map_err(|message| call.fail(0, message))
}

fn data_uri(call: &Call<'_>) -> Outcome {
    let Some(value) = call.arg(0) else {
        return Err(call.fail(0, "takes one argument"));
    };
    let (kind, text) = match &value.data {
        Data::String(text) => ("text/plain", text.to_string()),
        data => {
            let text = scalar_text(data).unwrap_or_else(|| {
                let mut out = String::new();
                crate::eval::print::write_json(value, &mut out);
                out
            });
            ("application/json", text)
        }
    };
    let encoded = STANDARD.encode(text.as_bytes());
    call.made(format!("data:{kind};charset=utf-8;base64,{encoded}"))
}

fn data_uri_to_string(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?;
    let not_one = || call.fail(0, format!("'{text}' is not a data URI in UTF-8"));
    let scheme = text.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:"));
    let rest = scheme.and_then(|_| text.get(5..)).ok_or_else(not_one)?;
    let (head, data) = rest.split_once(',').ok_or_else(not_one)?;
    let mut parts = head.split(';');
    let media_type = parts.next().unwrap_or("");
    let mut is_base64 = false;
    for part in parts {
        if part.eq_ignore_ascii_case("base64") {
            is_base64 = true;
        } else if let Some((name, value)) = part.split_once('=') {
            let utf8 = value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8");
            if name.eq_ignore_ascii_case("charset") && (media_type.is_empty() || !utf8) {
                return Err(not_one());
            }
        } else {
            return Err(not_one());
        }
    }
    let decoded = if is_base64 {
        decode(call, data)?
    } else {
        percent_decode(data)
    };
    call.made(decoded)
}

/// Everything but letters, digits and `-_.~` as upper-case escapes.
pub(super) fn percent_encode(text: &str, keep: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) || keep(byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Escapes to bytes; wrong escapes stay, wrong bytes become replacement characters.
fn percent_decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn uri_component(call: &Call<'_>) -> Outcome {
    call.made(percent_encode(call.text(0)?, |_| false))
}

fn uri_component_to_string(call: &Call<'_>) -> Outcome {
    call.made(percent_decode(&call.text(0)?.replace('+', " ")))
}
