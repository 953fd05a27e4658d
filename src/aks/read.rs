//! Bodies read by path, three-valued: a member is surely there, surely not there, or not known.

use crate::eval::{Data, Reason, Value};
use crate::text::Span;

use super::facts::Stated;

/// What a path in a body leads to.
#[derive(Clone, Debug)]
pub enum Reading {
    /// Surely not stated; null and an empty text count as not stated: templates pass `networkPolicy: ''` for none.
    Absent,
    /// Stated, and known at least in its outline: an array or object may have unknown parts.
    Known(Member),
    /// Not known, for this reason: an open value on the way, or one that is only assumed.
    Unknown(Reason, Option<Member>),
}

/// A member that is stated.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its value.
    pub value: Value,
    /// The characters of its name, where it stands in a source.
    pub key_place: Option<Span>,
}

impl Reading {
    /// The member, if its value is known in outline.
    pub const fn known(&self) -> Option<&Member> {
        match self {
            Self::Known(member) => Some(member),
            Self::Absent | Self::Unknown(..) => None,
        }
    }

    /// The member, known or not.
    pub const fn member(&self) -> Option<&Member> {
        match self {
            Self::Known(member) | Self::Unknown(_, Some(member)) => Some(member),
            Self::Absent | Self::Unknown(_, None) => None,
        }
    }

    /// The value as the comparison takes it: none where nothing is stated.
    pub fn value(&self) -> Option<&Value> {
        self.member().map(|member| &member.value)
    }

    /// Scalar as text, where it is known.
    pub fn text(&self) -> Option<String> {
        self.known().and_then(|member| scalar(&member.value))
    }

    /// Whole number, also when written as text.
    pub fn number(&self) -> Option<i64> {
        self.text()?.parse().ok()
    }

    /// Whether nothing is stated, for sure.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Why it is not known.
    pub const fn unknown(&self) -> Option<&Reason> {
        match self {
            Self::Unknown(reason, _) => Some(reason),
            Self::Absent | Self::Known(_) => None,
        }
    }
}

/// A scalar as the text that tables compare.
pub fn scalar(value: &Value) -> Option<String> {
    match &value.data {
        Data::String(text) => Some(text.to_string()),
        Data::Bool(flag) => Some(flag.to_string()),
        Data::Int(number) => Some(number.to_string()),
        Data::BigInt(digits) => Some(digits.to_string()),
        Data::Float(number) => Some(number.to_string()),
        Data::Null | Data::Array(_) | Data::Object(_) | Data::Unknown(_) => None,
    }
}

/// The reason why a value, taken by itself, is not known.
pub fn unknown_reason(value: &Value) -> Option<Reason> {
    if value.shade.as_ref().is_some_and(|shade| shade.assumed) {
        return Some(Reason::Runtime("reference".into()));
    }
    // What is judged is told; the default of a secure parameter is not.
    if value.shade.as_ref().is_some_and(|shade| shade.secret) {
        return Some(Reason::Secret);
    }
    value.as_unknown().map(|unknown| unknown.reason.clone())
}

/// Follows a dotted path down from a value. Names are matched as ARM does, without case.
pub fn read(root: &Value, path: &str) -> Reading {
    follow(root, path.split('.'))
}

/// Follows a dotted path down from the member of a value.
pub fn read_below(root: &Value, member: &str, path: &str) -> Reading {
    follow(root, std::iter::once(member).chain(path.split('.')))
}

/// The member as it is written: an empty text stands somewhere, though it counts as not stated.
pub fn written(root: &Value, path: &str) -> Option<Member> {
    let (value, key_place) = walk(root, path.split('.')).ok()?;
    (!matches!(value.data, Data::Null)).then(|| Member {
        value: value.clone(),
        key_place,
    })
}

fn walk<'v, 'p>(
    root: &'v Value,
    path: impl Iterator<Item = &'p str>,
) -> Result<(&'v Value, Option<Span>), Reading> {
    let (mut value, mut key_place) = (resolved(root), None);
    for name in path.filter(|name| !name.is_empty()) {
        if let Some(reason) = unknown_reason(value) {
            return Err(Reading::Unknown(reason, None));
        }
        let Data::Object(object) = &value.data else {
            return Err(Reading::Absent);
        };
        let Some(entry) = object.get(name) else {
            return Err(
                match object.entries.iter().find(|entry| entry.unknown_key) {
                    Some(open) => Reading::Unknown(
                        unknown_reason(&open.value).unwrap_or(Reason::Failed),
                        None,
                    ),
                    None => Reading::Absent,
                },
            );
        };
        (value, key_place) = (resolved(&entry.value), entry.key_place);
    }
    Ok((value, key_place))
}

fn follow<'p>(root: &Value, path: impl Iterator<Item = &'p str>) -> Reading {
    let (value, key_place) = match walk(root, path) {
        Ok(found) => found,
        Err(reading) => return reading,
    };
    let member = || Member {
        value: value.clone(),
        key_place,
    };
    match (unknown_reason(value), &value.data) {
        (Some(reason), _) => Reading::Unknown(reason, Some(member())),
        (None, Data::Null) => Reading::Absent,
        (None, Data::String(text)) if text.is_empty() => Reading::Absent,
        (None, _) => Reading::Known(member()),
    }
}

/// `if(unknown, x, x)` is x for whoever judges, although it is printed as the call.
fn resolved(value: &Value) -> &Value {
    let branches = value
        .as_unknown()
        .and_then(|unknown| unknown.branches.as_ref());
    let Some(branches) = branches else {
        return value;
    };
    let (one, two) = &**branches;
    if scalar(one).is_some_and(|text| scalar(two) == Some(text)) {
        one
    } else {
        value
    }
}

/// The state of a member as the patterns of the tables see it.
pub struct StatedMember {
    text: Option<String>,
    default: Option<String>,
    container: Option<bool>,
}

impl StatedMember {
    /// Of a member that is known or surely absent; none where it is not known.
    /// `empty` are values that count as absent, `default` is the constant default of the service.
    pub fn of(
        reading: &Reading,
        empty: &[serde_json::Value],
        default: Option<&serde_json::Value>,
    ) -> Option<Self> {
        let absent = || Self {
            text: None,
            default: default.and_then(json_scalar),
            container: None,
        };
        match reading {
            Reading::Unknown(..) => None,
            Reading::Absent => Some(absent()),
            Reading::Known(member) => {
                let text = scalar(&member.value);
                let counts_as_absent = text.as_ref().is_some_and(|text| {
                    empty
                        .iter()
                        .filter_map(json_scalar)
                        .any(|empty| empty == *text)
                });
                if counts_as_absent {
                    return Some(absent());
                }
                let container = match &member.value.data {
                    Data::Array(array) => Some(array.items.is_empty()),
                    Data::Object(object) => Some(object.entries.is_empty()),
                    _ => None,
                };
                Some(Self {
                    text,
                    default: None,
                    container,
                })
            }
        }
    }

    /// As the patterns take it.
    pub fn stated(&self) -> Stated<'_> {
        match (&self.text, self.container) {
            (Some(text), _) => Stated::Value(text),
            (None, Some(empty)) => Stated::Container { empty },
            (None, None) => Stated::Absent(self.default.as_deref()),
        }
    }
}

fn json_scalar(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Bool(flag) => Some(flag.to_string()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
            None
        }
    }
}
