//! Arrays whose items are child resources too (node pools, subnets): the same thing in two forms, made comparable.

use std::collections::BTreeMap;

use crate::eval::{Entry, Object, Value, lower_text};
use crate::model::Resource;

use super::MemberFacts;

/// An array of a parent whose items are also child resources of their own, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildArray<'f> {
    /// Path of the array in the parent, as in `MemberFacts::member`.
    pub path: Vec<&'f str>,
    /// Full type of the child.
    pub child_type: &'f str,
}

/// The resources of one side by type and name, and by type and the name of their parent: all in lower case.
pub(super) struct Family<'r> {
    resources: &'r [Resource],
    named: BTreeMap<(String, String), Vec<usize>>,
    below: BTreeMap<(String, String), Vec<usize>>,
}

impl<'r> Family<'r> {
    pub(super) fn new(resources: &'r [Resource]) -> Self {
        let mut family = Self {
            resources,
            named: BTreeMap::new(),
            below: BTreeMap::new(),
        };
        for (at, resource) in resources.iter().enumerate() {
            let Some(name) = resource.name.as_text() else {
                continue;
            };
            let (kind, name) = (lower_text(&resource.resource_type), lower_text(name));
            if let Some((parent, _)) = name.rsplit_once('/') {
                let key = (kind.clone(), parent.to_owned());
                family.below.entry(key).or_default().push(at);
            }
            family.named.entry((kind, name)).or_default().push(at);
        }
        family
    }

    fn get(&self, found: Option<&Vec<usize>>) -> Vec<&'r Resource> {
        let places = found.map_or(&[][..], Vec::as_slice);
        places
            .iter()
            .filter_map(|at| self.resources.get(*at))
            .collect()
    }

    /// The resources that hold this one as an item of an array, each with that array and its name there.
    pub(super) fn parents<'f>(
        &self,
        facts: &'f dyn MemberFacts,
        child: &Resource,
    ) -> Vec<(&'r Resource, ChildArray<'f>, String)> {
        let kind = lower_text(&child.resource_type);
        let key = kind
            .rsplit_once('/')
            .zip(names(child))
            .map(|((kind, _), (parent, _))| (kind.to_owned(), parent));
        self.get(key.and_then(|key| self.named.get(&key)))
            .into_iter()
            .filter_map(|parent| {
                let array = facts.child_array(&parent.resource_type)?;
                let name = name_in(parent, child, array.child_type)?;
                Some((parent, array, name))
            })
            .collect()
    }

    /// The children of a parent, each with its own name.
    pub(super) fn children(
        &self,
        parent: &Resource,
        child_type: &str,
    ) -> Vec<(&'r Resource, String)> {
        let name = parent.name.as_text().map(|name| lower_text(name));
        let key = name.map(|name| (lower_text(child_type), name));
        self.get(key.and_then(|key| self.below.get(&key)))
            .into_iter()
            .filter_map(|child| Some((child, name_in(parent, child, child_type)?)))
            .collect()
    }
}

/// The name of a resource's parent and its own: `cluster` and `pool` of `cluster/pool`, in lower case.
fn names(resource: &Resource) -> Option<(String, String)> {
    let full = lower_text(resource.name.as_text()?);
    let (parent, own) = full.rsplit_once('/')?;
    Some((parent.to_owned(), own.to_owned()))
}

/// The own name of a child resource of `parent`, in lower case; none if it is not one.
fn name_in(parent: &Resource, child: &Resource, child_type: &str) -> Option<String> {
    if !child.resource_type.eq_ignore_ascii_case(child_type) {
        return None;
    }
    let (parent_name, own) = names(child)?;
    if parent_name != lower_text(parent.name.as_text()?) {
        return None;
    }
    match (parent.id.as_text(), child.id.as_text()) {
        (Some(parent_id), Some(child_id)) => {
            let above = format!("{}/", lower_text(parent_id));
            lower_text(child_id).starts_with(&above).then_some(own)
        }
        _ => Some(own),
    }
}

/// A child resource's body as an item of the parent's array: `properties` and the name side by side.
pub(super) fn as_item(child: &Resource, name: &str) -> Value {
    let mut entries = vec![Entry::new(
        "name",
        Value::text(name, child.name.origin.clone()),
    )];
    if let Some(properties) = child.body.get("properties")
        && let Some(object) = properties.value.as_object()
    {
        entries.extend(object.entries.iter().cloned());
    }
    Value::object(entries, child.name.origin.clone())
}

/// An item of the parent's array as the body of a child resource.
pub(super) fn as_body(item: &Value) -> Option<Object> {
    let members = item.as_object()?;
    let properties = members
        .entries
        .iter()
        .filter(|entry| !entry.key.eq_ignore_ascii_case("name"))
        .cloned()
        .collect();
    let properties = Value::object(properties, item.origin.clone());
    Some(Object::new(vec![Entry::new("properties", properties)]))
}

/// The items of the parent's array, each with its name in lower case.
pub(super) fn items<'v>(parent: &'v Resource, path: &[&str]) -> Vec<(String, &'v Value)> {
    let Some(array) = at(&parent.body, path).and_then(Value::as_array) else {
        return Vec::new();
    };
    array
        .items
        .iter()
        .filter_map(|item| {
            let name = &item.as_object()?.get("name")?.value;
            Some((lower_text(name.as_text()?), item))
        })
        .collect()
}

fn at<'v>(body: &'v Object, path: &[&str]) -> Option<&'v Value> {
    let (first, rest) = path.split_first()?;
    let mut value = &body.get(first)?.value;
    for name in rest {
        value = &value.as_object()?.get(name)?.value;
    }
    Some(value)
}
