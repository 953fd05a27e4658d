//! Open expressions to text, as they stand in a printed template.

use super::pure::float_text;
use super::value::{Data, Residual, Value};

/// Longest text of one printed expression; what is longer ends in `...`, so that shared parts cannot blow up.
const MAX_TEXT: usize = 256 << 10;

/// Bytes that most expressions fit into.
const USUAL_TEXT: usize = 120;

/// The expression that gives this value, without outer brackets.
pub fn expression(value: &Value) -> String {
    print("", "", |printer| printer.value(value))
}

/// The expression that gives this value, as it stands in a template: `[..]`.
pub fn bracketed(value: &Value) -> String {
    print("[", "]", |printer| printer.value(value))
}

/// The text of a residual, without outer brackets.
pub fn residual_text(residual: &Residual) -> String {
    print("", "", |printer| printer.residual(residual))
}

/// The text of a residual, as it stands in a template: `[..]`.
pub fn bracketed_residual(residual: &Residual) -> String {
    print("[", "]", |printer| printer.residual(residual))
}

fn print(before: &str, after: &str, what: impl FnOnce(&mut Printer)) -> String {
    let mut printer = Printer {
        out: String::with_capacity(USUAL_TEXT),
    };
    printer.out.push_str(before);
    what(&mut printer);
    if printer.is_full() {
        printer.out.push_str("...");
    }
    printer.out.push_str(after);
    printer.out
}

/// Whether `.name` can stand for `['name']`.
pub(super) fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | '$'))
        && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
}

struct Printer {
    out: String,
}

impl Printer {
    fn is_full(&self) -> bool {
        self.out.len() > MAX_TEXT
    }

    fn text(&mut self, text: &str) {
        self.out.push('\'');
        if memchr::memchr(b'\'', text.as_bytes()).is_none() {
            self.out.push_str(text);
        } else {
            for (at, part) in text.split('\'').enumerate() {
                if at > 0 {
                    self.out.push_str("''");
                }
                self.out.push_str(part);
            }
        }
        self.out.push('\'');
    }

    fn list<T>(&mut self, name: &str, items: &[T], mut print: impl FnMut(&mut Self, &T)) {
        self.out.push_str(name);
        self.out.push('(');
        for (at, item) in items.iter().enumerate() {
            if self.is_full() {
                return;
            }
            if at > 0 {
                self.out.push_str(", ");
            }
            print(self, item);
        }
        self.out.push(')');
    }

    fn value(&mut self, value: &Value) {
        if let Some(shade) = value.shade.as_ref().filter(|shade| shade.secret) {
            return self.residual(&shade.residual);
        }
        match &value.data {
            Data::Null => self.out.push_str("null()"),
            Data::Bool(true) => self.out.push_str("true()"),
            Data::Bool(false) => self.out.push_str("false()"),
            Data::Int(number) => self.out.push_str(&number.to_string()),
            Data::BigInt(digits) => self.out.push_str(digits),
            Data::Float(number) => self.json(&float_text(*number)),
            Data::String(text) => self.text(text),
            Data::Array(array) => self.list("createArray", &array.items, Self::value),
            Data::Object(object) => self.list("createObject", &object.entries, |printer, entry| {
                if entry.unknown_key {
                    let key = entry.key.strip_prefix('[').unwrap_or(&entry.key);
                    printer.out.push_str(key.strip_suffix(']').unwrap_or(key));
                } else {
                    printer.text(&entry.key);
                }
                printer.out.push_str(", ");
                printer.value(&entry.value);
            }),
            Data::Unknown(unknown) => self.residual(&unknown.residual),
        }
    }

    fn json(&mut self, number: &str) {
        self.out.push_str("json('");
        self.out.push_str(number);
        self.out.push_str("')");
    }

    fn residual(&mut self, residual: &Residual) {
        if self.is_full() {
            return;
        }
        match residual {
            Residual::Value(value) => self.value(value),
            Residual::Call(name, args) => self.list(name, args, Self::residual),
            Residual::Property(base, name) => {
                self.residual(base);
                self.member(name);
            }
            Residual::Index(base, index) => {
                self.residual(base);
                if let Residual::Value(Value {
                    data: Data::String(name),
                    shade: None,
                    ..
                }) = &**index
                {
                    self.member(name);
                } else {
                    self.out.push('[');
                    self.residual(index);
                    self.out.push(']');
                }
            }
        }
    }

    fn member(&mut self, name: &str) {
        if is_identifier(name) {
            self.out.push('.');
            self.out.push_str(name);
        } else {
            self.out.push('[');
            self.text(name);
            self.out.push(']');
        }
    }
}
