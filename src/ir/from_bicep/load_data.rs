//! JSON and YAML that a file is loaded with, as literals with their places: nothing in them is an expression.

use std::sync::Arc;

use crate::finding::Level;
use crate::ir::{Expr, ExprKind, Member};
use crate::syntax::json::{Document, Kind, Node, Number};
use crate::text::{FileId, Span};

/// The value of a JSON text. With `own` places are those in the file, else all of it stands at `at`.
pub(super) fn json(text: Arc<str>, file: FileId, own: bool, at: Span) -> Result<Expr, String> {
    let document = Document::parse(file, text);
    let broken = document
        .problems
        .iter()
        .find(|problem| problem.level == Level::Error);
    if let Some(problem) = broken {
        return Err(format!("The file is not JSON: {}", problem.message));
    }
    match document.root() {
        Some(root) => Ok(literal(root, (!own).then_some(at))),
        None => Err("The file is not JSON: it is empty".to_owned()),
    }
}

fn literal(node: Node<'_>, fixed: Option<Span>) -> Expr {
    let span = fixed.unwrap_or_else(|| node.span());
    let kind = match node.kind() {
        Kind::Null => ExprKind::Null,
        Kind::True => ExprKind::Bool(true),
        Kind::False => ExprKind::Bool(false),
        Kind::Number => match node.number() {
            Some(Number::Int(value)) => ExprKind::Int(value),
            Some(Number::Big(digits)) => ExprKind::BigInt(digits.into()),
            Some(Number::Float(value)) => ExprKind::Float(value),
            None => ExprKind::Null,
        },
        Kind::PlainString | Kind::EscapedString | Kind::BareName => {
            ExprKind::Text(node.string().unwrap_or_default().as_ref().into())
        }
        Kind::Array => ExprKind::Array(node.items().map(|item| literal(item, fixed)).collect()),
        Kind::Object => {
            let members = node.members().map(|member| Member::Entry {
                key: literal(member.key, fixed),
                value: literal(member.value, fixed),
            });
            ExprKind::Object(members.collect())
        }
    };
    Expr { kind, span }
}

/// The value of a YAML text.
pub(super) fn yaml(_text: &str, _file: Option<FileId>, _at: Span) -> Result<Expr, String> {
    Err("YAML".to_owned())
}
