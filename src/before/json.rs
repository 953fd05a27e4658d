//! JSON of a snapshot to values, each with its place in the file.

use std::sync::Arc;

use crate::eval::{
    Array, Data, Entry, Object, Origin, Reason, Residual, Unknown, Value, bracketed_residual,
    scalar,
};
use crate::ir::{self, Expr, ExprKind};
use crate::syntax::armexpr::Source;
use crate::syntax::json::{Kind, Member, Node};

/// What text of the shape `[..]` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Brackets {
    /// Text like any other: a live state is what it is.
    Text,
    /// An expression that was not evaluated: predicted resources.
    Expression,
}

/// The value of a node.
pub(crate) fn value(node: Node<'_>, brackets: Brackets) -> Value {
    let origin = Origin::Literal(node.span());
    let data = match node.kind() {
        Kind::PlainString | Kind::EscapedString | Kind::BareName => {
            return text(node, brackets, origin);
        }
        Kind::Array => {
            let items = node.items().map(|item| value(item, brackets)).collect();
            Data::Array(Arc::new(Array::new(items)))
        }
        Kind::Object => {
            let entries = node.members().map(|member| entry(member, brackets));
            Data::Object(Arc::new(Object::new(entries.collect())))
        }
        _ => scalar(node),
    };
    Value::new(data, origin)
}

/// A member of an object.
pub(super) fn entry(member: Member<'_>, brackets: Brackets) -> Entry {
    let value = value(member.value, brackets);
    let key_place = Some(member.key.span());
    if brackets == Brackets::Text {
        return Entry {
            key_place,
            ..Entry::new(name(member), value)
        };
    }
    let key = text(member.key, brackets, Origin::None);
    match (key.as_text(), key.as_unknown()) {
        (_, Some(unknown)) => Entry {
            key_place,
            unknown_key: true,
            ..Entry::new(bracketed_residual(&unknown.residual), value)
        },
        (plain, None) => Entry {
            key_place,
            ..Entry::new(plain.cloned().unwrap_or_else(|| name(member).into()), value)
        },
    }
}

/// The name of a member.
pub(super) fn name(member: Member<'_>) -> String {
    member.key.string().unwrap_or_default().into_owned()
}

fn text(node: Node<'_>, brackets: Brackets, origin: Origin) -> Value {
    let text = node.string().unwrap_or_default();
    if brackets == Brackets::Text || !text.starts_with('[') {
        return Value::text(text.as_ref(), origin);
    }
    let offsets = node.offsets();
    let source = Source {
        text: &text,
        file: node.span().file,
        map: &|at| offsets.offset(at as usize),
    };
    let (expr, _) = ir::from_string(source, node.span());
    match expr.kind {
        ExprKind::Text(text) => Value::text(text, origin),
        // What is no expression was meant as text.
        ExprKind::Invalid(_) => Value::text(text.as_ref(), origin),
        _ => Value::unknown(Unknown::new(residual(&expr), reason(&expr)), origin),
    }
}

/// An expression as it stands.
fn residual(expr: &Expr) -> Residual {
    match &expr.kind {
        ExprKind::Call { name, args, .. } => {
            Residual::Call(Arc::clone(name), args.iter().map(residual).collect())
        }
        ExprKind::Property { base, name, .. } => {
            Residual::Property(Box::new(residual(base)), Arc::clone(name))
        }
        ExprKind::Index { base, index } => {
            Residual::Index(Box::new(residual(base)), Box::new(residual(index)))
        }
        ExprKind::Int(int) => constant(Data::Int(*int)),
        ExprKind::Text(text) => constant(Data::String(Arc::clone(text))),
        // No other kind stands inside the brackets of a string.
        _ => constant(Data::Null),
    }
}

fn constant(data: Data) -> Residual {
    Residual::Value(Value::new(data, Origin::None))
}

/// Why an expression that somebody else left open is open: the first call that only Azure or a parameter can answer.
fn reason(expr: &Expr) -> Reason {
    open_call(expr).unwrap_or_else(|| Reason::Runtime("expression".into()))
}

fn open_call(expr: &Expr) -> Option<Reason> {
    match &expr.kind {
        ExprKind::Call { name, args, .. } => {
            own_reason(name, args).or_else(|| args.iter().find_map(open_call))
        }
        ExprKind::Property { base, .. } => open_call(base),
        ExprKind::Index { base, index } => open_call(base).or_else(|| open_call(index)),
        _ => None,
    }
}

fn own_reason(name: &Arc<str>, args: &[Expr]) -> Option<Reason> {
    let lower = name.to_ascii_lowercase();
    Some(match lower.as_str() {
        "parameters" => match args.first().map(|argument| &argument.kind) {
            Some(ExprKind::Text(text)) => Reason::Parameter(Arc::clone(text)),
            _ => Reason::Parameter(Arc::clone(name)),
        },
        "subscription" | "resourcegroup" | "managementgroup" | "tenant" | "deployment"
        | "environment" | "deployer" => Reason::Scope(Arc::clone(name)),
        "utcnow" | "newguid" => Reason::Clock(Arc::clone(name)),
        "reference" | "references" | "resourceinfo" => Reason::Runtime(Arc::clone(name)),
        _ if lower.starts_with("list") => Reason::Runtime(Arc::clone(name)),
        _ => return None,
    })
}
