//! Conversions between types: int, float, bool, json.

use super::{BOOL, Call, FLOAT, Function, INT, Outcome, Run, STRING, function, plain};
use crate::eval::pure::{self, Tree};
use crate::eval::value::{Data, Entry, Value};
use crate::eval::{Failure, Origin};

pub(super) const FUNCTIONS: &[Function] = &[
    function("int", (1, 1), &[STRING | INT], Run::Strict(int)),
    function("float", (1, 1), &[STRING | INT | FLOAT], Run::Strict(float)),
    function(
        "bool",
        (1, 1),
        &[STRING | INT | FLOAT | BOOL],
        Run::Strict(bool),
    ),
    function("json", (1, 1), &[STRING], Run::Strict(json)),
];

fn int(call: &Call<'_>) -> Outcome {
    let number = match call.arg(0).and_then(Value::as_text) {
        Some(text) => pure::parse_int(text).map_err(|message| call.fail(0, message))?,
        None => call.int(0)?,
    };
    Ok(plain(Data::Int(number)))
}

#[expect(clippy::cast_precision_loss, reason = "as the engine converts it")]
fn float(call: &Call<'_>) -> Outcome {
    let number = match call.arg(0).map(|arg| &arg.data) {
        Some(Data::Int(number)) => *number as f64,
        Some(Data::BigInt(digits)) => digits.parse().unwrap_or(f64::INFINITY),
        Some(Data::Float(number)) => *number,
        _ => pure::parse_float(call.text(0)?).map_err(|message| call.fail(0, message))?,
    };
    Ok(plain(Data::Float(number)))
}

fn bool(call: &Call<'_>) -> Outcome {
    let value = match call.arg(0).map(|arg| &arg.data) {
        Some(Data::Bool(value)) => *value,
        Some(Data::Int(number)) => *number != 0,
        Some(Data::BigInt(_)) => true,
        Some(Data::Float(number)) => *number != 0.0,
        _ => {
            let text = call.text(0)?;
            match text.trim_matches(|c: char| c.is_whitespace() || c == '\0') {
                word if word.eq_ignore_ascii_case("true") => true,
                word if word.eq_ignore_ascii_case("false") => false,
                _ => return Err(call.fail(0, format!("'{text}' is neither 'true' nor 'false'"))),
            }
        }
    };
    Ok(plain(Data::Bool(value)))
}

fn json(call: &Call<'_>) -> Outcome {
    read_json(call, call.text(0)?)
}

/// The value of JSON text.
pub(super) fn read_json(call: &Call<'_>, text: &str) -> Outcome {
    call.charge(text.len() / 16)?;
    let tree = pure::read_json(text).map_err(|message| call.fail(0, message))?;
    from_tree(call, tree)
}

fn from_tree(call: &Call<'_>, tree: Tree) -> Result<Value, Failure> {
    Ok(plain(match tree {
        Tree::Null => Data::Null,
        Tree::Bool(value) => Data::Bool(value),
        Tree::Int(number) => Data::Int(number),
        Tree::BigInt(digits) => Data::BigInt(digits.into()),
        Tree::Float(number) => Data::Float(number),
        Tree::Text(text) => Data::String(text.into()),
        Tree::Array(items) => {
            call.charge(items.len())?;
            let items = items.into_iter().map(|item| from_tree(call, item));
            return Ok(Value::array(items.collect::<Result<_, _>>()?, Origin::None));
        }
        Tree::Object(members) => {
            call.charge(members.len())?;
            let entries = members
                .into_iter()
                .map(|(name, member)| Ok(Entry::new(name, from_tree(call, member)?)));
            return Ok(Value::object(
                entries.collect::<Result<_, Failure>>()?,
                Origin::None,
            ));
        }
    }))
}
