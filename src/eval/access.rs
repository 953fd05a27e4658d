//! Members and items: `base.name`, `base[index]`, and the guarded forms of `tryGet`.

use std::sync::Arc;

use super::float_text;
use super::value::{Data, Object, Reason, Residual, Shade, Unknown, Value};
use super::{Failure, Origin, residual::expression};
use crate::finding::{Problem, ProblemKind};
use crate::text::Span;

/// What a member or an item access found.
pub(super) enum Found {
    /// The value, known or not.
    Value(Value),
    /// Not there.
    Missing,
    /// The base or the key is of a type that has no members, or none of this kind.
    Mismatch,
    /// It cannot be told whether the member is there: its name, or the name of another member, is unknown.
    Open,
}

/// `base[key]` as an expression says it; `key` is text for `.name`.
pub(super) fn get(base: &Value, key: &Value, at: Span) -> Result<Value, Failure> {
    match find(base, key) {
        Found::Value(value) => Ok(value),
        Found::Missing | Found::Mismatch => {
            undeclared(base, key).ok_or_else(|| refusal(base, key, at).into())
        }
        Found::Open => Ok(open(base, key)),
    }
}

/// A member that a resource of the plan does not declare, or sets to null: the service may know it.
fn undeclared(base: &Value, key: &Value) -> Option<Value> {
    let shade = base.shade.as_ref().filter(|shade| shade.assumed)?;
    if !matches!(base.data, Data::Object(_) | Data::Null) {
        return None;
    }
    let residual = step(shade.residual.clone(), key);
    let mut unknown = Unknown::new(residual, Reason::Runtime("reference".into()));
    unknown.secret = shade.secret;
    Some(Value::unknown(unknown, base.origin.clone()))
}

/// Looks for `base[key]`.
pub(super) fn find(base: &Value, key: &Value) -> Found {
    if let Data::Unknown(unknown) = &base.data {
        if key.as_text().is_some_and(|name| name.is_empty()) {
            return Found::Missing;
        }
        return Found::Value(member_of_unknown(base, unknown, key));
    }
    if key.as_unknown().is_some() {
        return match &base.data {
            Data::Array(_) | Data::Object(_) => Found::Open,
            _ => Found::Mismatch,
        };
    }
    match (&base.data, &key.data) {
        (Data::Object(object), Data::String(name)) => match object.get(name) {
            Some(entry) => Found::Value(part(base, &entry.value, key)),
            None if object.is_open() => Found::Open,
            None => Found::Missing,
        },
        (Data::Array(array), Data::Int(index)) => {
            let item = usize::try_from(*index)
                .ok()
                .and_then(|at| array.items.get(at));
            item.map_or(Found::Missing, |item| Found::Value(part(base, item, key)))
        }
        _ => Found::Mismatch,
    }
}

/// Why `base[key]` is not there, or cannot be.
fn refusal(base: &Value, key: &Value, at: Span) -> Problem {
    match (&base.data, &key.data) {
        (Data::Unknown(_), _) => {
            let text = "A member name may not be empty here";
            Problem::error(ProblemKind::UndefinedSymbol, at, text)
        }
        (Data::Object(object), Data::String(_)) => missing_member(base, object, key, at),
        (Data::Array(array), Data::Int(index)) => {
            let text = format!(
                "The index {index} is out of range: the array has {} items",
                array.items.len()
            );
            Problem::error(ProblemKind::IndexOutOfBounds, at, text)
        }
        (Data::Array(_), _) => {
            let text = format!(
                "An array has no member {}: an array takes an integer index",
                expression(key)
            );
            Problem::error(ProblemKind::UndefinedSymbol, at, text)
        }
        _ => no_members(base, key, at),
    }
}

/// A part keeps its own origin; a part that a function made without one takes its container's.
/// The secrecy of the whole falls on the part; a declared member of an assumed object is not assumed.
fn part(base: &Value, part: &Value, key: &Value) -> Value {
    let mut value = part.clone();
    if matches!(value.origin, Origin::None) {
        value.origin = base.origin.clone();
    }
    if let Some(shade) = base.shade.as_ref().filter(|shade| shade.assumed)
        && matches!(value.data, Data::Null)
        && value.shade.is_none()
    {
        // Functions see the null that the template sets, a reference to it stays open.
        return value.with_shade(Shade {
            secret: shade.secret,
            assumed: true,
            residual: step(shade.residual.clone(), key),
        });
    }
    if let Some(shade) = base.shade.as_ref().filter(|shade| shade.secret) {
        value = shaded(value, shade, |of| step(of, key));
    }
    value
}

