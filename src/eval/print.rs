//! Values to JSON: as plans and reports print them, and as the function `string` writes them.

use serde_json::{Map, Number};

use super::float_text;
use super::pure::write_json_text;
use super::residual::{bracketed_residual, residual_text};
use super::value::{Data, Value};

/// JSON for plans and reports: an unknown or merely assumed part is its expression, a secret one `(secure)`;
/// text and names of the shape `[..]` get a second bracket.
pub fn report(value: &Value) -> serde_json::Value {
    if let Some(shade) = &value.shade {
        if shade.secret {
            return SECURE.into();
        }
        // What stands in an assumed object is declared; that it is all there is, is assumed.
        if shade.assumed && !matches!(value.data, Data::Object(_)) {
            return bracketed_residual(&shade.residual).into();
        }
    }
    match &value.data {
        Data::Null => serde_json::Value::Null,
        Data::Bool(value) => (*value).into(),
        Data::Int(value) => (*value).into(),
        Data::BigInt(digits) => big(digits),
        Data::Float(value) => Number::from_f64(*value).map_or_else(
            || super::pure::float_text(*value).into(),
            serde_json::Value::Number,
        ),
        Data::String(text) => escaped(text).into(),
        Data::Array(array) => array.items.iter().map(report).collect(),
        Data::Object(object) => {
            let mut map = Map::with_capacity(object.entries.len());
            for entry in &object.entries {
                let name = if entry.unknown_key {
                    entry.key.to_string()
                } else {
                    escaped(&entry.key)
                };
                map.insert(name, report(&entry.value));
            }
            map.into()
        }
        Data::Unknown(unknown) if unknown.secret => SECURE.into(),
        Data::Unknown(unknown) => bracketed_residual(&unknown.residual).into(),
    }
}

const SECURE: &str = "(secure)";

fn escaped(text: &str) -> String {
    if text.starts_with('[') && text.ends_with(']') {
        format!("[{text}")
    } else {
        text.to_owned()
    }
}

fn big(digits: &str) -> serde_json::Value {
    if let Ok(number) = digits.parse::<u64>() {
        return number.into();
    }
    let number = digits.parse().ok().and_then(Number::from_f64);
    number.map_or(serde_json::Value::Null, serde_json::Value::Number)
}

/// Compact JSON of known data, as the function `string` writes it.
pub(super) fn write_json(value: &Value, out: &mut String) {
    match &value.data {
        Data::Null => out.push_str("null"),
        Data::Bool(true) => out.push_str("true"),
        Data::Bool(false) => out.push_str("false"),
        Data::Int(number) => out.push_str(&number.to_string()),
        Data::BigInt(digits) => out.push_str(digits),
        Data::Float(number) => {
            out.push_str(&float_text(*number));
        }
        Data::String(text) => write_json_text(text, out),
        Data::Array(array) => {
            out.push('[');
            for (at, item) in array.items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Data::Object(object) => {
            out.push('{');
            for (at, entry) in object.entries.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_json_text(&entry.key, out);
                out.push(':');
                write_json(&entry.value, out);
            }
            out.push('}');
        }
        Data::Unknown(unknown) => write_json_text(&residual_text(&unknown.residual), out),
    }
}
