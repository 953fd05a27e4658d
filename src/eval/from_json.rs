//! JSON literals to values: parameter files, where text is never an expression.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Data, Entry, Origin, Value};
use crate::syntax::json::{Kind, Node, Number};

/// The value of a literal; each part has its own place. Of equal names the last one counts.
pub fn from_json(node: Node<'_>) -> Value {
    let origin = Origin::Literal(node.span());
    match node.kind() {
        Kind::Array => Value::array(node.items().map(from_json).collect(), origin),
        Kind::Object => Value::object(entries(node), origin),
        _ => Value::new(scalar(node), origin),
    }
}

/// The data of a node that is no container; null for one that is.
pub(crate) fn scalar(node: Node<'_>) -> Data {
    match node.kind() {
        Kind::True => Data::Bool(true),
        Kind::False => Data::Bool(false),
        Kind::Number => match node.number() {
            Some(Number::Int(value)) => Data::Int(value),
            Some(Number::Big(digits)) => Data::BigInt(digits.into()),
            Some(Number::Float(value)) => Data::Float(value),
            None => Data::Null,
        },
        Kind::PlainString | Kind::EscapedString | Kind::BareName => {
            Data::String(Arc::from(node.string().unwrap_or_default().as_ref()))
        }
        Kind::Null | Kind::Array | Kind::Object => Data::Null,
    }
}

fn entries(node: Node<'_>) -> Vec<Entry> {
    let mut members = IndexMap::new();
    for member in node.members() {
        if let Some(name) = member.key.string() {
            members.insert(name, member);
        }
    }
    let entry =
        |(name, member): (std::borrow::Cow<'_, str>, crate::syntax::json::Member<'_>)| Entry {
            key: Arc::from(name.as_ref()),
            key_place: Some(member.key.span()),
            unknown_key: false,
            value: from_json(member.value),
        };
    members.into_iter().map(entry).collect()
}
