//! One pass over the bytes: nodes out, and a problem for each thing that is no JSON. Recovers at commas and brackets.

use memchr::{memchr, memchr2, memmem};

use super::{Kind, RawNode, strings};
use crate::finding::{Problem, ProblemKind};
use crate::text::{FileId, Span};

/// Deeper nesting is one problem; what lies below is left out. Far beyond any template, and safe for recursion.
const MAX_DEPTH: u32 = 256;
/// After so many problems the rest of the file would only repeat them.
const MAX_PROBLEMS: usize = 100;

pub(super) fn parse(file: FileId, text: &str) -> (Vec<RawNode>, Vec<Problem>) {
    let mut parser = Parser {
        file,
        text,
        bytes: text.as_bytes(),
        at: 0,
        nodes: Vec::with_capacity(text.len() / 32 + 8),
        problems: Vec::new(),
        too_deep: false,
    };
    if u32::try_from(text.len()).is_err() {
        parser.problem(0, 0, "the file is larger than 4 GiB");
    } else {
        parser.file();
    }
    (parser.nodes, parser.problems)
}

struct Parser<'t> {
    file: FileId,
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    nodes: Vec<RawNode>,
    problems: Vec<Problem>,
    too_deep: bool,
}

impl Parser<'_> {
    fn problem(&mut self, start: usize, end: usize, message: impl Into<String>) {
        if self.problems.len() < MAX_PROBLEMS {
            let place = Span::new(self.file, to_u32(start), to_u32(end));
            self.problems
                .push(Problem::error(ProblemKind::JsonSyntax, place, message));
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let next = to_u32(self.nodes.len() + 1);
        self.nodes.push(RawNode {
            kind,
            start: to_u32(start),
            end: to_u32(end),
            next,
        });
    }

    fn open(&mut self, kind: Kind) -> usize {
        let index = self.nodes.len();
        self.push(kind, self.at, self.at);
        self.at += 1;
        index
    }

    fn close(&mut self, index: usize) {
        let next = to_u32(self.nodes.len());
        let end = to_u32(self.at);
        if let Some(node) = self.nodes.get_mut(index) {
            node.end = end;
            node.next = next;
        }
    }

    fn file(&mut self) {
        self.trivia();
        if self.at == self.bytes.len() {
            self.problem(0, 0, "the file is empty: a JSON value is expected");
            return;
        }
        self.value(0);
        self.trivia();
        if self.at < self.bytes.len() {
            let end = self.token_end(self.at);
            self.problem(self.at, end, "text after the end of the JSON value");
        }
    }

    /// White space and comments.
    fn trivia(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(b'/') if !self.comment() => return,
                Some(b'/') => {}
                Some(0x80..) => match self.rest().chars().next() {
                    Some(c) if c.is_whitespace() || c == '\u{feff}' => self.at += c.len_utf8(),
                    _ => return,
                },
                _ => return,
            }
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn comment(&mut self) -> bool {
        let rest = self.bytes.get(self.at + 1..).unwrap_or(&[]);
        match rest.first() {
            Some(b'/') => {
                let line = memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                self.at += 1 + line;
                true
            }
            Some(b'*') => {
                if let Some(length) = memmem::find(rest.get(1..).unwrap_or(&[]), b"*/") {
                    self.at += length + 4;
                } else {
                    self.problem(self.at, self.at + 2, "this comment is never closed");
                    self.at = self.bytes.len();
                }
                true
            }
            _ => false,
        }
    }

    /// A value at the current byte, which is no white space. Always leaves one node (and its children).
    fn value(&mut self, depth: u32) {
        match self.peek() {
            Some(b'{') if depth < MAX_DEPTH => self.object(depth),
            Some(b'[') if depth < MAX_DEPTH => self.array(depth),
            Some(b'{' | b'[') => self.skip_deep(),
            Some(quote @ (b'"' | b'\'')) => self.string(quote),
            Some(b'-' | b'+' | b'.' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: u32) {
        let start = self.at;
        let node = self.open(Kind::Object);
        loop {
            self.trivia();
            match self.peek() {
                None => {
                    self.never_closed(start, "object");
                    break;
                }
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                Some(b']') => {
                    self.problem(self.at, self.at + 1, "']' where '}' is expected");
                    // Closes the object in its place, unless an array around it waits for the bracket.
                    if depth == 0 {
                        self.at += 1;
                        continue;
                    }
                    break;
                }
                Some(b',') => {
                    self.problem(self.at, self.at + 1, "',' without a member before it");
                    self.at += 1;
                }
                Some(_) => self.object_member(depth),
            }
        }
        self.close(node);
    }

    fn object_member(&mut self, depth: u32) {
        let start = self.at;
        match self.peek() {
            Some(quote @ (b'"' | b'\'')) => self.string(quote),
            _ => self.bare_name(),
        }
        let end = self.at;
        self.trivia();
        if self.peek() == Some(b':') {
            self.at += 1;
            self.trivia();
            self.member_value(depth);
        } else {
            self.problem(start, end, "':' and a value are missing after this name");
            self.push(Kind::Null, end, end);
        }
        self.separator(b'}');
    }

    fn member_value(&mut self, depth: u32) {
        if matches!(self.peek(), None | Some(b',' | b'}' | b']')) {
            self.problem(self.at, self.at, "a value is missing");
            self.push(Kind::Null, self.at, self.at);
        } else {
            self.value(depth + 1);
        }
    }

    fn array(&mut self, depth: u32) {
        let start = self.at;
        let node = self.open(Kind::Array);
        loop {
            self.trivia();
            match self.peek() {
                None => {
                    self.never_closed(start, "array");
                    break;
                }
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(b'}') => {
                    self.problem(self.at, self.at + 1, "'}' where ']' is expected");
                    if depth == 0 {
                        self.at += 1;
                        continue;
                    }
                    break;
                }
                Some(b',') => {
                    self.problem(self.at, self.at + 1, "',' without a value before it");
                    self.at += 1;
                }
                Some(b':') => {
                    self.problem(self.at, self.at + 1, "':' in an array");
                    self.at += 1;
                }
                Some(_) => {
                    self.value(depth + 1);
                    self.separator(b']');
                }
            }
        }
        self.close(node);
    }

    /// After a member or item: a comma, or the closing bracket (which stays). A missing comma is reported and read over.
    fn separator(&mut self, close: u8) {
        let end = self.at;
        self.trivia();
        match self.peek() {
            Some(b',') => self.at += 1,
            Some(byte) if byte == close => {}
            None | Some(b'}' | b']') => {}
            Some(_) => self.problem(end, end, "',' is missing"),
        }
    }

    /// Reported once, for the innermost: those around it follow from it.
    fn never_closed(&mut self, start: usize, what: &str) {
        let reported = "is never closed";
        if !self
            .problems
            .last()
            .is_some_and(|p| p.message.ends_with(reported))
        {
            self.problem(start, start + 1, format!("this {what} {reported}"));
        }
    }

    fn string(&mut self, quote: u8) {
        let start = self.at;
        let (end, kind) = self.string_end(start, quote);
        if kind == Kind::EscapedString {
            self.check_escapes(start, end);
        }
        self.push(kind, start, end);
        self.at = end;
    }

    fn string_end(&mut self, start: usize, quote: u8) -> (usize, Kind) {
        let mut at = start + 1;
        let mut kind = Kind::PlainString;
        loop {
            let rest = self.bytes.get(at..).unwrap_or(&[]);
            match memchr2(quote, b'\\', rest) {
                Some(found) if rest.get(found) == Some(&b'\\') => {
                    kind = Kind::EscapedString;
                    at = (at + found + 2).min(self.bytes.len());
                    while !self.text.is_char_boundary(at) {
                        at += 1;
                    }
                }
                Some(found) => {
                    let end = at + found + 1;
                    return match self.unclosed_line(start, end) {
                        Some(line_end) => {
                            self.problem(start, start + 1, "this string is never closed");
                            let escaped =
                                memchr(b'\\', self.bytes.get(start..line_end).unwrap_or(&[]));
                            let kind = match escaped {
                                Some(_) => Kind::EscapedString,
                                None => Kind::PlainString,
                            };
                            (line_end, kind)
                        }
                        None => (end, kind),
                    };
                }
                None => {
                    self.problem(start, start + 1, "this string is never closed");
                    return (self.line_end(start), kind);
                }
            }
        }
    }

    /// A string that runs over a line end and is followed by what cannot follow a string was not closed on its first line:
    /// the quote that ends it opens another string. Gives the end of that line's text.
    fn unclosed_line(&self, start: usize, end: usize) -> Option<usize> {
        let mut after = end;
        while matches!(self.bytes.get(after), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            after += 1;
        }
        if matches!(
            self.bytes.get(after),
            None | Some(b',' | b':' | b'}' | b']' | b'/')
        ) {
            return None;
        }
        let inside = self.bytes.get(start..end).unwrap_or(&[]);
        memchr2(b'\n', b'\r', inside).map(|_| self.line_end(start))
    }

    /// The end of the text of the line, without a comma and blanks at its end.
    fn line_end(&self, start: usize) -> usize {
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        let mut end = start + memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        while end > start + 1 && matches!(self.bytes.get(end - 1), Some(b' ' | b'\t' | b',')) {
            end -= 1;
        }
        end
    }

    fn check_escapes(&mut self, start: usize, end: usize) {
        let mut at = start + 1;
        while let Some(found) = memchr(b'\\', self.bytes.get(at..end).unwrap_or(&[])) {
            let escape = at + found;
            let rest = self.text.get(escape..).unwrap_or("");
            let letter = rest.chars().nth(1);
            let valid = match letter {
                Some('"' | '\'' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => true,
                Some('u') => strings::hex4(rest).is_some(),
                _ => false,
            };
            let length = 1 + letter.map_or(0, char::len_utf8);
            if !valid {
                let shown = rest
                    .get(..length)
                    .unwrap_or("\\")
                    .escape_debug()
                    .to_string();
                let end = (escape + length).min(end);
                self.problem(escape, end, format!("'{shown}' is no escape of JSON"));
            }
            at = escape + length;
        }
    }

    fn number(&mut self) {
        let start = self.at;
        let end = self.token_end(start);
        self.push(Kind::Number, start, end);
        self.at = end;
        let source = self.bytes.get(start..end).unwrap_or(&[]);
        if !is_number(source) {
            let shown = self.text.get(start..end).unwrap_or("").to_owned();
            self.problem(start, end, format!("'{shown}' is no number of JSON"));
        }
    }

    fn word(&mut self) {
        let start = self.at;
        let end = self.token_end(start);
        let kind = match self.bytes.get(start..end) {
            Some(b"null") => Kind::Null,
            Some(b"true") => Kind::True,
            Some(b"false") => Kind::False,
            _ => {
                let shown: String = self
                    .text
                    .get(start..end)
                    .unwrap_or("")
                    .chars()
                    .take(40)
                    .collect();
                self.problem(start, end, format!("'{shown}' is no value of JSON"));
                Kind::Null
            }
        };
        self.push(kind, start, end);
        self.at = end;
    }

    fn bare_name(&mut self) {
        let start = self.at;
        let end = self.token_end(start);
        self.problem(start, end, "a name in quotes is expected");
        self.push(Kind::BareName, start, end);
        self.at = end;
    }

    /// The end of a run of characters that are neither blank nor punctuation; at least one character.
    fn token_end(&self, start: usize) -> usize {
        let stops = |byte: &u8| {
            matches!(
                byte,
                b' ' | b'\n'
                    | b'\r'
                    | b'\t'
                    | b','
                    | b':'
                    | b'{'
                    | b'}'
                    | b'['
                    | b']'
                    | b'"'
                    | b'\''
                    | b'/'
            )
        };
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        let mut end = start + rest.iter().position(stops).unwrap_or(rest.len());
        if end == start && !rest.is_empty() {
            end += 1;
            while !self.text.is_char_boundary(end) {
                end += 1;
            }
        }
        end
    }

    /// A container below the depth bound: stands as null, its brackets are only counted.
    fn skip_deep(&mut self) {
        let start = self.at;
        if !self.too_deep {
            self.too_deep = true;
            let message = format!("nested more than {MAX_DEPTH} levels deep");
            self.problem(start, start + 1, message);
        }
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'{' | b'[' => open += 1,
                b'}' | b']' => open -= 1,
                b'"' | b'\'' => {
                    self.at = self.quoted_end(byte);
                    continue;
                }
                b'/' if self.comment() => continue,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                break;
            }
        }
        self.push(Kind::Null, start, self.at);
    }

    fn quoted_end(&self, quote: u8) -> usize {
        let mut at = self.at + 1;
        loop {
            match self.bytes.get(at) {
                None => return self.bytes.len(),
                Some(b'\\') => at += 2,
                Some(byte) if *byte == quote => return at + 1,
                Some(_) => at += 1,
            }
        }
    }
}

/// `-? digits (. digits)? ([eE] [+-]? digits)?`, without superfluous zeros in front.
fn is_number(source: &[u8]) -> bool {
    let digits = |from: usize| {
        source
            .get(from..)
            .unwrap_or(&[])
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let mut at = usize::from(source.first() == Some(&b'-'));
    let whole = digits(at);
    if whole == 0 || (whole > 1 && source.get(at) == Some(&b'0')) {
        return false;
    }
    at += whole;
    if source.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return false;
        }
        at += 1 + fraction;
    }
    if matches!(source.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(source.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        let exponent = digits(at);
        if exponent == 0 {
            return false;
        }
        at += exponent;
    }
    at == source.len()
}

fn to_u32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
