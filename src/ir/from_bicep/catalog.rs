//! How resource types are spelled: the compiler writes a type that it knows as its catalog does, not as the file does.
//! `rules/azure/resource-types.txt` has a line for each type, and for a version that spells it otherwise `type version`.

use std::cmp::Ordering;
use std::sync::Arc;

use memchr::{memchr, memrchr};

/// Lines in the order of their lower-case letters.
const TYPES: &str = include_str!("../../../rules/azure/resource-types.txt");

/// The type as the catalog spells it; as it is where the catalog has none.
pub(super) fn spelled(full_type: &str, version: Option<&str>) -> Arc<str> {
    let Some((own, after)) = find(full_type) else {
        return full_type.into();
    };
    let of_version = version.and_then(|version| {
        after
            .lines()
            .map_while(|line| line.split_once(' '))
            .take_while(|(name, _)| name.eq_ignore_ascii_case(own))
            .find(|(_, other)| other.eq_ignore_ascii_case(version))
    });
    of_version.map_or(own, |(name, _)| name).into()
}

/// The line with these letters in any case, and the lines after it: those of its versions are the first of them.
fn find(wanted: &str) -> Option<(&'static str, &'static str)> {
    let bytes = TYPES.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = memrchr(b'\n', bytes.get(..middle)?).map_or(0, |at| at + 1);
        let end = memchr(b'\n', bytes.get(middle..)?).map_or(bytes.len(), |at| middle + at);
        let line = TYPES.get(start..end)?;
        match compare(line, wanted) {
            Ordering::Equal => return Some((line, TYPES.get(end + 1..).unwrap_or_default())),
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
        }
    }
    None
}

fn compare(line: &str, wanted: &str) -> Ordering {
    for (own, other) in line.bytes().zip(wanted.bytes()) {
        let order = own.to_ascii_lowercase().cmp(&other.to_ascii_lowercase());
        if order.is_ne() {
            return order;
        }
    }
    line.len().cmp(&wanted.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_in_order_and_found() {
        let lines: Vec<&str> = TYPES.lines().collect();
        for pair in lines.windows(2) {
            assert_eq!(compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        for line in &lines {
            assert_eq!(
                find(&line.to_uppercase()).map(|(line, _)| line),
                Some(*line)
            );
            if let Some((name, version)) = line.split_once(' ') {
                assert_eq!(
                    *spelled(&name.to_uppercase(), Some(&version.to_uppercase())),
                    *name
                );
            }
        }
    }

    #[test]
    fn a_version_may_spell_a_type_otherwise() {
        let spelled = |full_type, version| spelled(full_type, Some(version)).as_ref().to_owned();
        assert_eq!(
            spelled("microsoft.insights/metricalerts", "2018-03-01"),
            "Microsoft.Insights/metricAlerts"
        );
        assert_eq!(
            spelled("Microsoft.Insights/diagnosticSettings", "2016-09-01"),
            "microsoft.insights/diagnosticSettings"
        );
        assert_eq!(spelled("My.Own/thing", "2020-01-01"), "My.Own/thing");
    }
}
