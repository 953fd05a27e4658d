//! `format()` and `padLeft()`: .NET composite formats over plain arguments.

use super::number::float_text;
use super::number_format::{Decimal, format_number};

/// Longest text that one call makes, in bytes.
const MAX_OUTPUT: usize = 16 << 20;

/// Indexes and widths end here in .NET.
const MAX_NUMBER: usize = 1_000_000;

/// One argument after the format.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// An integer of 64 bits.
    Int(i64),
    /// A larger integer, its digits.
    BigInt(String),
    /// A number with a fraction.
    Float(f64),
    /// Text; a format for it counts nothing.
    Text(String),
    /// Prints as `True` or `False`.
    Bool(bool),
    /// Prints as nothing.
    Null,
    /// An object or array as compact JSON; its double quotes print as single ones.
    Json(String),
}

/// `format`: holes are `{index,width:format}`, doubled braces stand for themselves.
pub fn format_composite(format: &str, arguments: &[Argument]) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        let (literal, from) = rest.split_at(at);
        out.push_str(literal);
        if let Some((brace, after)) = doubled_brace(from) {
            out.push(brace);
            rest = after;
            continue;
        }
        let (hole, after) = Hole::parse(from).ok_or_else(|| {
            format!("'{format}' is not a format: one of its braces is open or holds no index")
        })?;
        let argument = arguments.get(hole.index).ok_or_else(|| {
            format!(
                "'{format}' uses argument {}, but {} were given",
                hole.index,
                arguments.len()
            )
        })?;
        let text = argument.text(hole.format)?;
        let fill = hole.width.saturating_sub(utf16_length(&text));
        if out.len() + text.len() + fill > MAX_OUTPUT {
            return Err(format!("'{format}' makes a text that is too long"));
        }
        let blanks = std::iter::repeat_n(' ', fill);
        if hole.left {
            out.push_str(&text);
            out.extend(blanks);
        } else {
            out.extend(blanks);
            out.push_str(&text);
        }
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// `padLeft`: the width counts UTF-16 units; nothing is cut.
pub fn pad_left(text: &str, width: i64, pad: Option<&str>) -> Result<String, String> {
    let width = usize::try_from(width)
        .ok()
        .filter(|width| (1..=16).contains(width))
        .ok_or_else(|| format!("the width {width} is not between 1 and 16"))?;
    let mut chars = pad.unwrap_or(" ").chars();
    let (Some(pad), None) = (chars.next(), chars.next()) else {
        return Err("the text to pad with is not one character".to_owned());
    };
    if pad.len_utf16() != 1 {
        return Err("the text to pad with is not one character".to_owned());
    }
    let fill = width.saturating_sub(utf16_length(text));
    Ok(std::iter::repeat_n(pad, fill).chain(text.chars()).collect())
}

fn utf16_length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// `{{` and `}}`.
fn doubled_brace(text: &str) -> Option<(char, &str)> {
    let doubled = |brace: char| Some((brace, text.strip_prefix(brace)?.strip_prefix(brace)?));
    doubled('{').or_else(|| doubled('}'))
}

struct Hole<'a> {
    index: usize,
    width: usize,
    /// Aligned to the left, blanks behind.
    left: bool,
    format: &'a str,
}

impl<'a> Hole<'a> {
    /// Reads a hole from its opening brace; gives what follows it too.
    fn parse(text: &'a str) -> Option<(Self, &'a str)> {
        let (index, rest) = number(text.strip_prefix('{')?)?;
        let mut rest = rest.trim_start_matches(' ');
        let (mut width, mut left) = (0, false);
        if let Some(after) = rest.strip_prefix(',') {
            let after = after.trim_start_matches(' ');
            left = after.starts_with('-');
            (width, rest) = number(after.strip_prefix('-').unwrap_or(after))?;
            rest = rest.trim_start_matches(' ');
        }
        let (format, rest) = match rest.strip_prefix(':') {
            // No brace can stand in a format.
            Some(after) => after.split_at(after.find(['{', '}'])?),
            None => ("", rest),
        };
        let hole = Self {
            index,
            width,
            left,
            format,
        };
        Some((hole, rest.strip_prefix('}')?))
    }
}

