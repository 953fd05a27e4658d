//! uri, parseUri, buildUri and percent encoding.

use super::{Call, Function, OBJECT, Outcome, Run, STRING, function, plain};
use crate::eval::value::{Data, Entry, Value};
use crate::eval::{Failure, Origin, pure};

pub(super) const FUNCTIONS: &[Function] = &[
    function("uri", (2, 2), &[STRING], Run::Strict(uri)),
    function("parseUri", (1, 1), &[STRING], Run::Strict(parse_uri)),
    function("buildUri", (1, 1), &[OBJECT], Run::Strict(build_uri)),
    function(
        "uriComponent",
        (1, 1),
        &[STRING],
        Run::Strict(uri_component),
    ),
    function(
        "uriComponentToString",
        (1, 1),
        &[STRING],
        Run::Strict(uri_component_to_string),
    ),
];

fn uri(call: &Call<'_>) -> Outcome {
    let joined = pure::join_uri(call.text(0)?, call.text(1)?);
    call.made(joined.map_err(|message| call.fail(0, message))?)
}

fn parse_uri(call: &Call<'_>) -> Outcome {
    let parts = pure::parse_uri(call.text(0)?).map_err(|message| call.fail(0, message))?;
    let text = |name: &str, text: String| Entry::new(name, Value::text(text, Origin::None));
    let mut members = vec![
        text("scheme", parts.scheme),
        text("host", parts.host),
        Entry::new("port", plain(parts.port.map_or(Data::Null, Data::Int))),
    ];
    members.extend(parts.path.map(|path| text("path", path)));
    members.extend(parts.query.map(|query| text("query", query)));
    Ok(Value::object(members, Origin::None))
}

fn build_uri(call: &Call<'_>) -> Outcome {
    let object = call.object(0)?;
    let member = |name: &str| object.get(name).map(|entry| &entry.value.data);
    let text = |name: &str| -> Result<Option<&str>, Failure> {
        match member(name) {
            Some(Data::String(text)) => Ok(Some(text)),
            None | Some(Data::Null) => Ok(None),
            Some(_) => Err(call.fail(0, format!("the member '{name}' must be a string"))),
        }
    };
    let (Some(scheme), Some(host)) = (text("scheme")?, text("host")?) else {
        return Err(call.fail(0, "the members 'scheme' and 'host' are required"));
    };
    let port = match member("port") {
        None | Some(Data::Null) => None,
        Some(Data::Int(port)) => Some(*port),
        Some(_) => return Err(call.fail(0, "the member 'port' must be an integer")),
    };
    let built = pure::build_uri(scheme, host, port, text("path")?, text("query")?);
    call.made(built.map_err(|message| call.fail(0, message))?)
}

fn uri_component(call: &Call<'_>) -> Outcome {
    call.made(pure::uri_component(call.text(0)?))
}

fn uri_component_to_string(call: &Call<'_>) -> Outcome {
    call.made(pure::uri_component_to_string(call.text(0)?))
}
