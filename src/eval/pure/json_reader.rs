//! The text given to `json()` to a plain tree, as tolerantly as the reader behind it (Newtonsoft's), and back to compact text.

use std::fmt::Write as _;

use indexmap::IndexMap;

use super::date;
use super::number::json_float_text;

/// Containers in containers; deeper text is refused.
const MAX_DEPTH: usize = 256;

/// Digits of an integer that the reader takes.
const MAX_INTEGER_LENGTH: usize = 380;

/// JSON data.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// null, also `undefined`.
    Null,
    /// true or false.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// A larger integer, its digits.
    BigInt(String),
    /// A number with fraction or exponent, `NaN` or an infinity.
    Float(f64),
    /// Text.
    Text(String),
    /// An array.
    Array(Vec<Tree>),
    /// An object; of equal names the last one's value stands in the first one's place.
    Object(IndexMap<String, Tree>),
}

/// Reads the first value of a text; what follows it counts nothing.
pub fn read_json(text: &str) -> Result<Tree, String> {
    let mut reader = Reader {
        rest: text,
        depth: 0,
    };
    reader.skip_blanks()?;
    if reader.rest.is_empty() {
        return Err("this text holds no JSON value".to_owned());
    }
    reader.value()
}

/// Compact JSON, as `string()` prints objects and arrays.
pub fn write_json(tree: &Tree) -> String {
    let mut out = String::new();
    write_tree(tree, &mut out);
    out
}

fn write_tree(tree: &Tree, out: &mut String) {
    match tree {
        Tree::Null => out.push_str("null"),
        Tree::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Tree::Int(value) => out.push_str(&value.to_string()),
        Tree::BigInt(digits) => out.push_str(digits),
        Tree::Float(value) => out.push_str(&json_float_text(*value)),
        Tree::Text(text) => write_json_text(text, out),
        Tree::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_tree(item, out);
            }
            out.push(']');
        }
        Tree::Object(members) => {
            out.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json_text(name, out);
                out.push(':');
                write_tree(value, out);
            }
            out.push('}');
        }
    }
}

