//! What Azure Resource Manager itself says about members, whatever the service: location, tags, identity.

use std::sync::LazyLock;

use super::{Compare, Comparison, Omitted, ServiceDefault};

/// Which members a row covers; `*` is any name.
type Row = (&'static [&'static str], Compare, bool);

/// Path, comparison, written by the service only. Source: the resource envelope of the ARM common types (`common-types/resource-management`).
const ROWS: &[Row] = &[
    (&["location"], Compare::Text, false),
    (&["kind"], Compare::Text, false),
    (&["sku", "*"], Compare::Text, false),
    (&["plan", "*"], Compare::Text, false),
    (&["identity", "type"], Compare::Text, false),
    (&["identity", "principalId"], Compare::Text, true),
    (&["identity", "tenantId"], Compare::Text, true),
    (
        &["identity", "userAssignedIdentities", "*", "principalId"],
        Compare::Text,
        true,
    ),
    (
        &["identity", "userAssignedIdentities", "*", "clientId"],
        Compare::Text,
        true,
    ),
    (&["identity", "delegatedResources"], Compare::Object, true),
    (&["managedBy"], Compare::Id, false),
    (&["zones"], Compare::Set, false),
    (&["tags"], Compare::Map, false),
    (&["systemData"], Compare::Object, true),
    (&["etag"], Compare::Exact, true),
    (&["properties", "provisioningState"], Compare::Text, true),
];

struct Table {
    rows: Vec<(&'static [&'static str], Comparison)>,
    other: Comparison,
}

fn table(omitted: Omitted) -> Table {
    let comparison = |compare, read_only| Comparison {
        compare,
        default: ServiceDefault::None,
        empty: Vec::new(),
        omitted,
        read_only,
        write_only: false,
    };
    Table {
        rows: ROWS
            .iter()
            .map(|(path, compare, read_only)| (*path, comparison(*compare, *read_only)))
            .collect(),
        other: comparison(Compare::Exact, false),
    }
}

/// How to compare a member that no table of a service covers. Against a live state a member that the template leaves
/// out is the service's own affair; against a template somebody took it out.
pub(super) fn row(path: &[&str], live: bool) -> &'static Comparison {
    static TEMPLATE: LazyLock<Table> = LazyLock::new(|| table(Omitted::Clears));
    static LIVE: LazyLock<Table> = LazyLock::new(|| table(Omitted::Keeps));
    let table = if live { &*LIVE } else { &*TEMPLATE };
    table
        .rows
        .iter()
        .find(|(pattern, _)| covers(pattern, path))
        .map_or(&table.other, |(_, comparison)| comparison)
}

fn covers(pattern: &[&str], path: &[&str]) -> bool {
    pattern.len() <= path.len()
        && pattern
            .iter()
            .zip(path)
            .all(|(pattern, name)| *pattern == "*" || pattern.eq_ignore_ascii_case(name))
}