/// Leading digits; None without any, or from a million on.
fn number(text: &str) -> Option<(usize, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let number = digits.parse().ok().filter(|number| *number < MAX_NUMBER)?;
    Some((number, rest))
}

impl Argument {
    fn text(&self, format: &str) -> Result<String, String> {
        let number = match self {
            Self::Int(value) => Decimal::integer(*value),
            Self::BigInt(digits) => Decimal::big_integer(digits),
            Self::Float(value) if value.is_finite() => Decimal::float(*value),
            Self::Float(value) => return Ok(float_text(*value)),
            Self::Text(text) => return Ok(text.clone()),
            Self::Bool(true) => return Ok("True".to_owned()),
            Self::Bool(false) => return Ok("False".to_owned()),
            Self::Null => return Ok(String::new()),
            Self::Json(text) => return Ok(text.replace('"', "'")),
        };
        format_number(&number, format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(format: &str, argument: Argument) -> Option<String> {
        format_composite(format, &[argument]).ok()
    }

    #[test]
    fn holes_are_filled() {
        for (format, expected) in [
            ("a", Some("a")),
            ("{0,-5}|", Some("ab   |")),
            ("{0,5}|", Some("   ab|")),
            ("{0 , -5 }|", Some("ab   |")),
            ("{0 }{00}", Some("abab")),
            ("{0:N0}{0:o}", Some("abab")),
            ("{{0}}", Some("{0}")),
            ("{{{0}}}", Some("{ab}")),
            ("{1}", None),
            ("{ 0 }", None),
            ("{}", None),
            ("{0", None),
            ("{0,}", None),
            ("{0:", None),
            ("{0:{", None),
            ("{-1}", None),
            ("{", None),
            ("}", None),
            ("{a}", None),
            ("{0,1000000}", None),
            ("{99999999999999999999999}", None),
        ] {
            let text = one(format, Argument::Text("ab".to_owned()));
            assert_eq!(text.as_deref(), expected, "{format}");
        }
    }

    #[test]
    fn arguments_print_as_in_dotnet() {
        let json = Argument::Json("{\"a\":\"it's\",\"b\":[1.0,true]}".to_owned());
        assert_eq!(
            one("{0:X}", json).as_deref(),
            Some("{'a':'it's','b':[1.0,true]}")
        );
        assert_eq!(one("{0:D}", Argument::Bool(true)).as_deref(), Some("True"));
        assert_eq!(one("[{0}]", Argument::Null).as_deref(), Some("[]"));
        assert_eq!(one("{0}", Argument::Float(1.0)).as_deref(), Some("1"));
        assert_eq!(one("{0}", Argument::Float(-0.0)).as_deref(), Some("-0"));
        assert_eq!(
            one("{0,10:N2}|", Argument::Int(1234)).as_deref(),
            Some("  1,234.00|")
        );
    }

    #[test]
    fn long_texts_are_refused() {
        let many = "{0,999999}".repeat(20);
        assert!(format_composite(&many, &[Argument::Null]).is_err());
        assert!(one("{0:D999999999}", Argument::Int(1)).is_none());
    }

    #[test]
    fn padding_counts_utf16_units() {
        for (text, width, pad, expected) in [
            ("13", 5, None, Some("   13")),
            ("-5", 4, Some("0"), Some("00-5")),
            ("12345", 3, None, Some("12345")),
            ("😀", 3, Some("x"), Some("x😀")),
            ("a", 17, None, None),
            ("a", 0, None, None),
            ("a", 3, Some(""), None),
            ("a", 3, Some("ab"), None),
            ("a", 3, Some("😀"), None),
        ] {
            assert_eq!(
                pad_left(text, width, pad).ok().as_deref(),
                expected,
                "{text} {width}"
            );
        }
    }
}
