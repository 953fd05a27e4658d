//! Two resources of one deployment with one id.

use std::collections::BTreeMap;

use crate::eval::{Value, bracketed, lower_text};
use crate::finding::{Finding, Level};
use crate::model::{Deployment, Resource};

use super::{AppliesTo, Check, Family, Rule};

pub(super) const RESOURCE_DUPLICATE: Rule = Rule {
    id: "resource-duplicate",
    level: Level::Error,
    family: Family::Expression,
    summary: "one deployment declares the same resource twice",
    applies_to: AppliesTo::Both,
    fixable: false,
    aliases: &["BCP121", "BCP122"],
    page: include_str!("../../rules/resource-duplicate.md"),
    check: Check::Deployment(check),
};

/// Nested deployments run on their own: only resources of the same one exclude each other.
fn check(deployment: &Deployment, findings: &mut Vec<Finding>) {
    let mut first: BTreeMap<(Vec<String>, String), &Resource> = BTreeMap::new();
    for resource in &deployment.resources {
        // What may not be deployed at all may be the other one's alternative.
        // An open id of a known name stands for itself: the scope is the same.
        if resource.condition.is_some() || resource.name.as_text().is_none() {
            continue;
        }
        let id = shown(&resource.id);
        let key = (resource.modules.clone(), lower_text(&id));
        match first.get(&key) {
            None => {
                first.insert(key, resource);
            }
            Some(earlier) => findings.push(
                RESOURCE_DUPLICATE
                    .finding(
                        resource.name_place,
                        format!(
                            "{} is declared twice in one deployment",
                            resource.resource_type
                        ),
                    )
                    .resource(id)
                    .related(earlier.name_place, "declared here as well")
                    .help("give one of them another name, or join them"),
            ),
        }
    }
}

fn shown(id: &Value) -> String {
    match id.as_public_text() {
        Some(text) => text.to_string(),
        None => bracketed(id),
    }
}