/// A string between double quotes; only quotes, backslashes, control characters and odd line ends are escaped.
pub fn write_json_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Takes this character if it comes next.
    fn take(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn take_while(&mut self, legal: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !legal(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn unexpected<T>(&self) -> Result<T, String> {
        Err(match self.peek() {
            Some(c) => format!("this text is not JSON: '{c}' is not expected"),
            None => "this text is not JSON: it ends too early".to_owned(),
        })
    }

    /// White space and comments.
    fn skip_blanks(&mut self) -> Result<(), String> {
        loop {
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix("//") {
                let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
                self.rest = rest.get(end..).unwrap_or_default();
            } else if let Some(rest) = self.rest.strip_prefix("/*") {
                let Some((_, rest)) = rest.split_once("*/") else {
                    return Err("a comment of this JSON text has no end".to_owned());
                };
                self.rest = rest;
            } else {
                return Ok(());
            }
        }
    }

    /// A value; a comma where one should be stands for null and is left alone.
    fn value(&mut self) -> Result<Tree, String> {
        match self.peek() {
            Some('{') => self.nested(Self::object),
            Some('[') => self.nested(Self::array),
            Some(quote @ ('"' | '\'')) => self.string(quote).map(Tree::Text),
            Some(',') => Ok(Tree::Null),
            Some('0'..='9' | '.' | '-') => self.number(),
            Some('n') if self.rest.starts_with("new") => self.constructor(),
            Some('a'..='z' | 'A'..='Z') => self.word(),
            _ => self.unexpected(),
        }
    }

    fn nested(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<Tree, String>,
    ) -> Result<Tree, String> {
        if self.depth >= MAX_DEPTH {
            return Err("this JSON text is nested too deeply".to_owned());
        }
        self.depth += 1;
        let tree = read(self);
        self.depth -= 1;
        tree
    }

    /// An array; the text may end before its bracket.
    fn array(&mut self) -> Result<Tree, String> {
        self.take('[');
        let mut items = Vec::new();
        loop {
            self.skip_blanks()?;
            if self.rest.is_empty() || self.take(']') {
                return Ok(Tree::Array(items));
            }
            items.push(self.value()?);
            self.skip_blanks()?;
            if self.rest.is_empty() || self.take(']') {
                return Ok(Tree::Array(items));
            }
            if !self.take(',') {
                return self.unexpected();
            }
        }
    }

    fn object(&mut self) -> Result<Tree, String> {
        self.take('{');
        let mut members = IndexMap::new();
        loop {
            self.skip_blanks()?;
            if self.take('}') {
                return Ok(Tree::Object(members));
            }
            let name = self.name()?;
            self.rest = self.rest.trim_start();
            if !self.take(':') {
                return self.unexpected();
            }
            self.skip_blanks()?;
            let value = self.value()?;
            members.insert(name, value);
            self.skip_blanks()?;
            if self.take('}') {
                return Ok(Tree::Object(members));
            }
            if !self.take(',') {
                return self.unexpected();
            }
        }
    }

    /// A member's name; without quotes it holds letters, digits, `_` and `$`.
    fn name(&mut self) -> Result<String, String> {
        if let Some(quote @ ('"' | '\'')) = self.peek() {
            return self.string(quote);
        }
        let name = self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
        if name.is_empty() {
            return self.unexpected();
        }
        Ok(name.to_owned())
    }

    fn string(&mut self, quote: char) -> Result<String, String> {
        self.take(quote);
        // UTF-16, because a pair of surrogates may be written as two escapes.
        let mut units = Vec::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.rest = self.rest.get(at + 1..).unwrap_or_default();
                return Ok(String::from_utf16_lossy(&units));
            }
            if c != '\\' {
                units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
                continue;
            }
            let escape = chars.next().map(|(_, c)| c);
            units.push(match escape {
                Some('b') => 8,
                Some('t') => 9,
                Some('n') => 10,
                Some('f') => 12,
                Some('r') => 13,
                Some('"') => u16::from(b'"'),
                Some('\'') => u16::from(b'\''),
                Some('\\') => u16::from(b'\\'),
                Some('/') => u16::from(b'/'),
                Some('u') => {
                    let digits: String = chars.by_ref().take(4).map(|(_, c)| c).collect();
                    hex_unit(&digits)
                        .ok_or_else(|| format!("'\\u{digits}' is no escape of a JSON string"))?
                }
                Some(other) => return Err(format!("'\\{other}' is no escape of a JSON string")),
                None => break,
            });
        }
        Err("a string of this JSON text has no end".to_owned())
    }

    fn word(&mut self) -> Result<Tree, String> {
        let start = self.rest;
        let word = self.take_while(char::is_alphanumeric);
        let tree = match word {
            "null" | "undefined" => Tree::Null,
            "true" => Tree::Bool(true),
            "false" => Tree::Bool(false),
            "NaN" => Tree::Float(f64::NAN),
            "Infinity" => Tree::Float(f64::INFINITY),
            _ => {
                self.rest = start;
                return self.unexpected();
            }
        };
        match self.peek() {
            None | Some('}' | ']' | ')' | ',' | '/') => Ok(tree),
            Some(c) if c.is_whitespace() => Ok(tree),
            Some(_) => self.unexpected(),
        }
    }

    /// `new Date(milliseconds)`, which the engine prints as text.
    fn constructor(&mut self) -> Result<Tree, String> {
        let inside = self.rest.strip_prefix("new").map(str::trim_start);
        let inside = inside.and_then(|rest| rest.strip_prefix("Date"));
        let inside = inside.and_then(|rest| rest.trim_start().strip_prefix('('));
        let date = inside
            .and_then(|rest| rest.split_once(')'))
            .and_then(|(digits, rest)| {
                self.rest = rest;
                let milliseconds: i64 = digits.trim().parse().ok()?;
                date::from_epoch(milliseconds.div_euclid(1000), "MM/dd/yyyy HH:mm:ss").ok()
            });
        date.map(Tree::Text)
            .ok_or_else(|| "this text is not JSON: only new Date(..) is read".to_owned())
    }

    fn number(&mut self) -> Result<Tree, String> {
        if let Some(rest) = self.rest.strip_prefix("-Infinity") {
            self.rest = rest;
            return Ok(Tree::Float(f64::NEG_INFINITY));
        }
        let number =
            self.take_while(|c| c.is_ascii_hexdigit() || matches!(c, '-' | '+' | '.' | 'x' | 'X'));
        let separated = match self.peek() {
            None | Some('}' | ']' | ')' | ',' | '/') => true,
            Some(c) => c.is_whitespace(),
        };
        if !separated {
            return self.unexpected();
        }
        number_tree(number).ok_or_else(|| format!("'{number}' is not a JSON number"))
    }
}

