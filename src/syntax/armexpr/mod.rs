//! The expression language inside the strings of a template: `[function(args).member[index]]`.
//! Text of one JSON string to a tree whose places are places in the file.

mod lexer;
mod parser;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::Arc;

use crate::finding::Problem;
use crate::text::{FileId, Span};

/// Levels of calls, members and indexes that one expression may have.
pub const MAX_DEPTH: usize = 160;

/// The decoded text of one JSON string, and where its characters stand.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The text with escapes resolved.
    pub text: &'a str,
    /// The file it stands in.
    pub file: FileId,
    /// Turns a byte offset in `text` (its length included) into a byte offset in the file.
    pub map: &'a dyn Fn(u32) -> u32,
}

impl Source<'_> {
    /// The place of a range of bytes of the text.
    fn span(&self, start: usize, end: usize) -> Span {
        let at = |offset: usize| (self.map)(u32::try_from(offset).unwrap_or(u32::MAX));
        Span::new(self.file, at(start), at(end))
    }
}

/// What a string of a template is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape<'a> {
    /// Plain text, escapes of brackets resolved.
    Literal(Cow<'a, str>),
    /// Text between `[` and `]` that is evaluated.
    Expression,
}

/// Tells text from expressions: an expression begins with `[`, ends with `]` and does not begin with `[[`.
/// Of `[[..]` one bracket falls off; `[` without a final `]` is plain text.
pub fn shape(text: &str) -> Shape<'_> {
    if !(text.starts_with('[') && text.ends_with(']')) {
        return Shape::Literal(Cow::Borrowed(text));
    }
    match text.strip_prefix("[[") {
        Some(_) => Shape::Literal(Cow::Borrowed(&text[1..])),
        None => Shape::Expression,
    }
}

/// One node of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its characters in the file.
    pub span: Span,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// `'text'`, doubled quotes resolved.
    Text(Arc<str>),
    /// An integer.
    Int(i64),
    /// `name(args)`, or `namespace.name(args)` of a user-defined function.
    Call {
        /// Name as written, the namespace included.
        name: Arc<str>,
        /// Its characters.
        name_span: Span,
        /// Arguments.
        args: Box<[Node]>,
    },
    /// `base.name`.
    Property {
        /// What is looked into.
        base: Box<Node>,
        /// Name as written.
        name: Arc<str>,
        /// Its characters.
        name_span: Span,
    },
    /// `base[index]`.
    Index {
        /// What is looked into.
        base: Box<Node>,
        /// Position or member name.
        index: Box<Node>,
    },
}

/// Parses a string whose [`shape`] is an expression, brackets included.
pub fn parse(source: Source<'_>) -> Result<Node, Box<Problem>> {
    parser::Parser::new(source).expression()
}
