//! The cursor over the tokens of a file: what is expected, what is reported, and where reading goes on after a mistake.

use super::MAX_DEPTH;
use super::ast::{Decorator, Expr, ExprKind, FileKind, Item, Member, Name, TypeMember};
use super::lexer::{Kind, Lexer, Token, to_u32};
use crate::text::Span;

/// Words that begin a declaration. At the start of a line they end whatever was not closed before.
const DECLARATIONS: [&str; 16] = [
    "targetScope",
    "metadata",
    "param",
    "type",
    "var",
    "func",
    "resource",
    "module",
    "output",
    "import",
    "extension",
    "assert",
    "test",
    "using",
    "extends",
    "extensionConfig",
];

pub(super) struct Parser<'t> {
    pub(super) lexer: Lexer<'t>,
    pub(super) kind: FileKind,
    /// The next token.
    pub(super) token: Token,
    /// Where the last token that was taken ends.
    pub(super) taken: u32,
    /// A mistake was reported, and nothing is until a place is found where reading can go on.
    pub(super) lost: bool,
    /// A declaration begins before all brackets are closed: nothing is read until it is reached.
    pub(super) abandoned: bool,
    /// Levels around the current place.
    depth: usize,
    /// Levels of the node that was read last.
    pub(super) height: usize,
    too_deep: bool,
    /// Holes of texts around the current place.
    pub(super) holes: usize,
    pub(super) open: Open,
}

/// Parts of nodes that are not read to their end: a node takes its own from the end when it is, in one piece of the
/// right size.
#[derive(Default)]
pub(super) struct Open {
    pub(super) args: Vec<Expr>,
    pub(super) items: Vec<Item>,
    pub(super) members: Vec<Member>,
    pub(super) type_members: Vec<TypeMember>,
    pub(super) decorators: Vec<Decorator>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(mut lexer: Lexer<'t>, kind: FileKind) -> Self {
        let token = lexer.next();
        Self {
            lexer,
            kind,
            token,
            taken: 0,
            lost: false,
            abandoned: false,
            depth: 0,
            height: 0,
            too_deep: false,
            holes: 0,
            open: Open::default(),
        }
    }

    // Tokens.

    #[inline]
    pub(super) fn at(&self, kind: Kind) -> bool {
        self.token.kind == kind
    }

    /// Takes the token.
    #[inline]
    pub(super) fn advance(&mut self) {
        if self.token.kind != Kind::Newline {
            self.taken = self.token.end;
        }
        self.token = self.lexer.next();
    }

    /// Takes the token if it is of this kind.
    #[inline]
    pub(super) fn eat(&mut self, kind: Kind) -> bool {
        let found = self.at(kind);
        if found {
            self.advance();
        }
        found
    }

    #[inline]
    pub(super) fn newlines(&mut self) {
        while self.at(Kind::Newline) {
            self.advance();
        }
    }

