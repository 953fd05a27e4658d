//! Bicep: the text of a `.bicep` or `.bicepparam` file to a tree with spans, and problems beside it.

pub mod ast;
mod expressions;
mod lexer;
mod literals;
mod names;
mod parser;
mod statements;
mod strings;
#[cfg(test)]
mod tests;
mod types;
mod walk;

use crate::text::{FileId, Span};

pub use ast::{File, FileKind};
pub use walk::Node;

/// Levels of nesting that one declaration may have: brackets, members, operators, types.
pub const MAX_DEPTH: usize = 160;

/// Parses the text of a file. Never fails: what is wrong stands in `problems`.
pub fn parse(file: FileId, text: &str, kind: FileKind) -> File {
    let end = lexer::to_u32(text.len());
    let mut lexer = lexer::Lexer::new(file, text);
    let mut statements = Vec::new();
    if u32::try_from(text.len()).is_err() {
        let help = "split the file";
        lexer.problem(Span::whole(file), "the file is larger than 4 GiB", help);
    } else {
        let mut parser = parser::Parser::new(lexer, kind);
        statements = parser.statements();
        lexer = parser.lexer;
    }
    lexer.problems.sort_by_key(|problem| problem.place.start);
    File {
        file,
        kind,
        statements,
        pragmas: lexer.pragmas,
        comments: lexer.comments,
        problems: lexer.problems,
        span: Span::new(file, 0, end),
    }
}
