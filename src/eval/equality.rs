//! Equality of values: as `equals` sees it (three-valued where parts are unknown), and the stricter one of set functions.

use super::residual::residual_text;
use super::value::{Data, Object, Reason, Unknown, Value};

/// Deep equality: types and texts exact, member order free. None: it depends on what is unknown.
pub fn equal(a: &Value, b: &Value) -> Option<bool> {
    match (&a.data, &b.data) {
        (Data::Unknown(one), Data::Unknown(other)) if same_unknown(one, other) => Some(true),
        (Data::Unknown(open), _) => never_equal(open, b),
        (_, Data::Unknown(open)) => never_equal(open, a),
        (Data::Array(a), Data::Array(b)) => {
            if a.items.len() != b.items.len() {
                return Some(false);
            }
            all(a.items.iter().zip(&b.items).map(|(a, b)| equal(a, b)))
        }
        (Data::Object(a), Data::Object(b)) => equal_objects(a, b),
        _ => Some(equal_scalars(&a.data, &b.data)),
    }
}

/// False where the declared type of an unknown excludes the other value.
fn never_equal(open: &Unknown, other: &Value) -> Option<bool> {
    let hint = open.hint?;
    let excluded = match &other.data {
        Data::Unknown(other) => other.hint.is_some_and(|other| other != hint),
        _ => other.hint() != Some(hint),
    };
    excluded.then_some(false)
}

/// A parameter has one value, whatever it is; everything else might differ from call to call.
fn same_unknown(a: &Unknown, b: &Unknown) -> bool {
    matches!(
        (&a.reason, &b.reason),
        (Reason::Parameter(a), Reason::Parameter(b)) if super::equal_ignoring_case(a, b)
    ) && residual_text(&a.residual) == residual_text(&b.residual)
}

/// False as soon as one part differs, true if all are equal, else open.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

fn equal_objects(a: &Object, b: &Object) -> Option<bool> {
    if a.is_open() || b.is_open() {
        return None;
    }
    if a.entries.len() != b.entries.len() {
        return Some(false);
    }
    let sorted = |object: &Object| {
        let mut order: Vec<usize> = (0..object.entries.len()).collect();
        order.sort_by(|x, y| object.entries[*x].key.cmp(&object.entries[*y].key));
        order
    };
    all(sorted(a).into_iter().zip(sorted(b)).map(|(x, y)| {
        let (x, y) = (&a.entries[x], &b.entries[y]);
        if x.key == y.key {
            equal(&x.value, &y.value)
        } else {
            Some(false)
        }
    }))
}

fn equal_scalars(a: &Data, b: &Data) -> bool {
    match (a, b) {
        (Data::Null, Data::Null) => true,
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Int(a), Data::Int(b)) => a == b,
        (Data::BigInt(a), Data::BigInt(b)) | (Data::String(a), Data::String(b)) => a == b,
        (Data::Float(a), Data::Float(b)) => {
            a.partial_cmp(b) == Some(std::cmp::Ordering::Equal) || (a.is_nan() && b.is_nan())
        }
        _ => false,
    }
}

/// A key that is equal for values that `distinct`, `union` and `intersection` hold equal: member order counts.
pub(super) fn identity(value: &Value) -> String {
    let mut out = String::new();
    super::print::write_json(value, &mut out);
    out
}
