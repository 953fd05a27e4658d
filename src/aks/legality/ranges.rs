//! How two values of a member stand to each other: order of numbers and versions, address ranges, sets and maps.

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::aks::Version;
use crate::aks::read::scalar;
use crate::eval::{Data, Entry, Origin, Value};

/// Numbers by size, versions by major, minor and patch.
pub(super) fn order(before: Option<&Value>, after: Option<&Value>) -> Option<Ordering> {
    let (before, after) = (scalar(before?)?, scalar(after?)?);
    if let (Ok(before), Ok(after)) = (before.parse::<i64>(), after.parse::<i64>()) {
        return Some(before.cmp(&after));
    }
    let (before, after): (Version, Version) = (before.parse().ok()?, after.parse().ok()?);
    Some(match before.move_to(&after) {
        crate::aks::Move::Same | crate::aks::Move::UnknownPatch => Ordering::Equal,
        crate::aks::Move::Up => Ordering::Less,
        crate::aks::Move::Down => Ordering::Greater,
    })
}

/// Whether every address range or item of `inner` lies in one of `outer`.
pub(super) fn contains(outer: Option<&Value>, inner: Option<&Value>) -> bool {
    let (outer, inner) = (items(outer), items(inner));
    !outer.is_empty()
        && inner.iter().all(|inner| {
            outer
                .iter()
                .any(|outer| match (range(outer), range(inner)) {
                    (Some(outer), Some(inner)) => outer.contains(inner),
                    _ => outer.eq_ignore_ascii_case(inner),
                })
        })
}

/// Whether an item or a name of `before` is missing in `after`.
pub(super) fn loses(before: Option<&Value>, after: Option<&Value>) -> bool {
    let after = items(after);
    items(before)
        .iter()
        .any(|item| !after.iter().any(|kept| kept.eq_ignore_ascii_case(item)))
}

fn items(value: Option<&Value>) -> Vec<String> {
    let Some(value) = value else {
        return Vec::new();
    };
    match &value.data {
        Data::Array(array) => array.items.iter().filter_map(scalar).collect(),
        Data::Object(object) => object
            .entries
            .iter()
            .map(|entry| entry.key.to_string())
            .collect(),
        _ => scalar(value).into_iter().collect(),
    }
}

/// An address range by its first address and the length of its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    bits: u128,
    prefix: u32,
    width: u32,
}

impl Range {
    fn contains(self, other: Self) -> bool {
        self.width == other.width
            && self.prefix <= other.prefix
            && self.network(self.prefix) == other.network(self.prefix)
    }

    fn network(self, prefix: u32) -> u128 {
        let host = self.width.saturating_sub(prefix);
        if host >= 128 { 0 } else { self.bits >> host }
    }
}

fn range(text: &str) -> Option<Range> {
    let (address, prefix) = text.split_once('/')?;
    let prefix: u32 = prefix.parse().ok()?;
    let (bits, width) = match address.trim().parse().ok()? {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    };
    (prefix <= width).then_some(Range {
        bits,
        prefix,
        width,
    })
}

/// A default of the tables as a value.
pub(super) fn json_value(json: &serde_json::Value) -> Option<Value> {
    let data = match json {
        serde_json::Value::Null => return None,
        serde_json::Value::Bool(flag) => Data::Bool(*flag),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(number) => Data::Int(number),
            None => Data::Float(number.as_f64()?),
        },
        serde_json::Value::String(text) => Data::String(text.as_str().into()),
        serde_json::Value::Array(items) => {
            let items = items.iter().filter_map(json_value).collect();
            return Some(Value::array(items, Origin::None));
        }
        serde_json::Value::Object(members) => {
            let entries = members
                .iter()
                .filter_map(|(name, value)| Some(Entry::new(name.as_str(), json_value(value)?)))
                .collect();
            return Some(Value::object(entries, Origin::None));
        }
    };
    Some(Value::new(data, Origin::None))
}

#[cfg(test)]
mod tests {
    use super::{contains, json_value, loses, order};
    use serde_json::json;
    use std::cmp::Ordering;

    #[test]
    fn ranges_contain_by_prefix() {
        let holds =
            |outer, inner| contains(json_value(&outer).as_ref(), json_value(&inner).as_ref());
        assert!(holds(json!("10.0.0.0/8"), json!("10.244.0.0/16")));
        assert!(!holds(json!("10.244.0.0/16"), json!("10.0.0.0/8")));
        assert!(!holds(json!("10.245.0.0/16"), json!("10.244.0.0/16")));
        assert!(holds(
            json!(["fd00::/8", "10.0.0.0/8"]),
            json!(["10.1.0.0/16"])
        ));
        assert!(!holds(json!([]), json!(["10.1.0.0/16"])));
    }

    #[test]
    fn order_of_numbers_and_versions() {
        let of = |one, two| order(json_value(&one).as_ref(), json_value(&two).as_ref());
        assert_eq!(of(json!(9), json!("10")), Some(Ordering::Less));
        assert_eq!(of(json!("1.9.1"), json!("1.10")), Some(Ordering::Less));
        assert_eq!(of(json!("1.33.2"), json!("1.33")), Some(Ordering::Equal));
        assert_eq!(of(json!("a"), json!("b")), None);
    }

    #[test]
    fn maps_lose_names() {
        let of = |one, two| loses(json_value(&one).as_ref(), json_value(&two).as_ref());
        assert!(of(json!({"a": 1, "b": 1}), json!({"A": 2})));
        assert!(!of(json!({"a": 1}), json!({"A": 2, "c": 3})));
        assert!(of(json!(["x"]), serde_json::Value::Null));
    }
}