    /// The text of a token.
    pub(super) fn text(&self, token: Token) -> &'t str {
        self.lexer.slice(token.start as usize, token.end as usize)
    }

    pub(super) fn at_word(&self, word: &str) -> bool {
        self.at(Kind::Word) && self.text(self.token) == word
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.advance();
        }
        found
    }

    /// The byte at which the token after this one begins, and the byte after it, blanks left out.
    pub(super) fn ahead(&self) -> (u8, u8) {
        let mut at = self.token.end as usize;
        while matches!(self.lexer.byte(at), b' ' | b'\t') {
            at += 1;
        }
        (self.lexer.byte(at), self.lexer.byte(at + 1))
    }

    /// Passes an end of line if the next line begins with this byte and not with it twice.
    pub(super) fn continued(&mut self, sign: u8) {
        if self.at(Kind::Newline) {
            let (first, second) = self.ahead();
            if first == sign && second != sign {
                self.advance();
            }
        }
    }

    // Places.

    pub(super) fn place(&self, token: Token) -> Span {
        Span::new(self.lexer.file, token.start, token.end)
    }

    /// From `start` to the last token that was taken.
    #[inline]
    pub(super) fn since(&self, start: u32) -> Span {
        Span::new(self.lexer.file, start.min(self.taken), self.taken)
    }

    /// The empty place after the last token: where something is missing.
    pub(super) fn gap(&self) -> Span {
        Span::new(self.lexer.file, self.taken, self.taken)
    }

    // Nodes.

    pub(super) fn missing(&mut self) -> Expr {
        self.height = 1;
        Expr {
            kind: ExprKind::Error,
            span: self.gap(),
        }
    }

    pub(super) fn no_name(&self) -> Name {
        Name {
            text: std::sync::Arc::from(""),
            span: self.gap(),
        }
    }

    /// The name at the token, which is a word.
    #[inline]
    pub(super) fn take_name(&mut self) -> Name {
        let text = self.text(self.token);
        let name = Name {
            text: self.lexer.names.get(text),
            span: self.place(self.token),
        };
        self.advance();
        name
    }

    /// A word; if there is none, `what` is reported missing.
    pub(super) fn name(&mut self, what: &str, help: &str) -> Name {
        if self.at(Kind::Word) && !self.lost {
            self.take_name()
        } else {
            self.expected(what, help);
            self.no_name()
        }
    }

    // Depth.

    /// Enters a level. False when there are too many, which is reported once.
    pub(super) fn enter(&mut self) -> bool {
        if self.depth >= MAX_DEPTH {
            self.deep();
            return false;
        }
        self.depth += 1;
        true
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The node just read stands around nodes of this height.
    pub(super) fn around(&mut self, height: usize) {
        self.height = height + 1;
    }

    /// Whether a node may be put around one of this height.
    pub(super) fn may_grow(&mut self, height: usize) -> bool {
        let fits = height + self.depth < MAX_DEPTH;
        if !fits {
            self.deep();
        }
        fits
    }

    fn deep(&mut self) {
        if !self.too_deep {
            self.too_deep = true;
            let place = self.place(self.token);
            let message = format!("more than {MAX_DEPTH} levels stand inside each other");
            let help = "split the declaration, with variables or modules";
            self.lexer.problem(place, message, help);
        }
        self.lost = true;
    }

    // Mistakes.

    /// Reports, unless a mistake before this one explains it.
    pub(super) fn problem(&mut self, place: Span, message: impl Into<String>, help: &str) {
        if !self.lost {
            self.lexer.problem(place, message, help);
        }
    }

    /// Reports that something else than the token is expected; reading goes on at the next item.
    pub(super) fn expected(&mut self, what: &str, help: &str) {
        self.expected_softly(what, help);
        self.lost = true;
    }

    /// Reports that something else than the token is expected; reading goes on as if it were there.
    pub(super) fn expected_softly(&mut self, what: &str, help: &str) {
        // A character that is none of the language's was reported already.
        if !self.at(Kind::Unknown) {
            let message = format!("{what} is expected here, not {}", self.found());
            let place = match self.token.kind {
                // Where the line has its last word: a comment may follow.
                Kind::Newline => self.gap(),
                _ => self.place(self.token),
            };
            self.problem(place, message, help);
        }
    }

    /// Takes a sign, or reports that it is missing.
    pub(super) fn expect(&mut self, kind: Kind, sign: &str, help: &str) -> bool {
        if self.lost {
            return false;
        }
        if self.eat(kind) {
            return true;
        }
        self.expected(&format!("`{sign}`"), help);
        false
    }

    /// The token in words.
    fn found(&self) -> String {
        match self.token.kind {
            Kind::Newline => "the end of the line".to_owned(),
            Kind::End => "the end of the file".to_owned(),
            Kind::Quote | Kind::Block(_) => "a text".to_owned(),
            _ => format!("`{}`", self.text(self.token)),
        }
    }

    /// Takes the bracket that closes what was opened at `open`. At the end of the file, or where a declaration begins,
    /// what is missing is reported at the end of the file: where the bracket belongs nobody knows.
    pub(super) fn close(&mut self, kind: Kind, sign: &str, open: u32) {
        if self.at(kind) && !self.abandoned {
            self.lost = false;
            self.advance();
            return;
        }
        if self.lost || !(self.at(Kind::End) || self.at_declaration()) {
            let help = format!("close what was opened before with `{sign}`");
            self.expect(kind, sign, &help);
            return;
        }
        let end = to_u32(self.lexer.bytes.len());
        let place = Span::new(self.lexer.file, end, end);
        let help = format!("add `{sign}`");
        let before = self.lexer.problems.len();
        self.problem(place, format!("`{sign}` is missing"), &help);
        let opened = Span::new(self.lexer.file, open, open + 1);
        let next = self.place(self.token);
        let declaration = self.at(Kind::Word);
        if let Some(problem) = self.lexer.problems.get_mut(before) {
            let problem = &mut *problem;
            problem.related.push(crate::finding::Label {
                message: "opened here".to_owned(),
                place: opened,
            });
            if declaration {
                problem.related.push(crate::finding::Label {
                    message: "a declaration begins before it is closed".to_owned(),
                    place: next,
                });
            }
        }
        self.lost = true;
        self.abandoned = true;
    }

    /// Whether the token begins a line and, as a word before a name or a text, a declaration.
    pub(super) fn at_declaration(&self) -> bool {
        if !self.at(Kind::Word) {
            return false;
        }
        let start = self.token.start as usize;
        let begins = start == 0 || matches!(self.lexer.byte(start - 1), b'\n' | b'\r');
        begins && {
            let (next, _) = self.ahead();
            let named = next == b'_' || next.is_ascii_alphabetic() || next == b'\'';
            let apart = !matches!(self.lexer.byte(self.token.end as usize), b'\'');
            named && apart && DECLARATIONS.contains(&self.text(self.token))
        }
    }

    /// After a mistake inside brackets: passes everything up to the end of the line, a comma, or the closing bracket.
    pub(super) fn next_item(&mut self, close: Kind) {
        if !self.lost || self.abandoned {
            return;
        }
        let mut open: Vec<Kind> = Vec::new();
        loop {
            let kind = self.token.kind;
            match kind {
                Kind::End => break,
                Kind::Newline | Kind::Comma if open.is_empty() => break,
                Kind::LeftBrace => open.push(Kind::RightBrace),
                Kind::LeftSquare => open.push(Kind::RightSquare),
                Kind::LeftParen => open.push(Kind::RightParen),
                Kind::RightBrace | Kind::RightSquare | Kind::RightParen => match open.pop() {
                    None if kind == close => break,
                    Some(wanted) if wanted != kind => break,
                    _ => {}
                },
                _ if self.at_declaration() => break,
                _ => {}
            }
            self.skip();
        }
        self.lost = false;
    }

    /// After a mistake in a declaration: passes the rest of the line.
    pub(super) fn next_line(&mut self) {
        if self.lost && !self.abandoned {
            while !matches!(self.token.kind, Kind::Newline | Kind::End) {
                self.skip();
            }
        }
        (self.lost, self.abandoned) = (false, false);
    }

    /// Passes a token, a text with its holes being one.
    fn skip(&mut self) {
        let lost = std::mem::replace(&mut self.lost, true);
        match self.token.kind {
            Kind::Quote | Kind::Block(_) if self.depth < MAX_DEPTH => {
                self.string();
            }
            _ => self.advance(),
        }
        self.lost = lost;
    }
}
