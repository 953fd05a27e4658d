//! JSON that a file is loaded with, as literals with their places: nothing in them is an expression.

use std::sync::Arc;

use crate::finding::Level;
use crate::ir::{Expr, ExprKind, Member};
use crate::syntax::json::{Document, Kind, Node, Number};
use crate::text::{FileId, Span};

/// The value of a JSON text. With `own` places are those in the file, else all of it stands at `at`.
pub(super) fn json(text: Arc<str>, file: FileId, own: bool, at: Span) -> Result<Expr, String> {
    let document = Document::parse(file, text);
    let bare = |place: Span| {
        document
            .root()
            .is_some_and(|root| has_bare_name(root, place))
    };
    let broken = document
        .problems
        .iter()
        .find(|problem| problem.level == Level::Error && !bare(problem.place));
    if let Some(problem) = broken {
        return Err(format!("The file is not JSON: {}", problem.message));
    }
    match document.root() {
        Some(root) => Ok(literal(root, (!own).then_some(at))),
        None => Err("The file is not JSON: it is empty".to_owned()),
    }
}

/// Whether a name without quotes stands at this place: the reader of these files takes it.
fn has_bare_name(node: Node<'_>, place: Span) -> bool {
    let span = node.span();
    match node.kind() {
        Kind::BareName => span == place,
        Kind::Array if span.contains(place) => node.items().any(|item| has_bare_name(item, place)),
        Kind::Object if span.contains(place) => node
            .members()
            .any(|member| has_bare_name(member.key, place) || has_bare_name(member.value, place)),
        _ => false,
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
            Some(Number::Float(value)) => float(value),
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

/// A number without a fraction is an integer, however it is written.
#[expect(clippy::cast_possible_truncation, reason = "the value is in range")]
pub(super) fn float(value: f64) -> ExprKind {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT {
        ExprKind::Int(value as i64)
    } else {
        ExprKind::Float(value)
    }
}
