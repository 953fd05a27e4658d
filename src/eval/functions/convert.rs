//! Conversions between types: int, float, bool, json.

use super::{BOOL, Call, FLOAT, Function, INT, Outcome, Run, STRING, function, json, plain};
use crate::eval::value::Data;

pub(super) const FUNCTIONS: &[Function] = &[
    function("int", (1, 1), &[STRING | INT], Run::Strict(int)),
    function("float", (1, 1), &[STRING | INT | FLOAT], Run::Strict(float)),
    function("bool", (1, 1), &[STRING | INT | FLOAT | BOOL], Run::Strict(bool)),
    function("json", (1, 1), &[STRING], Run::Strict(read_json)),
];

fn int(call: &Call<'_>) -> Outcome {
    if matches!(call.arg(0).map(|arg| &arg.data), Some(Data::Int(_) | Data::BigInt(_))) {
        return Ok(plain(Data::Int(call.int(0)?)));
    }
    let text = call.text(0)?;
    let trimmed = text.trim_matches(|c: char| matches!(c, ' ' | '\t'..='\r'));
    match trimmed.parse::<i64>() {
        Ok(number) => Ok(plain(Data::Int(number))),
        Err(_) => Err(call.fail(0, format!("'{text}' is not an integer of 64 bits"))),
    }
}

#[expect(clippy::cast_precision_loss, reason = "as the engine converts it")]
fn float(call: &Call<'_>) -> Outcome {
    let number = match call.arg(0).map(|arg| &arg.data) {
        Some(Data::Int(number)) => *number as f64,
        Some(Data::BigInt(digits)) => digits.parse().unwrap_or(f64::INFINITY),
        Some(Data::Float(number)) => *number,
        _ => {
            let text = call.text(0)?;
            match parse_float(text) {
                Some(number) => number,
                None => return Err(call.fail(0, format!("'{text}' is not a number"))),
            }
        }
    };
    Ok(plain(Data::Float(number)))
}

/// .NET's invariant form: blanks around, a sign, thousands commas, a fraction, an exponent; `NaN` and `Infinity`.
fn parse_float(text: &str) -> Option<f64> {
    let text = text.trim();
    let bare = text.trim_start_matches(['+', '-']);
    match bare.to_ascii_lowercase().as_str() {
        "nan" => return Some(f64::NAN),
        "infinity" if text.starts_with('-') => return Some(f64::NEG_INFINITY),
        "infinity" => return Some(f64::INFINITY),
        _ => {}
    }
    let (whole, rest) = match text.find(['.', 'e', 'E']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    if whole.trim_start_matches(['+', '-']).starts_with(',') {
        return None;
    }
    let plain = whole.replace(',', "") + rest;
    if !plain.chars().all(digits) || !plain.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    plain.parse().ok()
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

fn read_json(call: &Call<'_>) -> Outcome {
    let text = call.text(0)?;
    call.charge(text.len() / 16)?;
    json::read(text).map_err(|message| call.fail(0, message))
}
