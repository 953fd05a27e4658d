//! Strings of an ARM template to right-hand sides: plain text stays text, `[..]` becomes its expression.

use crate::finding::Problem;
use crate::syntax::armexpr::{self, Node, NodeKind, Shape, Source};
use crate::text::Span;

use super::{Expr, ExprKind};

/// A string of a template. An expression that does not parse becomes `Invalid` at the place of the error,
/// and the problem is given beside it.
pub fn from_string(source: Source<'_>, span: Span) -> (Expr, Option<Box<Problem>>) {
    let text = match armexpr::shape(source.text) {
        Shape::Literal(text) => text,
        Shape::Expression => {
            return match armexpr::parse(source) {
                Ok(node) => (from_node(node), None),
                Err(problem) => {
                    let kind = ExprKind::Invalid(problem.message.as_str().into());
                    let span = problem.place;
                    (Expr { kind, span }, Some(problem))
                }
            };
        }
    };
    let kind = ExprKind::Text(text.as_ref().into());
    (Expr { kind, span }, None)
}

/// A parsed expression.
pub fn from_node(node: Node) -> Expr {
    let kind = match node.kind {
        NodeKind::Text(text) => ExprKind::Text(text),
        NodeKind::Int(value) => ExprKind::Int(value),
        NodeKind::Call {
            name,
            name_span,
            args,
        } => ExprKind::Call {
            name,
            name_span,
            args: args.into_iter().map(from_node).collect(),
        },
        NodeKind::Property {
            base,
            name,
            name_span,
        } => ExprKind::Property {
            base: Box::new(from_node(*base)),
            name,
            name_span,
        },
        NodeKind::Index { base, index } => ExprKind::Index {
            base: Box::new(from_node(*base)),
            index: Box::new(from_node(*index)),
        },
    };
    Expr {
        kind,
        span: node.span,
    }
}
