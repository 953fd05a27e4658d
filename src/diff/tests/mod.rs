//! Bodies as JSON through the whole comparison.
#![allow(
    clippy::needless_pass_by_value,
    reason = "json!(..) makes values, and tests hand them on"
)]

mod members;
mod origins;
mod resources;
mod shuffled;

use serde_json::json;

use super::*;
use crate::before::Live;
use crate::config::Mode;
use crate::eval::Context;
use crate::model::{Deployment, Resource};
use crate::text::Files;

/// Rows of an invented service: parents with pools inside or beside them.
pub(super) struct Rows(Vec<(&'static str, Comparison)>);

pub(super) const PARENT: &str = "My.Service/parents";
pub(super) const CHILD: &str = "My.Service/parents/pools";

pub(super) fn row(compare: Compare) -> Comparison {
    Comparison {
        compare,
        default: ServiceDefault::None,
        empty: Vec::new(),
        omitted: Omitted::Keeps,
        read_only: false,
        write_only: false,
    }
}

impl Rows {
    pub(super) fn new() -> Self {
        let clears = Comparison {
            omitted: Omitted::Clears,
            ..row(Compare::Set)
        };
        let flag = Comparison {
            default: ServiceDefault::Constant(json!(false)),
            omitted: Omitted::Default,
            ..row(Compare::Boolean)
        };
        let disk = Comparison {
            default: ServiceDefault::Depends,
            empty: vec![json!(0)],
            ..row(Compare::Number)
        };
        let state = Comparison {
            read_only: true,
            ..row(Compare::Text)
        };
        Self(vec![
            ("name", row(Compare::Key)),
            ("size", row(Compare::Text)),
            ("subnet", row(Compare::Id)),
            ("zones", row(Compare::Set)),
            ("taints", clears),
            ("flag", flag),
            ("disk", disk),
            ("state", state),
            ("version", row(Compare::Version)),
            ("labels", row(Compare::Map)),
            ("order", row(Compare::List)),
            ("count", row(Compare::Number)),
        ])
    }
}

impl MemberFacts for Rows {
    fn member(&self, resource_type: &str, path: &[&str]) -> Option<&Comparison> {
        let name = match path {
            ["properties", "pools", name, ..] if resource_type == PARENT => name,
            ["properties", name, ..] if resource_type == CHILD => name,
            _ => return None,
        };
        self.0
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, comparison)| comparison)
    }

    fn child_array(&self, resource_type: &str) -> Option<ChildArray<'_>> {
        (resource_type == PARENT).then(|| ChildArray {
            path: vec!["properties", "pools"],
            child_type: CHILD,
        })
    }
}

pub(super) fn id(kind: &str, name: &str) -> String {
    let mut names = name.split('/');
    let kinds = kind.split('/').skip(1);
    let mut path = String::new();
    for kind in kinds {
        path = format!("{path}/{kind}/{}", names.next().unwrap_or(""));
    }
    format!("/subscriptions/s/resourceGroups/rg/providers/My.Service{path}")
}

/// A resource of this type, name and further members.
pub(super) fn resource(kind: &str, name: &str, body: serde_json::Value) -> serde_json::Value {
    let mut all =
        json!({"id": id(kind, name), "type": kind, "name": name, "apiVersion": "2025-01-01"});
    if let (Some(all), serde_json::Value::Object(body)) = (all.as_object_mut(), body) {
        all.extend(body);
    }
    all
}

/// A child pool.
pub(super) fn pool(name: &str, properties: serde_json::Value) -> serde_json::Value {
    resource(
        CHILD,
        &format!("p/{name}"),
        json!({"properties": properties}),
    )
}

/// A parent with these pools.
pub(super) fn parent(pools: serde_json::Value) -> serde_json::Value {
    resource(PARENT, "p", json!({"properties": {"pools": pools}}))
}

/// Text of the shape `[..]` is an open expression.
pub(super) fn deployment(files: &Files, resources: &[serde_json::Value]) -> Deployment {
    let text = json!({"predictedResources": resources}).to_string();
    let file = files.add("state.json", None, text);
    Live::read(files, &[file], &Context::default())
        .unwrap()
        .deployment
}

/// How a comparison is made.
#[derive(Clone, Copy)]
pub(super) struct Setting {
    pub(super) mode: Mode,
    pub(super) live: bool,
    pub(super) blind: fn(&Resource) -> Option<String>,
    pub(super) partial: bool,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            mode: Mode::Incremental,
            live: false,
            blind: |_| None,
            partial: false,
        }
    }
}

pub(super) fn changes_with(
    setting: Setting,
    before: &[serde_json::Value],
    after: &[serde_json::Value],
) -> Vec<Change> {
    let files = Files::default();
    let before = deployment(&files, before);
    let after = deployment(&files, after);
    compare(&Sides {
        files: &files,
        facts: &Rows::new(),
        before: Some(&before),
        after: &after,
        mode: setting.mode,
        live: setting.live,
        blind: &setting.blind,
        partial: setting.partial,
    })
}

pub(super) fn changes(before: &[serde_json::Value], after: &[serde_json::Value]) -> Vec<Change> {
    changes_with(Setting::default(), before, after)
}

/// The changes in a line each: type, then the members that differ and those that are open.
pub(super) fn summary(changes: &[Change]) -> Vec<String> {
    changes
        .iter()
        .map(|change| {
            let name = change.resource_id.rsplit('/').next().unwrap_or("");
            let mut parts = vec![format!("{} {name}", change.change_type.word())];
            leaves(&change.delta, &mut parts);
            parts.extend(change.unknown.iter().map(|open| {
                let mark = if open.could_be_a_change { "?" } else { "=" };
                format!("{mark}{}", open.pointer)
            }));
            parts.join(" ")
        })
        .collect()
}

fn leaves(delta: &[Delta], parts: &mut Vec<String>) {
    for change in delta {
        if change.children.is_empty() {
            let sign = match change.change_type {
                PropertyChangeType::Create => '+',
                PropertyChangeType::Delete => '-',
                PropertyChangeType::Modify | PropertyChangeType::Array => '~',
                PropertyChangeType::NoEffect => 'x',
            };
            parts.push(format!("{sign}{}", change.pointer));
        }
        leaves(&change.children, parts);
    }
}
