//! Equality of single known values, by what they mean.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::eval::{Data, Entry, Origin, Value, equal_ignoring_case, float_text};

use super::Compare;

/// Whether two known single values are equal; none where they are not single values.
pub(super) fn same(compare: Compare, before: &Value, after: &Value) -> Option<bool> {
    let (a, b) = (text_of(before)?, text_of(after)?);
    Some(match compare {
        Compare::Text => without_blanks(&a, &b),
        Compare::Id => same_id(&a, &b),
        Compare::Number => same_number(&a, &b),
        Compare::Boolean => a.trim().eq_ignore_ascii_case(b.trim()),
        Compare::Version => same_version(&a, &b),
        Compare::Cidr => same_range(&a, &b),
        _ => return Some(same_generic(before, after)),
    })
}

/// Whether two known single values are equal where no table knows what they mean.
pub(super) fn same_generic(before: &Value, after: &Value) -> bool {
    match (&before.data, &after.data) {
        (Data::String(a), Data::String(b)) => a == b || (is_id(a) && same_id(a, b)),
        (Data::Null, Data::Null) => true,
        (Data::Bool(a), Data::Bool(b)) => a == b,
        _ => match (number_of(before), number_of(after)) {
            (Some(a), Some(b)) => same_number(&a, &b),
            _ => false,
        },
    }
}

/// Whether a value equals one of a table.
pub(super) fn same_json(compare: Compare, value: &Value, json: &serde_json::Value) -> bool {
    let other = value_of(json);
    match (&value.data, &other.data) {
        (Data::Array(a), Data::Array(b)) => a.items.is_empty() && b.items.is_empty(),
        (Data::Object(a), Data::Object(b)) => a.entries.is_empty() && b.entries.is_empty(),
        _ => same(compare, value, &other).unwrap_or(false),
    }
}

/// A value of a table as a value of ours.
pub(super) fn value_of(json: &serde_json::Value) -> Value {
    let data = match json {
        serde_json::Value::Null => Data::Null,
        serde_json::Value::Bool(value) => Data::Bool(*value),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(int), _) => Data::Int(int),
            (None, Some(float)) => Data::Float(float),
            (None, None) => Data::BigInt(number.to_string().into()),
        },
        serde_json::Value::String(text) => Data::String(text.as_str().into()),
        serde_json::Value::Array(items) => {
            return Value::array(items.iter().map(value_of).collect(), Origin::None);
        }
        serde_json::Value::Object(members) => {
            let entries = members
                .iter()
                .map(|(key, value)| Entry::new(key.as_str(), value_of(value)))
                .collect();
            return Value::object(entries, Origin::None);
        }
    };
    Value::new(data, Origin::None)
}

/// Text of a single value; "3" and 3 have the same.
pub(super) fn text_of(value: &Value) -> Option<Cow<'_, str>> {
    match &value.data {
        Data::String(text) => Some(Cow::Borrowed(text)),
        Data::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
        _ => number_of(value),
    }
}

fn number_of(value: &Value) -> Option<Cow<'_, str>> {
    match &value.data {
        Data::Int(number) => Some(Cow::Owned(number.to_string())),
        Data::BigInt(digits) => Some(Cow::Borrowed(digits)),
        Data::Float(number) => Some(Cow::Owned(float_text(*number))),
        _ => None,
    }
}

/// Case and blanks do not tell enum values, names or locations apart (`West Europe`, `westeurope`).
fn without_blanks(a: &str, b: &str) -> bool {
    if equal_ignoring_case(a, b) {
        return true;
    }
    let plain = |text: &str| -> String { text.chars().filter(|c| *c != ' ').collect() };
    (a.contains(' ') || b.contains(' ')) && equal_ignoring_case(&plain(a), &plain(b))
}

fn is_id(text: &str) -> bool {
    let starts = |prefix: &str| {
        text.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    starts("/subscriptions/") || starts("/providers/")
}

fn same_id(a: &str, b: &str) -> bool {
    equal_ignoring_case(
        a.trim().trim_end_matches('/'),
        b.trim().trim_end_matches('/'),
    )
}

fn same_number(a: &str, b: &str) -> bool {
    match (a.trim().parse::<i128>(), b.trim().parse::<i128>()) {
        (Ok(a), Ok(b)) => a == b,
        _ => match (a.trim().parse::<f64>(), b.trim().parse::<f64>()) {
            // Both were written by people or by one serialiser: no rounding to allow for.
            (Ok(a), Ok(b)) => a.total_cmp(&b).is_eq(),
            _ => a == b,
        },
    }
}

/// An alias (`1.33`) equals every version that it can stand for.
fn same_version(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim(), b.trim());
    let continues = |short: &str, long: &str| {
        long.strip_prefix(short)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    continues(a, b) || continues(b, a)
}

/// Equal networks, whatever host bits are set; an address alone is a range of one.
fn same_range(a: &str, b: &str) -> bool {
    match (network(a), network(b)) {
        (Some(a), Some(b)) => a == b,
        _ => equal_ignoring_case(a.trim(), b.trim()),
    }
}

fn network(text: &str) -> Option<(bool, u128, u32)> {
    let (address, length) = match text.trim().split_once('/') {
        Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
        None => (text.trim(), None),
    };
    let (is_v6, bits, width) = match address.parse::<IpAddr>().ok()? {
        IpAddr::V4(address) => (false, u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (true, address.to_bits(), 128),
    };
    let length = length.unwrap_or(width);
    let host = width.checked_sub(length)?;
    let bits = bits.checked_shr(host).unwrap_or(0);
    Some((is_v6, bits.checked_shl(host).unwrap_or(0), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meanings() {
        let text = |text: &str| Value::text(text, Origin::None);
        let same = |compare, a: &str, b: &str| same(compare, &text(a), &text(b));
        assert_eq!(same(Compare::Text, "West Europe", "westeurope"), Some(true));
        assert_eq!(same(Compare::Text, "westeurope", "westus"), Some(false));
        assert_eq!(same(Compare::Exact, "a", "A"), Some(false));
        assert_eq!(
            same(Compare::Id, "/subscriptions/A/", "/SUBSCRIPTIONS/a"),
            Some(true)
        );
        assert_eq!(same(Compare::Version, "1.33", "1.33.5"), Some(true));
        assert_eq!(same(Compare::Version, "1.33.5", "1.33"), Some(true));
        assert_eq!(same(Compare::Version, "1.3", "1.33"), Some(false));
        assert_eq!(
            same(Compare::Cidr, "10.0.0.7/16", "10.0.0.0/16"),
            Some(true)
        );
        assert_eq!(
            same(Compare::Cidr, "10.0.0.0/16", "10.0.0.0/17"),
            Some(false)
        );
        assert_eq!(same(Compare::Cidr, "1.2.3.4", "1.2.3.4/32"), Some(true));
        assert_eq!(same(Compare::Cidr, "::/0", "fe80::/0"), Some(true));
        assert_eq!(same(Compare::Cidr, "1.2.3.4/99", "1.2.3.4/99"), Some(true));
        assert_eq!(same(Compare::Number, "3", "3.0"), Some(true));
        let three = Value::new(Data::Int(3), Origin::None);
        assert!(super::same(Compare::Text, &three, &text("3")).unwrap());
        assert!(!same_generic(&three, &text("3")));
        assert!(same_generic(
            &three,
            &Value::new(Data::Float(3.0), Origin::None)
        ));
    }
}
