//! Characters to tokens, one at a time, comments and pragmas put aside. The insides of texts are read by `strings`.

use memchr::{memchr2, memmem};

use super::ast::{Name, Pragma, PragmaKind};
use super::names::Names;
use crate::finding::{Problem, ProblemKind};
use crate::text::{FileId, Span};

/// After so many problems the rest of the file would only repeat them.
const MAX_PROBLEMS: usize = 100;
/// Letters that a name may have.
const LONGEST_NAME: usize = 255;

/// A piece of text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Ends of lines, with blank lines and comments up to the next token.
    Newline,
    End,
    Word,
    Int,
    /// `'`.
    Quote,
    /// `'''`, with the number of `$` before it.
    Block(u32),
    LeftBrace,
    RightBrace,
    LeftParen,
    RightParen,
    LeftSquare,
    RightSquare,
    Comma,
    Colon,
    DoubleColon,
    Dot,
    Ellipsis,
    Question,
    DoubleQuestion,
    Exclamation,
    NotEqual,
    NotSimilar,
    Assign,
    Equal,
    Similar,
    Arrow,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Pipe,
    At,
    Caret,
    /// A character that the language does not have. It was reported.
    Unknown,
}

pub(super) struct Lexer<'t> {
    pub(super) file: FileId,
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) at: usize,
    pub(super) names: Names,
    pub(super) pragmas: Vec<Pragma>,
    pub(super) comments: Vec<Span>,
    pub(super) problems: Vec<Problem>,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(file: FileId, text: &'t str) -> Self {
        Self {
            file,
            text,
            bytes: text.as_bytes(),
            at: 0,
            names: Names::new(),
            pragmas: Vec::new(),
            comments: Vec::new(),
            problems: Vec::new(),
        }
    }

    pub(super) fn byte(&self, at: usize) -> u8 {
        // Text may hold NUL; where the difference matters, `at` is compared with the length.
        self.bytes.get(at).copied().unwrap_or(0)
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, to_u32(start), to_u32(end))
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or("")
    }

    pub(super) fn problem(&mut self, place: Span, message: impl Into<String>, help: &str) {
        if self.problems.len() < MAX_PROBLEMS {
            let problem = Problem::error(ProblemKind::ExpressionSyntax, place, message);
            self.problems.push(problem.help(help));
        }
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Token {
        if let Some(newline) = self.trivia() {
            return newline;
        }
        let start = self.at;
        let byte = self.byte(start);
        let kind = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            b'0'..=b'9' => {
                while self.byte(self.at).is_ascii_digit() {
                    self.at += 1;
                }
                Kind::Int
            }
            b'\''
                if self
                    .bytes
                    .get(start..)
                    .is_some_and(|rest| rest.starts_with(b"'''")) =>
            {
                self.at += 3;
                Kind::Block(0)
            }
            b'$' => self.dollars(),
            _ => self.sign(byte),
        };
        Token {
            kind,
            start: to_u32(start),
            end: to_u32(self.at),
        }
    }

    /// Blanks, comments, pragmas; a token if there was an end of line among them.
    fn trivia(&mut self) -> Option<Token> {
        let mut newline = None;
        loop {
            match self.byte(self.at) {
                b' ' | b'\t' => self.at += 1,
                b'\n' | b'\r' => {
                    newline.get_or_insert(self.at);
                    self.at += 1;
                }
                b'/' if matches!(self.byte(self.at + 1), b'/' | b'*') => self.comment(),
                b'#' if self.pragma(newline.is_some()) => {}
                _ => break,
            }
        }
        newline.map(|start| Token {
            kind: Kind::Newline,
            start: to_u32(start),
            end: to_u32(self.at),
        })
    }

    fn comment(&mut self) {
        let start = self.at;
        let rest = self.bytes.get(start + 2..).unwrap_or(&[]);
        if self.byte(start + 1) == b'/' {
            self.at = start + 2 + memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        } else if let Some(length) = memmem::find(rest, b"*/") {
            self.at = start + length + 4;
        } else {
            self.at = self.bytes.len();
            let place = self.span(start, start + 2);
            self.problem(place, "this comment is never closed", "end it with `*/`");
        }
        let place = self.span(start, self.at);
        self.comments.push(place);
    }

    /// Reads `#disable-next-line` and its sisters, which begin a line.
    fn pragma(&mut self, after_newline: bool) -> bool {
        let start = self.at;
        if !after_newline {
            let before = self.bytes.get(..start).unwrap_or(&[]);
            if before.iter().any(|byte| !matches!(byte, b' ' | b'\t')) {
                return false;
            }
        }
        let word_end = self.code_end(start + 1);
        let kind = match self.slice(start + 1, word_end) {
            "disable-next-line" => PragmaKind::DisableNextLine,
            "disable-diagnostics" => PragmaKind::DisableDiagnostics,
            "restore-diagnostics" => PragmaKind::RestoreDiagnostics,
            _ => return false,
        };
        self.at = word_end;
        let mut codes = Vec::new();
        let mut end = word_end;
        loop {
            while matches!(self.byte(self.at), b' ' | b'\t') {
                self.at += 1;
            }
            let code_end = self.code_end(self.at);
            if code_end == self.at {
                break;
            }
            codes.push(Name {
                text: self.names.get(self.slice(self.at, code_end)),
                span: self.span(self.at, code_end),
            });
            (self.at, end) = (code_end, code_end);
        }
        let span = self.span(start, end);
        if codes.is_empty() {
            let place = self.span(end, end);
            let help = "write the codes after it: `#disable-next-line no-unused-params`";
            self.problem(place, "this line names no diagnostic code", help);
        }
        self.pragmas.push(Pragma { kind, codes, span });
        true
    }

    fn code_end(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-') {
            at += 1;
        }
        at
    }

    fn word(&mut self) -> Kind {
        let start = self.at;
        while WORD[usize::from(self.byte(self.at))] {
            self.at += 1;
        }
        if self.at - start > LONGEST_NAME {
            let place = self.span(start, self.at);
            let message = format!("this name has more than {LONGEST_NAME} characters");
            self.problem(place, message, "shorten it");
        }
        Kind::Word
    }

    /// `$` is part of the language only before `'''`.
    fn dollars(&mut self) -> Kind {
        let start = self.at;
        while self.byte(self.at) == b'$' {
            self.at += 1;
        }
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        if rest.starts_with(b"'''") {
            let count = to_u32(self.at - start);
            self.at += 3;
            return Kind::Block(count);
        }
        self.at = start + 1;
        self.unknown(start)
    }

    fn sign(&mut self, byte: u8) -> Kind {
        let (second, third) = (self.byte(self.at + 1), self.byte(self.at + 2));
        let (length, kind) = match (byte, second) {
            (b'\'', _) => (1, Kind::Quote),
            (b'{', _) => (1, Kind::LeftBrace),
            (b'}', _) => (1, Kind::RightBrace),
            (b'(', _) => (1, Kind::LeftParen),
            (b')', _) => (1, Kind::RightParen),
            (b'[', _) => (1, Kind::LeftSquare),
            (b']', _) => (1, Kind::RightSquare),
            (b',', _) => (1, Kind::Comma),
            (b':', b':') => (2, Kind::DoubleColon),
            (b':', _) => (1, Kind::Colon),
            (b'.', b'.') if third == b'.' => (3, Kind::Ellipsis),
            (b'.', _) => (1, Kind::Dot),
            (b'?', b'?') => (2, Kind::DoubleQuestion),
            (b'?', _) => (1, Kind::Question),
            (b'!', b'=') => (2, Kind::NotEqual),
            (b'!', b'~') => (2, Kind::NotSimilar),
            (b'!', _) => (1, Kind::Exclamation),
            (b'=', b'=') => (2, Kind::Equal),
            (b'=', b'~') => (2, Kind::Similar),
            (b'=', b'>') => (2, Kind::Arrow),
            (b'=', _) => (1, Kind::Assign),
            (b'+', _) => (1, Kind::Plus),
            (b'-', _) => (1, Kind::Minus),
            (b'*', _) => (1, Kind::Star),
            (b'/', _) => (1, Kind::Slash),
            (b'%', _) => (1, Kind::Percent),
            (b'<', b'=') => (2, Kind::LessOrEqual),
            (b'<', _) => (1, Kind::Less),
            (b'>', b'=') => (2, Kind::GreaterOrEqual),
            (b'>', _) => (1, Kind::Greater),
            (b'&', b'&') => (2, Kind::And),
            (b'|', b'|') => (2, Kind::Or),
            (b'|', _) => (1, Kind::Pipe),
            (b'@', _) => (1, Kind::At),
            (b'^', _) => (1, Kind::Caret),
            _ if self.at >= self.bytes.len() => (0, Kind::End),
            _ => {
                let start = self.at;
                let rest = self.text.get(start..).unwrap_or("");
                self.at += rest.chars().next().map_or(1, char::len_utf8);
                return self.unknown(start);
            }
        };
        self.at += length;
        kind
    }

    fn unknown(&mut self, start: usize) -> Kind {
        let place = self.span(start, self.at);
        let found = self.slice(start, self.at);
        let (message, help) = match found {
            "\"" => (
                "`\"` does not begin a text".to_owned(),
                "write texts in single quotes",
            ),
            ";" => (
                "`;` means nothing here".to_owned(),
                "the end of the line ends a declaration",
            ),
            "$" => (
                "`$` means nothing here".to_owned(),
                "`${..}` stands inside a text, `$` directly before `'''`",
            ),
            "#" => (
                "`#` means nothing here".to_owned(),
                "only `#disable-next-line`, `#disable-diagnostics` and `#restore-diagnostics` begin with it, at the start of a line",
            ),
            other => (
                format!("`{}` means nothing here", other.escape_debug()),
                "names are made of the letters A to Z, digits and `_`",
            ),
        };
        self.problem(place, message, help);
        Kind::Unknown
    }
}

/// Bytes that a word may have.
const WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
        byte += 1;
    }
    table
};

pub(super) fn to_u32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