/// A value under the shade of what it was taken from.
pub(super) fn shaded(
    value: Value,
    from: &Shade,
    residual: impl FnOnce(Residual) -> Residual,
) -> Value {
    let own = value.shade.as_ref();
    if let Data::Unknown(unknown) = &value.data {
        if !from.secret || unknown.secret {
            return value;
        }
        let mut secret = (**unknown).clone();
        secret.secret = true;
        return Value {
            data: Data::Unknown(Arc::new(secret)),
            ..value
        };
    }
    let shade = Shade {
        secret: from.secret || own.is_some_and(|own| own.secret),
        assumed: from.assumed || own.is_some_and(|own| own.assumed),
        residual: match own {
            Some(own) if own.secret => own.residual.clone(),
            _ => residual(from.residual.clone()),
        },
    };
    value.with_shade(shade)
}

fn step(base: Residual, key: &Value) -> Residual {
    match key.as_text() {
        Some(name) if key.shade.is_none() => Residual::Property(Box::new(base), Arc::clone(name)),
        _ => Residual::Index(Box::new(base), Box::new(Residual::Value(key.clone()))),
    }
}

fn member_of_unknown(base: &Value, unknown: &Unknown, key: &Value) -> Value {
    let residual = step(Residual::Value(base.clone()), key);
    let mut member = Unknown::new(residual, unknown.reason.clone());
    member.secret = unknown.secret || key.has_secret();
    member.branches = unknown.branches.as_ref().and_then(|both| {
        let (yes, no) = &**both;
        match (find(yes, key), find(no, key)) {
            (Found::Value(yes), Found::Value(no)) => Some(Box::new((yes, no))),
            _ => None,
        }
    });
    Value::unknown(member, base.origin.clone())
}

/// `base[key]` where that cannot be told.
pub(super) fn open(base: &Value, key: &Value) -> Value {
    let residual = step(Residual::Value(base.clone()), key);
    let mut unknown = Unknown::new(residual, first_reason([base, key]));
    unknown.secret = base.has_secret() || key.has_secret();
    Value::unknown(unknown, base.origin.clone())
}

/// Why the first unknown among these is unknown.
pub(super) fn first_reason<'v>(values: impl IntoIterator<Item = &'v Value>) -> Reason {
    fn find(value: &Value) -> Option<Reason> {
        match &value.data {
            Data::Unknown(unknown) => Some(unknown.reason.clone()),
            Data::Array(array) if array.has_unknown => array.items.iter().find_map(find),
            Data::Object(object) if object.has_unknown => {
                object.entries.iter().find_map(|entry| find(&entry.value))
            }
            _ => None,
        }
    }
    values.into_iter().find_map(find).unwrap_or(Reason::Failed)
}

fn no_members(base: &Value, key: &Value, at: Span) -> Problem {
    let text = format!(
        "The member {} cannot be read: what it is read from is {}",
        key_text(key),
        base.type_name()
    );
    Problem::error(ProblemKind::NullDereference, at, text)
}

fn missing_member(base: &Value, object: &Object, key: &Value, at: Span) -> Problem {
    const SHOWN: usize = 12;
    let name = key_text(key);
    if base.shade.as_ref().is_some_and(|shade| shade.secret) {
        let text = format!("There is no member {name} in this secret object");
        return Problem::error(ProblemKind::UndefinedSymbol, at, text);
    }
    let names: Vec<&str> = object
        .entries
        .iter()
        .take(SHOWN)
        .map(|entry| &*entry.key)
        .collect();
    let more = if object.entries.len() > SHOWN {
        ", .."
    } else {
        ""
    };
    let text = if names.is_empty() {
        format!("There is no member {name}: the object is empty")
    } else {
        format!(
            "There is no member {name}, there are: {}{more}",
            names.join(", ")
        )
    };
    Problem::error(ProblemKind::UndefinedSymbol, at, text)
}

fn key_text(key: &Value) -> String {
    match &key.data {
        _ if key.has_secret() => "(secure)".to_owned(),
        Data::String(text) => format!("'{text}'"),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => float_text(*number),
        _ => key.type_name().to_owned(),
    }
}
