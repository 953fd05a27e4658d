//! Origins of what a name stands for: each part of a parameter's or variable's value remembers the name and its own place.

use std::sync::Arc;

use crate::eval::{Array, Data, Entry, Object, Origin, OriginKind, Value};
use crate::ir::{Expr, ExprKind, Member};
use crate::text::Span;

/// What a name stands for.
#[derive(Clone, Copy)]
pub(super) struct Naming<'a> {
    pub(super) kind: OriginKind,
    pub(super) name: &'a Arc<str>,
    /// Where the value as a whole stands.
    pub(super) place: Span,
}

/// Puts a step in front of the origin of the value and of every part. The place of a part is the place of the expression it
/// was written as, where the containers of value and expression agree; else its own.
pub(super) fn name_parts(value: Value, naming: Naming<'_>, expr: Option<&Expr>) -> Value {
    let place = match (expr, value.origin.place()) {
        (Some(expr), _) => expr.span,
        (None, Some(own)) if own.file == naming.place.file && naming.place.contains(own) => own,
        (None, _) => naming.place,
    };
    let data = match value.data {
        Data::Array(array) => Data::Array(Arc::new(name_items(&array, naming, expr))),
        Data::Object(object) => Data::Object(Arc::new(name_members(&object, naming, expr))),
        other => other,
    };
    let inputs = match value.origin {
        Origin::None => None,
        origin => Some(origin),
    };
    Value {
        data,
        origin: Origin::step(naming.kind, Arc::clone(naming.name), place, inputs),
        shade: value.shade,
    }
}

fn name_items(array: &Array, naming: Naming<'_>, expr: Option<&Expr>) -> Array {
    let exprs = match expr.map(|expr| &expr.own().kind) {
        Some(ExprKind::Array(items)) if items.len() == array.items.len() => Some(items),
        _ => None,
    };
    let named = array.items.iter().enumerate().map(|(at, item)| {
        let expr = exprs.and_then(|items| items.get(at));
        name_parts(item.clone(), naming, expr)
    });
    Array {
        items: named.collect(),
        ..*array
    }
}

fn name_members(object: &Object, naming: Naming<'_>, expr: Option<&Expr>) -> Object {
    let members = match expr.map(|expr| &expr.own().kind) {
        Some(ExprKind::Object(members)) => members.as_slice(),
        _ => &[],
    };
    let named = object.entries.iter().map(|entry| Entry {
        key: Arc::clone(&entry.key),
        key_place: entry.key_place,
        unknown_key: entry.unknown_key,
        value: name_parts(entry.value.clone(), naming, written_as(members, &entry.key)),
    });
    Object {
        entries: named.collect(),
        ..*object
    }
}

/// The expression of the member of this name.
fn written_as<'e>(members: &'e [Member], name: &str) -> Option<&'e Expr> {
    members.iter().find_map(|member| match member {
        Member::Entry { key, value } => match &key.kind {
            ExprKind::Text(text) if **text == *name => Some(value),
            _ => None,
        },
        Member::Loop(_) => None,
    })
}
