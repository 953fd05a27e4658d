//! Changes in the shape of ARM's what-if.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json};

use crate::diff::{self, ChangeType};
use crate::engine::{Changed, DeploymentOutcome};
use crate::eval;
use crate::model::{Deployment, Resource};
use crate::text::Files;

use super::{location, types as out};

impl Serialize for out::Changes<'_> {
    /// Each change goes as soon as it is written: as JSON, the bodies of all resources take more room than the text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let outcome = self.0;
        serializer.collect_seq(outcome.changes.iter().map(|changed| {
            let deployment = outcome.deployments.get(changed.deployment);
            change(&outcome.files, changed, deployment)
        }))
    }
}

fn change(files: &Files, changed: &Changed, deployment: Option<&DeploymentOutcome>) -> out::Change {
    let change = &changed.change;
    let body = |side: Option<&Deployment>, index: Option<usize>| {
        side.zip(index)
            .and_then(|(side, index)| side.resources.get(index))
            .map_or(Json::Null, body)
    };
    let unknown = change.unknown.iter().filter_map(|member| {
        Some(out::Unknown {
            pointer: member.pointer.clone(),
            expression: format!("[{}]", member.expression.as_deref()?),
            reason: member
                .reason
                .as_ref()
                .map_or_else(String::new, crate::report::reason),
            location: location(files, member.place),
        })
    });
    out::Change {
        deployment: changed.deployment,
        resource_id: change.resource_id.clone(),
        change_type: change.change_type.word(),
        before: body(
            deployment.and_then(|deployment| deployment.previous.as_ref()),
            change.before,
        ),
        after: match change.change_type {
            // What leaves the template and stays is there afterwards too.
            ChangeType::Ignore if change.after.is_none() => body(
                deployment.and_then(|deployment| deployment.previous.as_ref()),
                change.before,
            ),
            _ => body(deployment.map(|deployment| &deployment.after), change.after),
        },
        delta: change.delta.iter().map(delta).collect(),
        unknown: unknown.collect(),
        reason: change.reason.clone(),
    }
}

fn delta(delta: &diff::Delta) -> out::Delta {
    let value = |value: &Option<eval::Value>| value.as_ref().map_or(Json::Null, eval::report);
    out::Delta {
        path: delta.path.clone(),
        pointer: delta.pointer.clone(),
        property_change_type: delta.change_type.word(),
        before: value(&delta.before),
        after: value(&delta.after),
        children: delta.children.iter().map(self::delta).collect(),
    }
}

/// A resource as an object, id and API version included.
fn body(resource: &Resource) -> Json {
    let mut members = Map::new();
    members.insert("id".to_owned(), eval::report(&resource.id));
    members.insert("type".to_owned(), Json::from(&*resource.resource_type));
    members.insert("name".to_owned(), eval::report(&resource.name));
    members.insert("apiVersion".to_owned(), eval::report(&resource.api_version));
    for entry in &resource.body.entries {
        members.insert(entry.key.to_string(), eval::report(&entry.value));
    }
    Json::Object(members)
}
