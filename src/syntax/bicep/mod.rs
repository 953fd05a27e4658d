//! Bicep: the text of a `.bicep` or `.bicepparam` file to a tree with spans, and problems beside it.

pub mod ast;

use crate::text::{FileId, Span};

pub use ast::{File, FileKind};

/// Levels of nesting that one declaration may have: brackets, members, operators, types.
pub const MAX_DEPTH: usize = 160;

/// Parses the text of a file. Never fails: what is wrong stands in `problems`.
pub fn parse(file: FileId, text: &str, kind: FileKind) -> File {
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    File {
        file,
        kind,
        statements: Vec::new(),
        pragmas: Vec::new(),
        comments: Vec::new(),
        problems: Vec::new(),
        span: Span::new(file, 0, end),
    }
}
