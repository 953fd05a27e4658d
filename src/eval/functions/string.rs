//! Text: parts, positions, case, padding, patterns. Positions count UTF-16 units, as .NET does.

use std::sync::Arc;

use super::{ANY, Partial, Shades, array::scalar_text, function, items_of, plain, type_of};
use super::{ARRAY, BOOL, Call, FLOAT, Function, INT, MANY, NULL, OBJECT, Outcome, Run, STRING};
use crate::eval::pure;
use crate::eval::value::{Data, Value};
use crate::eval::{Failure, Origin};

pub(super) const FUNCTIONS: &[Function] = &[
    function("substring", (2, 3), &[STRING, INT], Run::Strict(substring)),
    function("startsWith", (2, 2), &[STRING], Run::Strict(starts_with)),
    function("endsWith", (2, 2), &[STRING], Run::Strict(ends_with)),
    function("toLower", (1, 1), &[STRING], Run::Strict(to_lower)),
    function("toUpper", (1, 1), &[STRING], Run::Strict(to_upper)),
    function("trim", (1, 1), &[STRING], Run::Strict(trim)),
    function(
        "padLeft",
        (2, 3),
        &[STRING | INT, INT, STRING],
        Run::Strict(pad_left),
    ),
    function("replace", (3, 3), &[STRING], Run::Strict(replace)),
    function(
        "split",
        (2, 2),
        &[STRING, STRING | ARRAY],
        Run::Strict(split),
    ),
    function("join", (2, 2), &[ARRAY, STRING], Run::Open(join)),
    function("like", (2, 2), &[STRING], Run::Strict(like)),
    function("format", (1, MANY), &[STRING, ANY], Run::Strict(format)),
    function(
        "string",
        (1, 1),
        &[STRING | INT | BOOL | OBJECT | ARRAY],
        Run::Strict(string),
    ),
    function(
        "fail",
        (1, 1),
        &[STRING | INT | BOOL | OBJECT | ARRAY | FLOAT | NULL],
        Run::Strict(fail),
    ),
];

/// Length in UTF-16 units.
pub(super) fn utf16_len(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.chars().map(char::len_utf16).sum()
    }
}

/// The byte at which a UTF-16 position stands; none inside a pair or past the end.
fn byte_at(text: &str, units: usize) -> Option<usize> {
    if text.is_ascii() {
        return (units <= text.len()).then_some(units);
    }
    let mut seen = 0;
    for (byte, c) in text.char_indices() {
        if seen == units {
            return Some(byte);
        }
        if seen > units {
            return None;
        }
        seen += c.len_utf16();
    }
    (seen == units).then_some(text.len())
}

/// Part of a text by UTF-16 positions that are in range. Cutting a pair in half gives no text.
pub(super) fn cut<'t>(
    call: &Call<'_>,
    text: &'t str,
    start: usize,
    length: usize,
) -> Result<&'t str, Failure> {
    byte_at(text, start)
        .zip(byte_at(text, start + length))
        .and_then(|(from, to)| text.get(from..to))
        .ok_or_else(|| {
            call.fail(
                0,
                "the text would be cut inside a character (a surrogate pair)",
            )
        })
}

fn substring(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?;
    let length = utf16_len(text);
    let start = call.small_int(1)?;
    let Some(start) = usize::try_from(start).ok().filter(|start| *start <= length) else {
        return Err(call.fail(
            1,
            format!("the start {start} is outside of the text of length {length}"),
        ));
    };
    if call.arg(2).is_none() {
        return call.made(cut(call, text, start, length - start)?);
    }
    let count = call.small_int(2)?;
    let fits = |count: &usize| start + count <= length;
    let Some(count) = usize::try_from(count).ok().filter(fits) else {
        let text =
            format!("{count} characters from {start} reach outside of the text of length {length}");
        return Err(call.fail(2, text).help("`take` gives what there is"));
    };
    call.made(cut(call, text, start, count)?)
}

fn starts_with(call: &Call<'_>) -> Outcome {
    let starts = pure::starts_with_ignore_case(call.text(0)?, call.text(1)?);
    Ok(plain(Data::Bool(starts)))
}

fn ends_with(call: &Call<'_>) -> Outcome {
    let ends = pure::ends_with_ignore_case(call.text(0)?, call.text(1)?);
    Ok(plain(Data::Bool(ends)))
}

/// `indexOf` of a text: case is ignored.
pub(super) fn position_in(call: &Call<'_>, last: bool) -> Outcome {
    let (text, part) = (call.text(0)?, call.text(1)?);
    let found = if last {
        pure::last_index_of(text, part)
    } else {
        pure::index_of(text, part)
    };
    let found = found.map_or(-1, |at| i64::try_from(at).unwrap_or(i64::MAX));
    Ok(plain(Data::Int(found)))
}

fn to_lower(call: &Call<'_>) -> Outcome {
    call.made(pure::to_lower(call.text(0)?))
}

fn to_upper(call: &Call<'_>) -> Outcome {
    call.made(pure::to_upper(call.text(0)?))
}

fn trim(call: &Call<'_>) -> Outcome {
    call.made(pure::trim(call.text(0)?))
}

fn pad_left(call: &Call<'_>) -> Outcome {
    let text = call
        .arg(0)
        .and_then(|arg| scalar_text(&arg.data))
        .unwrap_or_default();
    let pad = match call.arg(2) {
        Some(_) => Some(&**call.text(2)?),
        None => None,
    };
    let padded = pure::pad_left(&text, call.int(1)?, pad);
    call.made(padded.map_err(|message| call.fail(1, message))?)
}

