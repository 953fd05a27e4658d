//! `format`: .NET composite format strings, `{index,width:format}`.

use super::netnumber;
use super::Call;
use crate::eval::value::{Data, Value};
use crate::eval::{Failure, float_text};

/// Widest field.
const MAX_WIDTH: usize = 1_000_000;

/// The text of a format with its arguments.
pub(super) fn composite(call: &Call<'_>, format: &str, args: &[Value]) -> Result<String, Failure> {
    let wrong = |what: &str| call.fail(0, format!("the format is wrong: {what}"));
    let mut out = String::with_capacity(format.len());
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            out.push_str(brace);
            rest = after;
            continue;
        }
        if brace == "}" {
            return Err(wrong("a `}` stands alone").help("Write `}}` for the character"));
        }
        let Some(end) = rest.find('}') else {
            return Err(wrong("a `{` is not closed").help("Write `{{` for the character"));
        };
        let item = Item::parse(&rest[..end]).ok_or_else(|| wrong(&format!("`{{{}}}`", &rest[..end])))?;
        rest = &rest[end + 1..];
        let Some(arg) = args.get(item.index) else {
            let text = format!("`{{{}}}` has no argument, there are {}", item.index, args.len());
            return Err(wrong(&text));
        };
        let text = item
            .text(arg)
            .ok_or_else(|| wrong(&format!("`{}` does not fit the argument", item.format.unwrap_or(""))))?;
        let length = super::string::utf16_len(&text);
        let padding = item.width.saturating_sub(length);
        call.interpreter.budget.size(text.len() + padding, call.span)?;
        let blanks = " ".repeat(padding);
        if item.left {
            out.push_str(&text);
            out.push_str(&blanks);
        } else {
            out.push_str(&blanks);
            out.push_str(&text);
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// What stands between the braces.
struct Item<'f> {
    index: usize,
    width: usize,
    left: bool,
    format: Option<&'f str>,
}

impl<'f> Item<'f> {
    fn parse(text: &'f str) -> Option<Self> {
        let (head, format) = match text.split_once(':') {
            Some((head, format)) => (head, Some(format)),
            None => (text, None),
        };
        if format.is_some_and(|format| format.contains('{')) {
            return None;
        }
        let (index, width) = match head.split_once(',') {
            Some((index, width)) => (index, Some(width)),
            None => (head, None),
        };
        let number = |digits: &str| -> Option<usize> {
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten().filter(|number| *number < MAX_WIDTH)
        };
        let (left, width) = match width.map(str::trim) {
            None => (false, 0),
            Some(width) => match width.strip_prefix('-') {
                Some(width) => (true, number(width)?),
                None => (false, number(width)?),
            },
        };
        Some(Self {
            index: number(index.trim_end_matches(' '))?,
            width,
            left,
            format,
        })
    }

    fn text(&self, value: &Value) -> Option<String> {
        let format = self.format.unwrap_or("");
        match &value.data {
            Data::Null => Some(String::new()),
            Data::Bool(true) => Some("True".to_owned()),
            Data::Bool(false) => Some("False".to_owned()),
            Data::String(text) => Some(text.to_string()),
            Data::Int(number) => netnumber::int_text(*number, format),
            Data::BigInt(digits) => match digits.parse() {
                Ok(number) if !format.is_empty() => netnumber::float_format(number, format),
                _ => Some(digits.to_string()),
            },
            Data::Float(number) => netnumber::float_format(*number, format),
            Data::Array(_) | Data::Object(_) | Data::Unknown(_) => {
                let mut json = String::new();
                crate::eval::print::write_json(value, &mut json);
                Some(json.replace('"', "'"))
            }
        }
    }
}

/// A float as `{0}` prints it: without the `.0` that JSON has.
pub(super) fn plain_float(number: f64) -> String {
    let text = float_text(number);
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}
