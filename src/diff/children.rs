//! Arrays whose items are child resources too (node pools, subnets): the same thing in two forms, made comparable.

use crate::eval::{Entry, Object, Value, lower_text};
use crate::model::Resource;

/// An array of a parent whose items are also child resources of their own, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildArray<'f> {
    /// Path of the array in the parent, as in `MemberFacts::member`.
    pub path: Vec<&'f str>,
    /// Full type of the child.
    pub child_type: &'f str,
}

/// The name of a resource's parent and its own: `cluster` and `pool` of `cluster/pool`, in lower case.
fn names(resource: &Resource) -> Option<(String, String)> {
    let full = lower_text(resource.name.as_text()?);
    let (parent, own) = full.rsplit_once('/')?;
    Some((parent.to_owned(), own.to_owned()))
}

/// The own name of a child resource of `parent`, in lower case; none if it is not one.
pub(super) fn name_in(parent: &Resource, child: &Resource, child_type: &str) -> Option<String> {
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
