//! JSON as ARM's reader takes it (comments, newlines in strings, single quotes, trailing commas) to a tree with byte
//! spans for names and values. Source: part A1 of the language reference, checked on the deployment engine.

mod duplicates;
mod parser;
mod strings;

use std::borrow::Cow;
use std::sync::Arc;

use crate::finding::Problem;
use crate::text::{FileId, OffsetMap, Span};

/// A parsed file: nodes in source order, each parent before its children.
#[derive(Clone, Debug)]
pub struct Document {
    file: FileId,
    text: Arc<str>,
    nodes: Vec<RawNode>,
    /// What is wrong with the text, in source order.
    pub problems: Vec<Problem>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// null, and what stands in for a value that is missing or no JSON.
    Null,
    /// true.
    True,
    /// false.
    False,
    /// A number, or text that begins like one.
    Number,
    /// A string that stands in the file as it is.
    PlainString,
    /// A string with escapes.
    EscapedString,
    /// A name without quotes (reported), taken as it stands.
    BareName,
    /// An array.
    Array,
    /// An object: its children are name, value, name, value.
    Object,
}

#[derive(Clone, Copy, Debug)]
struct RawNode {
    kind: Kind,
    start: u32,
    end: u32,
    /// Index of the first node after this one and its children.
    next: u32,
}

/// A number, as exactly as it was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number<'d> {
    /// An integer of 64 bits.
    Int(i64),
    /// A larger integer: its digits.
    Big(&'d str),
    /// With fraction or exponent.
    Float(f64),
}

/// One node of a document.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d> {
    document: &'d Document,
    index: u32,
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Member<'d> {
    /// The name.
    pub key: Node<'d>,
    /// The value.
    pub value: Node<'d>,
}

impl Document {
    /// Parses the text of a file. Never fails: what is wrong stands in `problems`.
    pub fn parse(file: FileId, text: Arc<str>) -> Self {
        let (nodes, problems) = parser::parse(file, &text);
        Self {
            file,
            text,
            nodes,
            problems,
        }
    }

    /// The outermost value; none in a file without one.
    pub fn root(&self) -> Option<Node<'_>> {
        (!self.nodes.is_empty()).then_some(Node {
            document: self,
            index: 0,
        })
    }

    /// Names that stand twice in one object, letter by letter. In the parts of the template where a name counts in any
    /// case, `ir` reports further ones.
    pub fn duplicates(&self) -> Vec<Problem> {
        duplicates::report(self)
    }

    /// The file it was parsed from.
    pub fn file(&self) -> FileId {
        self.file
    }
}

impl<'d> Node<'d> {
    fn raw(self) -> RawNode {
        // An index comes from the parser's own links, so it is in bounds; an empty node stands in all the same.
        self.document
            .nodes
            .get(self.index as usize)
            .copied()
            .unwrap_or(RawNode {
                kind: Kind::Null,
                start: 0,
                end: 0,
                next: self.index + 1,
            })
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.raw().kind
    }

    /// Its characters, quotes and brackets included.
    pub fn span(self) -> Span {
        let raw = self.raw();
        Span::new(self.document.file, raw.start, raw.end)
    }

    /// Its characters in the file.
    pub fn source(self) -> &'d str {
        let raw = self.raw();
        self.document
            .text
            .get(raw.start as usize..raw.end as usize)
            .unwrap_or("")
    }

    /// The text of a string, escapes resolved.
    pub fn string(self) -> Option<Cow<'d, str>> {
        match self.kind() {
            Kind::PlainString => Some(Cow::Borrowed(strings::inner(self.source()))),
            Kind::EscapedString => Some(Cow::Owned(strings::decode(strings::inner(self.source())))),
            Kind::BareName => Some(Cow::Borrowed(self.source())),
            _ => None,
        }
    }

    /// Where the characters of a string's text stand in the file.
    pub fn offsets(self) -> OffsetMap {
        let raw = self.raw();
        match raw.kind {
            Kind::EscapedString => strings::offsets(
                self.document.file,
                raw.start + 1,
                strings::inner(self.source()),
            ),
            Kind::PlainString => OffsetMap::linear(self.document.file, raw.start + 1),
            _ => OffsetMap::linear(self.document.file, raw.start),
        }
    }

    /// Whether it is a string.
    pub fn is_string(self) -> bool {
        matches!(self.kind(), Kind::PlainString | Kind::EscapedString)
    }

    /// true or false.
    pub fn bool(self) -> Option<bool> {
        match self.kind() {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    /// A number; none also where the characters are none (which was reported).
    pub fn number(self) -> Option<Number<'d>> {
        if self.kind() != Kind::Number {
            return None;
        }
        let source = self.source();
        if source
            .bytes()
            .any(|byte| matches!(byte, b'.' | b'e' | b'E'))
        {
            return source.parse().ok().map(Number::Float);
        }
        if let Ok(int) = source.parse() {
            Some(Number::Int(int))
        } else {
            let digits = source.strip_prefix('-').unwrap_or(source);
            let is_integer = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            is_integer.then_some(Number::Big(source))
        }
    }

    /// The items of an array; nothing for other nodes.
    pub fn items(self) -> impl Iterator<Item = Node<'d>> + 'd {
        let (mut at, end) = match self.kind() {
            Kind::Array => (self.index + 1, self.raw().next),
            _ => (0, 0),
        };
        let document = self.document;
        std::iter::from_fn(move || {
            let node = (at < end).then_some(Node {
                document,
                index: at,
            })?;
            at = node.raw().next.max(at + 1);
            Some(node)
        })
    }

    /// The members of an object in source order, duplicates included; nothing for other nodes.
    pub fn members(self) -> impl Iterator<Item = Member<'d>> + 'd {
        let (mut at, end) = match self.kind() {
            Kind::Object => (self.index + 1, self.raw().next),
            _ => (0, 0),
        };
        let document = self.document;
        std::iter::from_fn(move || {
            if at + 1 >= end {
                return None;
            }
            let key = Node {
                document,
                index: at,
            };
            let value = Node {
                document,
                index: at + 1,
            };
            at = value.raw().next.max(at + 2);
            Some(Member { key, value })
        })
    }

    /// The member of this name: the last one that is spelled so, else the last one in another case.
    pub fn get(self, name: &str) -> Option<Node<'d>> {
        self.member(name).map(|member| member.value)
    }

    /// Name and value of the member of this name: the last one that is spelled so, else the last one in another case.
    pub fn member(self, name: &str) -> Option<Member<'d>> {
        let (mut exact, mut similar) = (None, None);
        for member in self.members() {
            let Some(key) = member.key.string() else {
                continue;
            };
            if key == name {
                exact = Some(member);
            } else if key.eq_ignore_ascii_case(name) {
                similar = Some(member);
            }
        }
        exact.or(similar)
    }
}

#[cfg(test)]
mod tests;