fn replace(call: &Call<'_>) -> Outcome {
    let (text, old, new) = (call.text(0)?, call.text(1)?, call.text(2)?);
    if old.is_empty() {
        return Err(call.fail(1, "the text to look for is empty"));
    }
    let found = text.matches(&**old).count();
    let growth = found.saturating_mul(new.len());
    call.interpreter.budget.size(growth, call.span)?;
    call.made(text.replace(&**old, new))
}

fn split(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?;
    let delimiters: Vec<Arc<str>> = match call.arg(1).map(|arg| &arg.data) {
        Some(Data::String(delimiter)) => vec![Arc::clone(delimiter)],
        Some(Data::Array(array)) => {
            let texts: Option<Vec<_>> = array
                .items
                .iter()
                .map(|item| item.as_text().cloned())
                .collect();
            texts.ok_or_else(|| call.fail(1, "every delimiter must be a string"))?
        }
        _ => Vec::new(),
    };
    let delimiters: Vec<&str> = delimiters
        .iter()
        .map(|delimiter| &**delimiter)
        .filter(|delimiter| !delimiter.is_empty())
        .collect();
    let part = |text: &str| Value::text(text, Origin::None);
    let parts: Vec<Value> = match delimiters.as_slice() {
        [] => vec![part(text)],
        [one] => text.split(one).map(part).collect(),
        many => {
            let steps = text.len().saturating_mul(many.len());
            call.interpreter
                .budget
                .steps(steps as u64 / 16, call.span)?;
            split_by(text, many).into_iter().map(part).collect()
        }
    };
    call.interpreter.budget.size(text.len(), call.span)?;
    call.made_array(parts)
}

/// At each place the first delimiter of the list that stands there splits.
fn split_by<'t>(text: &'t str, delimiters: &[&str]) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        match delimiters
            .iter()
            .find(|delimiter| rest.starts_with(**delimiter))
        {
            Some(delimiter) => {
                parts.push(&text[start..at]);
                at += delimiter.len();
                start = at;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    parts.push(&text[start..]);
    parts
}

fn join(call: &Call<'_>) -> Partial {
    let [array, delimiter] = call.args.as_slice() else {
        return Ok(None);
    };
    if let Data::Array(items) = &array.data {
        let wrong = |item: &&Value| type_of(item) & (STRING | INT | BOOL) == 0;
        if let Some(wrong) = items.items.iter().find(wrong) {
            let given = wrong.type_name();
            return Err(call.fail(
                0,
                format!("items must be strings, integers or Booleans, one is {given}"),
            ));
        }
    }
    if array.has_unknown() || delimiter.has_unknown() {
        return Ok(None);
    }
    let mut shades = Shades::default();
    shades.add_parts(array);
    shades.add_parts(delimiter);
    let texts: Vec<String> = items_of(array)
        .iter()
        .filter_map(|item| scalar_text(&item.data))
        .collect();
    let delimiter = call.text(1)?;
    let growth = texts.len().saturating_mul(delimiter.len());
    call.interpreter.budget.size(growth, call.span)?;
    let value = call.with_origin(call.made(texts.join(delimiter))?);
    Ok(Some(call.with_shades(value, shades)))
}

fn like(call: &Call<'_>) -> Outcome {
    let matches = pure::like(call.text(0)?, call.text(1)?);
    Ok(plain(Data::Bool(matches)))
}

fn format(call: &Call<'_>) -> Outcome {
    let arguments: Vec<pure::Argument> = call.args.iter().skip(1).map(argument).collect();
    let text = pure::format_composite(call.text(0)?, &arguments);
    call.made(text.map_err(|message| call.fail(0, message))?)
}

fn argument(value: &Value) -> pure::Argument {
    match &value.data {
        Data::Null => pure::Argument::Null,
        Data::Bool(value) => pure::Argument::Bool(*value),
        Data::Int(number) => pure::Argument::Int(*number),
        Data::BigInt(digits) => pure::Argument::BigInt(digits.to_string()),
        Data::Float(number) => pure::Argument::Float(*number),
        Data::String(text) => pure::Argument::Text(text.to_string()),
        Data::Array(_) | Data::Object(_) | Data::Unknown(_) => {
            let mut json = String::new();
            crate::eval::print::write_json(value, &mut json);
            pure::Argument::Json(json)
        }
    }
}

fn string(call: &Call<'_>) -> Outcome {
    let Some(value) = call.arg(0) else {
        return Err(call.fail(0, "takes one argument"));
    };
    if let Some(text) = scalar_text(&value.data) {
        return call.made(text);
    }
    let mut out = String::new();
    crate::eval::print::write_json(value, &mut out);
    call.made(out)
}

/// The failure that the author wants; its text is the message alone.
fn fail(call: &Call<'_>) -> Outcome {
    use crate::finding::{Problem, ProblemKind};
    let message = match call.arg(0) {
        Some(value) => match scalar_text(&value.data) {
            Some(text) if !value.has_secret() => text,
            _ if value.has_secret() => "(secure)".to_owned(),
            _ => return Err(call.type_error(0, STRING)),
        },
        None => String::new(),
    };
    Err(Problem::error(ProblemKind::FailCalled, call.span, message).into())
}
