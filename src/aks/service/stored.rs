//! What the service stores of a request: what it states, and what stays of the members that it leaves out.

use crate::aks::edit;
use crate::aks::facts::{Facts, Role, Scope};
use crate::aks::read::read;
use crate::aks::{Move, Version};
use crate::diff::{Compare, Omitted};
use crate::eval::{Data, Entry, Value};

/// The body after a PUT. `scope` says what its paths are counted from; below `properties` of a cluster's resource they
/// are the cluster's.
pub fn after_put(facts: &Facts, scope: Scope, before: &Value, request: &Value) -> Value {
    merged(facts, scope, &mut Vec::new(), before, request)
}

fn merged<'v>(
    facts: &Facts,
    scope: Scope,
    path: &mut Vec<&'v str>,
    before: &'v Value,
    request: &'v Value,
) -> Value {
    let (Data::Object(old), Data::Object(new)) = (&before.data, &request.data) else {
        return request.clone();
    };
    let mut entries: Vec<Entry> = Vec::with_capacity(new.entries.len());
    for entry in &new.entries {
        let kept = old.get(&entry.key).filter(|_| !entry.unknown_key);
        path.push(&entry.key);
        let inner = inner_scope(scope, path);
        let row = row(facts, inner, path);
        let read_only = row.is_some_and(|row| row.read_only);
        let is_whole = row.is_some_and(|row| row.is_own && replaces(row.compare));
        let value = match kept {
            // Only the service writes it.
            _ if read_only => kept.map(|entry| entry.value.clone()),
            Some(kept) if matches!(entry.value.data, Data::Null) => {
                left_out(row).then(|| kept.value.clone())
            }
            Some(kept) if !is_whole => Some(merged(facts, scope, path, &kept.value, &entry.value)),
            _ => Some(entry.value.clone()),
        };
        path.pop();
        entries.extend(value.map(|value| Entry {
            value,
            ..entry.clone()
        }));
    }
    for entry in &old.entries {
        if new.get(&entry.key).is_some() {
            continue;
        }
        path.push(&entry.key);
        let inner = inner_scope(scope, path);
        if let Some(kept) = kept_of(facts, inner, path, &entry.value) {
            entries.push(Entry {
                value: kept,
                ..entry.clone()
            });
        }
        path.pop();
    }
    Value::object(entries, request.origin.clone())
}

/// What stays of a member that a request leaves out: all of it, or the parts whose rows say so.
fn kept_of<'v>(
    facts: &Facts,
    scope: Scope,
    path: &mut Vec<&'v str>,
    value: &'v Value,
) -> Option<Value> {
    let row = row(facts, scope, path);
    if row.is_some_and(|row| row.is_own) {
        return left_out(row).then(|| value.clone());
    }
    let Data::Object(object) = &value.data else {
        return left_out(row).then(|| value.clone());
    };
    let mut entries = Vec::new();
    for entry in &object.entries {
        path.push(&entry.key);
        if let Some(kept) = kept_of(facts, scope, path, &entry.value) {
            entries.push(Entry {
                value: kept,
                ..entry.clone()
            });
        }
        path.pop();
    }
    (!entries.is_empty()).then(|| Value::object(entries, value.origin.clone()))
}

/// How a member is stored.
#[derive(Clone, Copy)]
struct Row {
    compare: Compare,
    omitted: Omitted,
    read_only: bool,
    /// It speaks of this member, and not of one above it.
    is_own: bool,
}

fn row(facts: &Facts, scope: Scope, path: &[&str]) -> Option<Row> {
    let below = match scope {
        Scope::Cluster => path.get(1..)?,
        _ => path,
    };
    let row = facts.property(scope, below)?;
    Some(Row {
        compare: row.comparison.compare,
        omitted: row.comparison.omitted,
        read_only: row.comparison.read_only,
        is_own: row.path.split('.').count() == below.len(),
    })
}

/// Below `properties` of the resource, members are the cluster's.
fn inner_scope(scope: Scope, path: &[&str]) -> Scope {
    let below = path.len() > 1
        && path
            .first()
            .is_some_and(|first| first.eq_ignore_ascii_case("properties"));
    if scope == Scope::Resource && below {
        Scope::Cluster
    } else {
        scope
    }
}

/// Whether a member that is left out stays.
fn left_out(row: Option<Row>) -> bool {
    row.is_none_or(|row| row.omitted == Omitted::Keeps)
}

/// Whether a request replaces such a member as a whole.
fn replaces(compare: Compare) -> bool {
    !matches!(compare, Compare::Object)
}

/// The body with the versions that the service has after a request: what is sent again, or as an alias of what runs,
/// moves nothing.
pub(super) fn with_version(
    facts: &Facts,
    [stated, current]: [Role; 2],
    prefix: &str,
    before: &Value,
    body: &Value,
) -> Value {
    let path = |role: Role| {
        facts
            .role(role)
            .map(|row| format!("{prefix}{}", row.path))
            .unwrap_or_default()
    };
    let (stated, current) = (path(stated), path(current));
    let version =
        |value: &Value, path: &str| -> Option<Version> { read(value, path).text()?.parse().ok() };
    let running = version(before, &current).or_else(|| version(before, &stated));
    let (Some(running), Some(asked)) = (running, version(body, &stated)) else {
        return body.clone();
    };
    if running.move_to(&asked) == Move::Same {
        let kept = read(before, &stated);
        return edit::with(body, &stated, kept.value());
    }
    let known = read(body, &stated);
    let now = if asked.is_alias() {
        None
    } else {
        known.value()
    };
    if read(before, &current).is_absent() {
        body.clone()
    } else {
        edit::with(body, &current, now)
    }
}
