//! JSON literals to values: parameter files, where text is never an expression.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Data, Entry, Origin, Value};
use crate::syntax::json::{Kind, Node, Number};

/// The value of a literal; each part has its own place. Of equal names the last one counts.
pub fn from_json(node: Node<'_>) -> Value {
    let origin = Origin::Literal(node.span());
    let data = match node.kind() {
        Kind::Null => Data::Null,
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
        Kind::Array => return Value::array(node.items().map(from_json).collect(), origin),
        Kind::Object => return Value::object(entries(node), origin),
    };
    Value::new(data, origin)
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
