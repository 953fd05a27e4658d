//! JSON values to right-hand sides: expressions in strings, and property loops where they count.

use std::borrow::Cow;
use std::sync::Arc;

use indexmap::IndexMap;

use super::Lowering;
use crate::ir::{Expr, ExprKind, Member, PropertyLoop, from_string};
use crate::syntax::armexpr::Source;
use crate::syntax::json::{Kind, Node, Number};

/// What `copy` means in an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loops {
    /// An ordinary member.
    Plain,
    /// A property loop, if it has the shape of one.
    Counted,
    /// Inside the `input` of a property loop: another one is refused.
    Refused,
}

impl Lowering {
    /// A value with expressions.
    pub(super) fn value(&self, node: Node<'_>, loops: Loops) -> Expr {
        let span = self.span(node);
        let kind = match node.kind() {
            Kind::Null => ExprKind::Null,
            Kind::True => ExprKind::Bool(true),
            Kind::False => ExprKind::Bool(false),
            Kind::Number => number(node),
            Kind::PlainString | Kind::EscapedString | Kind::BareName => return self.string(node),
            Kind::Array => {
                ExprKind::Array(node.items().map(|item| self.value(item, loops)).collect())
            }
            Kind::Object => ExprKind::Object(self.object(node, loops, &[])),
        };
        Expr { kind, span }
    }

    /// A string: an expression or text.
    pub(super) fn string(&self, node: Node<'_>) -> Expr {
        let span = self.span(node);
        let text = node.string().unwrap_or_default();
        // The usual case, kept short: text that cannot be an expression.
        if !text.starts_with('[') {
            return Expr {
                kind: ExprKind::Text(Arc::from(text.as_ref())),
                span,
            };
        }
        let map = node.offsets();
        let fixed = self.fixed;
        let offset =
            move |at: u32| fixed.map_or_else(|| map.offset(at as usize), |place| place.start);
        let source = Source {
            text: text.as_ref(),
            file: span.file,
            map: &offset,
        };
        from_string(source, span).0
    }

    /// The members of an object but those named in `without` (lower case).
    pub(super) fn object(&self, node: Node<'_>, loops: Loops, without: &[&str]) -> Vec<Member> {
        let mut members: IndexMap<Cow<'_, str>, (Node<'_>, Node<'_>)> = IndexMap::new();
        for member in node.members() {
            if let Some(name) = member.key.string() {
                members.insert(name, (member.key, member.value));
            }
        }
        let mut lowered = Vec::with_capacity(members.len());
        for (name, (key, value)) in members {
            if !without.is_empty() && without.contains(&name.to_lowercase().as_str()) {
                continue;
            }
            if loops != Loops::Plain && name.eq_ignore_ascii_case("copy") && is_loops(value) {
                for item in value.items() {
                    lowered.push(self.property_loop(key, item, loops));
                }
                continue;
            }
            lowered.push(Member::Entry {
                key: self.string(key),
                value: self.value(value, loops),
            });
        }
        lowered
    }

    fn property_loop(&self, key: Node<'_>, node: Node<'_>, loops: Loops) -> Member {
        let span = self.span(node);
        if loops == Loops::Refused {
            let invalid = |span| Expr {
                kind: ExprKind::Invalid(
                    "A property loop inside the input of another is not supported".into(),
                ),
                span,
            };
            return Member::Entry {
                key: self.string(key),
                value: invalid(span),
            };
        }
        let part = |name: &str| node.get(name).unwrap_or(node);
        Member::Loop(Box::new(PropertyLoop {
            name: self.value(part("name"), Loops::Plain),
            count: self.value(part("count"), Loops::Plain),
            input: self.value(part("input"), Loops::Refused),
            span,
        }))
    }
}

/// Whether the value of a member `copy` is a list of loops: each with name, count and input.
pub(super) fn is_loops(node: Node<'_>) -> bool {
    node.kind() == Kind::Array
        && node.items().next().is_some()
        && node.items().all(|item| {
            item.kind() == Kind::Object
                && ["name", "count", "input"]
                    .iter()
                    .all(|name| item.get(name).is_some())
        })
}

fn number(node: Node<'_>) -> ExprKind {
    match node.number() {
        Some(Number::Int(value)) => ExprKind::Int(value),
        Some(Number::Big(digits)) => ExprKind::BigInt(digits.into()),
        Some(Number::Float(value)) => ExprKind::Float(value),
        // Reported by the JSON parser.
        None => ExprKind::Null,
    }
}
