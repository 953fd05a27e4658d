//! The pieces that expressions are made of.

use std::sync::Arc;

use crate::ir::{Expr, ExprKind, Member};
use crate::text::Span;

/// `name(args)`: all of it stands at `span`.
pub(super) fn call(name: &str, args: Vec<Expr>, span: Span) -> Expr {
    call_at(name.into(), span, args, span)
}

/// `name(args)`, with the place of the name.
pub(super) fn call_at(name: Arc<str>, name_span: Span, args: Vec<Expr>, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Call {
            name,
            name_span,
            args: args.into(),
        },
        span,
    }
}

/// `name('argument')`.
pub(super) fn named(function: &str, argument: &Arc<str>, span: Span) -> Expr {
    call(function, vec![text(Arc::clone(argument), span)], span)
}

pub(super) fn text(text: impl Into<Arc<str>>, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Text(text.into()),
        span,
    }
}

pub(super) fn int(value: i64, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Int(value),
        span,
    }
}

pub(super) fn null(span: Span) -> Expr {
    Expr {
        kind: ExprKind::Null,
        span,
    }
}

pub(super) fn array(items: Vec<Expr>, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Array(items),
        span,
    }
}

pub(super) fn object(members: Vec<Member>, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Object(members),
        span,
    }
}

/// `{name: value}`.
pub(super) fn entry(name: &str, value: Expr) -> Member {
    Member::Entry {
        key: text(name, value.span),
        value,
    }
}

pub(super) fn shared(inner: &Arc<Expr>, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Shared(Arc::clone(inner)),
        span,
    }
}

/// What cannot be lowered: evaluating it fails with this message.
pub(super) fn invalid(message: impl Into<Arc<str>>, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Invalid(message.into()),
        span,
    }
}

/// `base.name`.
pub(super) fn property(base: Expr, name: &str, name_span: Span, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Property {
            base: Box::new(base),
            name: name.into(),
            name_span,
        },
        span,
    }
}

/// `base[index]`.
pub(super) fn index(base: Expr, index: Expr, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Index {
            base: Box::new(base),
            index: Box::new(index),
        },
        span,
    }
}

/// `if(condition, then, null())`.
pub(super) fn guarded(condition: Option<Expr>, then: Expr) -> Expr {
    let span = then.span;
    match condition {
        Some(condition) => call("if", vec![condition, then, null(span)], span),
        None => then,
    }
}