fn hex_unit(digits: &str) -> Option<u16> {
    let all = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u16::from_str_radix(digits, 16).ok().filter(|_| all)
}

/// A leading zero means octal, `0x` hexadecimal.
fn number_tree(number: &str) -> Option<Tree> {
    if let Some(digits) = number.strip_prefix('0')
        && !digits.is_empty()
        && !digits.starts_with(['.', 'e', 'E'])
    {
        let (digits, radix) = match digits.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16),
            None => (digits, 8),
        };
        if digits.starts_with('+') {
            return None;
        }
        let value = u64::from_str_radix(digits, radix).ok()?;
        return Some(Tree::Int(value.cast_signed()));
    }
    let digits = number.strip_prefix('-').unwrap_or(number);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        if let Ok(value) = number.parse() {
            return Some(Tree::Int(value));
        }
        let plain = digits.trim_start_matches('0');
        let sign = if number.starts_with('-') { "-" } else { "" };
        let fits = number.len() <= MAX_INTEGER_LENGTH;
        return fits.then(|| Tree::BigInt(format!("{sign}{plain}")));
    }
    let starts_well = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let value: f64 = number.parse().ok()?;
    starts_well.then_some(Tree::Float(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_is_tolerant() {
        for (text, expected) in [
            ("'a'", "\"a\""),
            ("/* x */ {\"a\":1} x", "{\"a\":1}"),
            ("{a:1,$b:2,}//", "{\"a\":1,\"$b\":2}"),
            ("{1:2}", "{\"1\":2}"),
            (
                "{\"b\":1,\"a\":2,\"b\":3,\"A\":4}",
                "{\"b\":3,\"a\":2,\"A\":4}",
            ),
            ("[1,,2,]", "[1,null,2]"),
            ("[1,2", "[1,2]"),
            ("{\"a\":,\"b\":undefined}", "{\"a\":null,\"b\":null}"),
            ("0x1F", "31"),
            ("010", "8"),
            ("007", "7"),
            ("0xFFFFFFFFFFFFFFFF", "-1"),
            ("-0", "0"),
            ("-0.0", "-0.0"),
            (".5", "0.5"),
            ("5.", "5.0"),
            ("0.1e1", "1.0"),
            ("1e400", "\"Infinity\""),
            ("[NaN,-Infinity]", "[\"NaN\",\"-Infinity\"]"),
            ("18446744073709551615", "18446744073709551615"),
            ("100000000000000000000.0", "1E+20"),
            ("\"\\u00e9\\ud83d\\ude00\\/\n\"", "\"é😀/\\n\""),
            ("'it\\'s'", "\"it's\""),
            ("new Date(1)", "\"01/01/1970 00:00:00\""),
            ("\"2020-01-01T00:00:00Z\"", "\"2020-01-01T00:00:00Z\""),
        ] {
            let tree = read_json(text);
            assert_eq!(
                tree.map(|tree| write_json(&tree)),
                Ok(expected.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_the_reader_refuses() {
        for text in [
            "",
            " ",
            "//",
            "True",
            "TRUE",
            "+1",
            "[1 2]",
            "{",
            "a",
            "nullx",
            "\u{feff}1",
            "{a-b:1}",
            "{\"a\" 1}",
            "{\"a\":}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":\"\\q\"}",
            "\"a",
            "'\\u12'",
            "08",
            "1a",
            "-",
            "1-2",
            "[1}",
            "/*",
            "1x",
        ] {
            assert!(read_json(text).is_err(), "{text}");
        }
        assert!(read_json(&"[".repeat(100_000)).is_err());
        assert!(read_json(&"{a:".repeat(100_000)).is_err());
    }

    #[test]
    fn only_odd_characters_are_escaped() {
        let mut out = String::new();
        write_json_text(
            "é\"\\/<>&'😀\0\u{1b}\u{8}\u{c}\u{7f}\u{85}\u{2028}",
            &mut out,
        );
        assert_eq!(
            out,
            "\"é\\\"\\\\/<>&'😀\\u0000\\u001b\\b\\f\u{7f}\\u0085\\u2028\""
        );
    }
}
