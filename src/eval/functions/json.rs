//! The tolerant JSON reader behind `json()`: what Newtonsoft.Json reads, this reads, with the same result.

use std::sync::Arc;

use super::{date, plain};
use crate::eval::Origin;
use crate::eval::value::{Data, Entry, Value};

/// Levels of arrays and objects.
const MAX_DEPTH: usize = 128;

/// The first value of the text; what follows it is not looked at.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let mut reader = Reader { text, at: 0 };
    reader.blanks()?;
    if reader.peek().is_none() {
        return Err("the text is empty".to_owned());
    }
    reader.value(0)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn error<T>(&self, what: &str) -> Result<T, String> {
        let shown: String = self.rest().chars().take(12).collect();
        Err(format!("the text is not JSON: {what} at character {} ('{shown}')", self.at + 1))
    }

    /// White space and comments.
    fn blanks(&mut self) -> Result<(), String> {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace()).len();
            let rest = self.rest();
            if rest.starts_with("//") {
                self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                match rest.get(2..).and_then(|inner| inner.find("*/")) {
                    Some(end) => self.at += end + 4,
                    None => return self.error("a comment is not closed"),
                }
            } else {
                return Ok(());
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        if depth > MAX_DEPTH {
            return self.error("it is nested too deep");
        }
        self.blanks()?;
        match self.peek() {
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some(quote @ ('"' | '\'')) => {
                self.take();
                Ok(Value::text(self.quoted(quote)?, Origin::None))
            }
            Some(c) if c.is_ascii_digit() || matches!(c, '-' | '.') => self.number(),
            Some(_) => self.word(),
            None => self.error("a value is missing"),
        }
    }

    fn word(&mut self) -> Result<Value, String> {
        const WORDS: [(&str, Data); 6] = [
            ("true", Data::Bool(true)),
            ("false", Data::Bool(false)),
            ("null", Data::Null),
            ("undefined", Data::Null),
            ("NaN", Data::Float(f64::NAN)),
            ("Infinity", Data::Float(f64::INFINITY)),
        ];
        for (word, data) in WORDS {
            if let Some(after) = self.rest().strip_prefix(word) {
                if after.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
                    return self.error("an unknown word");
                }
                self.at += word.len();
                return Ok(plain(data));
            }
        }
        if self.rest().starts_with("new ") {
            return self.constructor();
        }
        self.error("an unknown word")
    }

    /// `new Date(milliseconds)`, which becomes the text of the date.
    fn constructor(&mut self) -> Result<Value, String> {
        self.at += "new ".len();
        self.blanks()?;
        let Some(after) = self.rest().strip_prefix("Date(") else {
            return self.error("an unknown constructor");
        };
        let Some((digits, _)) = after.split_once(')') else {
            return self.error("`)` is missing");
        };
        let Ok(milliseconds) = digits.trim().parse::<i64>() else {
            return self.error("a number is missing");
        };
        self.at += "Date(".len() + digits.len() + 1;
        match date::from_epoch_milliseconds(milliseconds) {
            Some(text) => Ok(Value::text(text, Origin::None)),
            None => self.error("a date out of range"),
        }
    }

    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let mut out = String::new();
        loop {
            match self.take() {
                None => return self.error("a text is not closed"),
                Some(c) if c == quote => return Ok(out),
                Some('\\') => self.escape(&mut out)?,
                Some(c) => out.push(c),
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), String> {
        let c = match self.take() {
            Some('b') => '\u{8}',
            Some('t') => '\t',
            Some('n') => '\n',
            Some('f') => '\u{c}',
            Some('r') => '\r',
            Some(c @ ('\\' | '"' | '\'' | '/')) => c,
            Some('u') => {
                let unit = self.unit()?;
                if !(0xd800..0xdc00).contains(&unit) {
                    char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)
                } else if self.rest().starts_with("\\u") {
                    self.at += 2;
                    let low = self.unit()?;
                    let joined = 0x10000 + ((unit - 0xd800) << 10) + low.wrapping_sub(0xdc00);
                    if !(0xdc00..0xe000).contains(&low) {
                        return self.error("half of a surrogate pair");
                    }
                    char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER)
                } else {
                    char::REPLACEMENT_CHARACTER
                }
            }
            _ => return self.error("an unknown escape"),
        };
        out.push(c);
        Ok(())
    }

    fn unit(&mut self) -> Result<u32, String> {
        let digits = self.rest().get(..4);
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(unit) => {
                self.at += 4;
                Ok(unit)
            }
            None => self.error("four hexadecimal digits are missing"),
        }
    }

    fn number(&mut self) -> Result<Value, String> {
        let rest = self.rest();
        if let Some(after) = rest.strip_prefix('-') {
            if after.starts_with("Infinity") {
                self.at += "-Infinity".len();
                return Ok(plain(Data::Float(f64::NEG_INFINITY)));
            }
        }
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let length = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let (text, after) = rest.split_at(length);
        if !after.is_empty() && !after.starts_with([',', '}', ']', ')', '/', ' ', '\t', '\r', '\n']) {
            return self.error("a number ends wrongly");
        }
        match number(text) {
            Some(data) => {
                self.at += length;
                Ok(plain(data))
            }
            None => self.error("a number is wrong"),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, String> {
        self.take();
        let mut items = Vec::new();
        loop {
            self.blanks()?;
            match self.peek() {
                // The reader ends with the text, closed or not.
                None => return Ok(Value::array(items, Origin::None)),
                Some(']') => {
                    self.take();
                    return Ok(Value::array(items, Origin::None));
                }
                Some(',') => {
                    self.take();
                    items.push(plain(Data::Null));
                    continue;
                }
                Some(_) => items.push(self.value(depth + 1)?),
            }
            self.blanks()?;
            match self.peek() {
                Some(',') => {
                    self.take();
                }
                Some(']') | None => {}
                Some(_) => return self.error("`,` or `]` is missing"),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, String> {
        self.take();
        let mut entries: indexmap::IndexMap<Arc<str>, Value> = indexmap::IndexMap::new();
        loop {
            self.blanks()?;
            match self.peek() {
                Some('}') => {
                    self.take();
                    let entries = entries.into_iter().map(|(key, value)| Entry::new(key, value));
                    return Ok(Value::object(entries.collect(), Origin::None));
                }
                None => return self.error("`}` is missing"),
                Some(_) => {}
            }
            let name = self.name()?;
            self.blanks()?;
            if self.take() != Some(':') {
                return self.error("`:` is missing");
            }
            let value = self.value(depth + 1)?;
            entries.insert(name.into(), value);
            self.blanks()?;
            match self.peek() {
                Some(',') => {
                    self.take();
                }
                Some('}') => {}
                _ => return self.error("`,` or `}` is missing"),
            }
        }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.peek() {
            Some(quote @ ('"' | '\'')) => {
                self.take();
                self.quoted(quote)
            }
            _ => {
                let rest = self.rest();
                let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
                let length = rest.find(|c| !part(c)).unwrap_or(rest.len());
                if length == 0 {
                    return self.error("a member name is missing");
                }
                self.at += length;
                Ok(rest[..length].to_owned())
            }
        }
    }
}

/// A number: decimal, with fraction or exponent, hexadecimal `0x`, octal with a leading zero.
fn number(text: &str) -> Option<Data> {
    let (negative, bare) = match text.strip_prefix('-') {
        Some(bare) => (true, bare),
        None => (false, text),
    };
    let signed = |number: i64| Data::Int(if negative { number.wrapping_neg() } else { number });
    if let Some(digits) = bare.strip_prefix("0x").or_else(|| bare.strip_prefix("0X")) {
        return i64::from_str_radix(digits, 16).ok().map(signed);
    }
    if bare.len() > 1 && bare.starts_with('0') && !bare.contains(['.', 'e', 'E']) {
        return i64::from_str_radix(bare, 8).ok().map(signed);
    }
    if bare.bytes().all(|b| b.is_ascii_digit()) && !bare.is_empty() {
        return match text.parse() {
            Ok(number) => Some(Data::Int(number)),
            Err(_) => Some(Data::BigInt(text.into())),
        };
    }
    let wrong = |c: char| !(c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    if bare.contains(wrong) || !bare.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().map(Data::Float)
}
