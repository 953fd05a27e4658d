//! Which resource is which: by id without case, by its expression where it is not known, else by type and name.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::eval::{Data, bracketed, lower_text};
use crate::model::{Deployment, Resource};

/// The id of a resource as it is printed.
pub(super) fn shown_id(resource: &Resource) -> String {
    match (resource.id.as_public_text(), &resource.id.data) {
        (Some(id), _) => id.to_string(),
        (None, Data::Unknown(_) | Data::String(_)) => bracketed(&resource.id),
        (None, _) => resource.resource_type.to_string(),
    }
}

fn key(resource: &Resource) -> String {
    match resource.id.as_text() {
        Some(id) => lower_text(id).trim_end_matches('/').to_owned(),
        None => shown_id(resource),
    }
}

/// For each resource after: its counterpart before.
pub(super) fn counterparts(before: &Deployment, after: &Deployment) -> Vec<Option<usize>> {
    let mut by_id: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
    for (at, resource) in before.resources.iter().enumerate() {
        by_id.entry(key(resource)).or_default().push_back(at);
    }
    let mut found: Vec<Option<usize>> = after
        .resources
        .iter()
        .map(|resource| {
            let same = by_id.get_mut(&key(resource))?;
            // Where one id stands several times they are paired in order, and the last one stands for the rest.
            if same.len() > 1 {
                same.pop_front()
            } else {
                same.front().copied()
            }
        })
        .collect();
    by_name(before, after, &mut found);
    found
}

/// Where a scope is known on one side only, ids never meet: type and name do, if they are unique on both sides.
fn by_name(before: &Deployment, after: &Deployment, found: &mut [Option<usize>]) {
    let taken: BTreeSet<usize> = found.iter().copied().flatten().collect();
    let mut left: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, resource) in before.resources.iter().enumerate() {
        if let (false, Some(name)) = (taken.contains(&at), type_and_name(resource)) {
            left.entry(name).or_default().push(at);
        }
    }
    let mut open: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, resource) in after.resources.iter().enumerate() {
        if let (Some(None), Some(name)) = (found.get(at), type_and_name(resource)) {
            open.entry(name).or_default().push(at);
        }
    }
    for (name, ours) in open {
        let ([after_at], Some([before_at])) = (ours.as_slice(), left.get(&name).map(Vec::as_slice))
        else {
            continue;
        };
        let known = |deployment: &Deployment, at: usize| {
            deployment
                .resources
                .get(at)
                .is_some_and(|resource| resource.id.as_text().is_some())
        };
        if !(known(before, *before_at) && known(after, *after_at))
            && let Some(slot) = found.get_mut(*after_at)
        {
            *slot = Some(*before_at);
        }
    }
}

fn type_and_name(resource: &Resource) -> Option<String> {
    let name = lower_text(resource.name.as_text()?);
    Some(format!("{} {name}", lower_text(&resource.resource_type)))
}
