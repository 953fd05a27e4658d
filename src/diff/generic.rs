//! What Azure Resource Manager itself says about members, whatever the service: location, tags, identity.

use std::sync::LazyLock;

use super::{Compare, Comparison, Omitted, ServiceDefault};

/// Which members a row covers (`*` is any name), how they are compared, and who writes them.
type Row = (&'static [&'static str], Compare, Writes);

/// Who writes a member.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writes {
    /// The template.
    Template,
    /// The service only.
    Service,
    /// The template, but not every resource has it: child resources without a location of their own take none back.
    Both,
}

/// Rows of the envelope. Source: the resource envelope of the ARM common types (`common-types/resource-management`).
const ROWS: &[Row] = &[
    (&["location"], Compare::Text, Writes::Both),
    (&["kind"], Compare::Text, Writes::Template),
    (&["sku", "*"], Compare::Text, Writes::Template),
    (&["plan", "*"], Compare::Text, Writes::Template),
    (&["identity", "type"], Compare::Text, Writes::Template),
    (&["identity", "principalId"], Compare::Text, Writes::Service),
    (&["identity", "tenantId"], Compare::Text, Writes::Service),
    (
        &["identity", "userAssignedIdentities"],
        Compare::Keys,
        Writes::Template,
    ),
    (
        &["identity", "delegatedResources"],
        Compare::Object,
        Writes::Service,
    ),
    (&["managedBy"], Compare::Id, Writes::Template),
    (&["zones"], Compare::Set, Writes::Template),
    (&["tags"], Compare::Map, Writes::Template),
    (&["systemData"], Compare::Object, Writes::Service),
    (&["etag"], Compare::Exact, Writes::Service),
    (
        &["properties", "provisioningState"],
        Compare::Text,
        Writes::Service,
    ),
];

struct Table {
    rows: Vec<(&'static [&'static str], Comparison)>,
    other: Comparison,
}

fn table(omitted: Omitted) -> Table {
    let comparison = |compare, writes| Comparison {
        compare,
        default: ServiceDefault::None,
        empty: Vec::new(),
        omitted,
        read_only: writes == Writes::Service,
        write_only: writes == Writes::Both,
    };
    Table {
        rows: ROWS
            .iter()
            .map(|(path, compare, writes)| (*path, comparison(*compare, *writes)))
            .collect(),
        other: comparison(Compare::Exact, Writes::Template),
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
