//! Texts: `'one line'` with escapes and holes, `'''several lines'''` as they stand.

use std::sync::Arc;

use memchr::{memchr, memchr2};

use super::ast::{Expr, ExprKind, Part};
use super::lexer::{Kind, to_u32};
use super::parser::Parser;
use crate::text::Span;

/// How a piece of text between quotes and holes ended.
enum Stop {
    /// With the closing quotes.
    Quote,
    /// With the mark of a hole.
    Hole,
    /// With the end of the line or file.
    Missing,
}

impl Parser<'_> {
    /// A text; the token is its opening quote.
    pub(super) fn string(&mut self) -> Expr {
        let start = self.token.start;
        let block = match self.token.kind {
            Kind::Block(dollars) => Some(dollars as usize),
            _ => None,
        };
        self.lexer.at = self.token.end as usize;
        if block.is_some() {
            self.first_newline();
        }
        let mut parts = Vec::new();
        let mut height = 0;
        loop {
            let from = self.lexer.at;
            let (text, end, stop) = match block {
                Some(dollars) => self.block_piece(dollars),
                None => self.line_piece(),
            };
            let hole = matches!(stop, Stop::Hole);
            if parts.is_empty() && !hole {
                if matches!(stop, Stop::Missing) {
                    self.unterminated(start, block.is_some());
                }
                self.end_string();
                self.height = 1;
                return Expr {
                    kind: ExprKind::Text(text),
                    span: self.since(start),
                };
            }
            if end > from {
                let span = self.lexer.span(from, end);
                parts.push(Part::Text { text, span });
            }
            match stop {
                Stop::Hole if self.hole(&mut parts, &mut height) => continue,
                // The token stays what it is: nothing of the text follows.
                Stop::Hole => self.unterminated(start, block.is_some()),
                Stop::Missing => {
                    self.unterminated(start, block.is_some());
                    self.end_string();
                }
                Stop::Quote => self.end_string(),
            }
            break;
        }
        self.around(height);
        parts.shrink_to_fit();
        Expr {
            kind: ExprKind::Interpolated(parts),
            span: self.since(start),
        }
    }

    /// Reads on after the text.
    fn end_string(&mut self) {
        self.taken = to_u32(self.lexer.at);
        self.token = self.lexer.next();
    }

    fn unterminated(&mut self, start: u32, block: bool) {
        let (message, help) = if block {
            ("this text is never closed", "end it with `'''`")
        } else {
            (
                "this text is not closed on its line",
                "end it with `'`, or write a text of several lines as `'''..'''`",
            )
        };
        let place = Span::new(self.lexer.file, start, to_u32(self.lexer.at));
        let place = if block {
            Span::new(place.file, start, (start + 3).min(place.end))
        } else {
            place
        };
        self.problem(place, message, help);
        self.lost = true;
    }

    /// The expression in a hole; the lexer stands behind its mark. False if nothing of the text can follow.
    fn hole(&mut self, parts: &mut Vec<Part>, height: &mut usize) -> bool {
        let lost = self.lost;
        self.taken = to_u32(self.lexer.at);
        self.token = self.lexer.next();
        self.holes += 1;
        let expr = self.expression();
        self.holes -= 1;
        *height = (*height).max(self.height);
        parts.push(Part::Hole(expr));
        if !self.at(Kind::RightBrace) {
            let help = "close the hole with `}`: an expression in a text stands on one line";
            self.expected("`}`", help);
        }
        let mut open = 0_usize;
        while !(self.at(Kind::RightBrace) && open == 0) {
            match self.token.kind {
                Kind::RightBrace => open -= 1,
                Kind::LeftBrace => open += 1,
                Kind::Newline | Kind::End | Kind::Quote | Kind::Block(_) => return false,
                _ if self.abandoned => return false,
                _ => {}
            }
            self.advance();
        }
        // The mistake is inside the hole: after it the text goes on.
        self.lost = lost;
        self.lexer.at = self.token.end as usize;
        self.taken = self.token.end;
        true
    }

    /// A piece of a text of one line: its characters, where they end, and how.
    fn line_piece(&mut self) -> (Arc<str>, usize, Stop) {
        let from = self.lexer.at;
        let mut decoded: Option<String> = None;
        // The first character that is not in `decoded` yet.
        let mut copied = from;
        let mut at = from;
        let stop = loop {
            while PLAIN[usize::from(self.lexer.byte(at))] {
                at += 1;
            }
            match self.lexer.byte(at) {
                b'\'' => break Stop::Quote,
                b'$' if self.lexer.byte(at + 1) == b'{' => break Stop::Hole,
                b'\n' | b'\r' => break Stop::Missing,
                b'\\' => {
                    let text = decoded.get_or_insert_default();
                    text.push_str(self.lexer.slice(copied, at));
                    at = self.escape(at, text);
                    copied = at;
                }
                _ if at >= self.lexer.bytes.len() => {
                    at = self.lexer.bytes.len();
                    break Stop::Missing;
                }
                _ => at += 1,
            }
        };
        self.lexer.at = match stop {
            Stop::Quote => at + 1,
            Stop::Hole => at + 2,
            Stop::Missing => at,
        };
        let text = match decoded {
            None => self.lexer.names.get(self.lexer.slice(from, at)),
            Some(mut text) => {
                text.push_str(self.lexer.slice(copied, at));
                Arc::from(text)
            }
        };
        (text, at, stop)
    }

    /// The character that the escape at `at` stands for; answers where the escape ends.
    fn escape(&mut self, at: usize, text: &mut String) -> usize {
        let character = match self.lexer.byte(at + 1) {
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'\\' => '\\',
            b'\'' => '\'',
            b'$' => '$',
            b'u' if self.lexer.byte(at + 2) == b'{' => return self.code_point(at, text),
            next => {
                let length = match next {
                    b'\n' | b'\r' | 0 => 1,
                    _ => {
                        let rest = self.lexer.text.get(at + 1..).unwrap_or("");
                        1 + rest.chars().next().map_or(0, char::len_utf8)
                    }
                };
                self.wrong_escape(at, at + length);
                return at + length;
            }
        };
        text.push(character);
        at + 2
    }

    /// `\u{1F600}`.
    fn code_point(&mut self, at: usize, text: &mut String) -> usize {
        let digits = at + 3;
        let mut end = digits;
        while self.lexer.byte(end).is_ascii_hexdigit() {
            end += 1;
        }
        let closed = self.lexer.byte(end) == b'}';
        let number = u32::from_str_radix(self.lexer.slice(digits, end), 16).ok();
        let after = end + usize::from(closed);
        match number.and_then(char::from_u32) {
            Some(character) if closed => text.push(character),
            _ => self.wrong_escape(at, after),
        }
        after
    }

    fn wrong_escape(&mut self, start: usize, end: usize) {
        let place = self.lexer.span(start, end);
        let message = format!("`{}` is no escape", self.lexer.slice(start, end));
        let help = "the escapes are `\\n`, `\\r`, `\\t`, `\\\\`, `\\'`, `\\$` and `\\u{hex}`";
        // Reading goes on behind it, so it hides nothing and nothing hides it.
        self.lexer.problem(place, message, help);
    }

    /// The end of the line directly after `'''` is not part of the text.
    fn first_newline(&mut self) {
        let at = self.lexer.at;
        self.lexer.at += match (self.lexer.byte(at), self.lexer.byte(at + 1)) {
            (b'\r', b'\n') => 2,
            (b'\r' | b'\n', _) => 1,
            _ => 0,
        };
    }

    /// A piece of a text of several lines: its characters, where they end, and how.
    fn block_piece(&mut self, dollars: usize) -> (Arc<str>, usize, Stop) {
        let from = self.lexer.at;
        let mut at = from;
        let (end, stop) = loop {
            let rest = self.lexer.bytes.get(at..).unwrap_or(&[]);
            let found = if dollars == 0 {
                memchr(b'\'', rest)
            } else {
                memchr2(b'\'', b'$', rest)
            };
            let Some(found) = found else {
                self.lexer.at = self.lexer.bytes.len();
                break (self.lexer.at, Stop::Missing);
            };
            at += found;
            let sign = self.lexer.byte(at);
            let start = at;
            while self.lexer.byte(at) == sign {
                at += 1;
            }
            let count = at - start;
            if sign == b'\'' && count >= 3 {
                // A run of more quotes keeps the first ones in the text.
                self.lexer.at = at;
                break (at - 3, Stop::Quote);
            }
            if sign == b'$' && count >= dollars && self.lexer.byte(at) == b'{' {
                self.lexer.at = at + 1;
                break (at - dollars, Stop::Hole);
            }
        };
        let text = self.lexer.names.get(self.lexer.slice(from, end));
        (text, end, stop)
    }
}

/// Bytes inside a text of one line that mean nothing but themselves.
const PLAIN: [bool; 256] = {
    let mut table = [true; 256];
    table[b'\'' as usize] = false;
    table[b'\\' as usize] = false;
    table[b'$' as usize] = false;
    table[b'\n' as usize] = false;
    table[b'\r' as usize] = false;
    table[0] = false;
    table
};
