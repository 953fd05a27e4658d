//! From the words of a user to values: which resource, which property, as it stands in an evaluated template.

use miette::Diagnostic;
use thiserror::Error;

use crate::diff::MemberFacts;
use crate::eval::{self, Data, Value, lower_text};
use crate::model::{Deployment, Resource, weave};
use crate::text::Span;

/// A property of a resource.
#[derive(Clone, Debug)]
pub struct Found {
    /// Id of the resource, or its type and name where its scope is not known; of an inline item that of the child resource
    /// it stands for.
    pub resource: String,
    /// Dotted path of the property.
    pub path: String,
    /// Where the property's name stands.
    pub place: Span,
    /// Its value.
    pub value: Value,
}

/// User error: nothing fits the words.
#[derive(Debug, Error, Diagnostic)]
pub enum NotFound {
    /// No such resource.
    #[error("the template deploys no resource `{name}`")]
    #[diagnostic(code(armplan::why))]
    Resource {
        /// As asked for.
        name: String,
        /// Which there are.
        #[help]
        help: String,
    },
    /// The resource has no such property.
    #[error("{resource} has no `{property}`")]
    #[diagnostic(code(armplan::why))]
    Property {
        /// The resource.
        resource: String,
        /// As asked for.
        property: String,
        /// Which there are.
        #[help]
        help: String,
    },
}

/// Something that can be asked about: a resource, or an item of an array that stands for one.
struct Subject<'d> {
    id: String,
    name: String,
    /// Type and name as one path: what an id ends with.
    path: String,
    resource: &'d Resource,
    item: Option<&'d Value>,
}

/// All properties that fit.
pub fn find(
    deployment: &Deployment,
    facts: &dyn MemberFacts,
    resource: &str,
    property: &str,
) -> Result<Vec<Found>, NotFound> {
    let subjects = subjects(deployment, facts);
    let named: Vec<&Subject<'_>> = subjects
        .iter()
        .filter(|subject| subject.fits(resource))
        .collect();
    if named.is_empty() {
        let names: Vec<String> = subjects
            .iter()
            .map(|subject| subject.name.clone())
            .collect();
        return Err(NotFound::Resource {
            name: resource.to_owned(),
            help: if names.is_empty() {
                "it deploys none at all".to_owned()
            } else {
                format!("it deploys: {}", names.join(", "))
            },
        });
    }
    let path = segments(property);
    let found: Vec<Found> = named
        .iter()
        .filter_map(|subject| subject.property(&path))
        .collect();
    match (found.is_empty(), named.first()) {
        (true, Some(first)) => Err(NotFound::Property {
            resource: first.shown().to_owned(),
            property: property.to_owned(),
            help: format!("it has: {}", first.members().join(", ")),
        }),
        _ => Ok(found),
    }
}

fn subjects<'d>(deployment: &'d Deployment, facts: &dyn MemberFacts) -> Vec<Subject<'d>> {
    let mut subjects = Vec::new();
    for resource in &deployment.resources {
        let id = shown(&resource.id);
        let name = shown(&resource.name);
        let names: Vec<&str> = name.split('/').collect();
        let path = weave(&resource.resource_type, &names).unwrap_or_default();
        if let Some(array) = facts.child_array(&resource.resource_type) {
            let own_type = array
                .child_type
                .rsplit('/')
                .next()
                .unwrap_or(array.child_type);
            let items = array.path.split_first().and_then(|(first, rest)| {
                let member = &resource.body.get(first)?.value;
                rest.iter().try_fold(member, |value, name| {
                    Some(&value.as_object()?.get(name)?.value)
                })
            });
            for item in items
                .and_then(Value::as_array)
                .map_or(&[][..], |array| &array.items)
            {
                let Some(own) = item.as_object().and_then(|object| object.get("name")) else {
                    continue;
                };
                let own = shown(&own.value);
                subjects.push(Subject {
                    id: format!("{id}/{own_type}/{own}"),
                    name: format!("{name}/{own}"),
                    path: format!("{path}/{own_type}/{own}"),
                    resource,
                    item: Some(item),
                });
            }
        }
        subjects.push(Subject {
            id,
            name,
            path,
            resource,
            item: None,
        });
    }
    subjects
}

/// Text as it is, anything else as it is printed.
fn shown(value: &Value) -> String {
    match value.as_public_text() {
        Some(text) => text.to_string(),
        None => eval::report(value).as_str().unwrap_or_default().to_owned(),
    }
}

impl Subject<'_> {
    /// By id, by name, or by the end of one.
    fn fits(&self, wanted: &str) -> bool {
        let wanted = lower_text(wanted.trim_matches('/'));
        [&self.id, &self.name, &self.path].into_iter().any(|known| {
            let known = lower_text(known.trim_start_matches('/'));
            known == wanted
                || known
                    .strip_suffix(&wanted)
                    .is_some_and(|rest| rest.ends_with('/'))
        })
    }

    /// What it is called: an expression for its id says less than type and name.
    fn shown(&self) -> &str {
        if self.id.starts_with('[') && !self.path.is_empty() {
            &self.path
        } else {
            &self.id
        }
    }

    fn property(&self, path: &[String]) -> Option<Found> {
        let (place, value, path) = match self.item {
            Some(item) => {
                let path = match path.split_first() {
                    Some((first, rest)) if is(first, "properties") && !rest.is_empty() => rest,
                    _ => path,
                };
                let place = item.origin.place().unwrap_or(self.resource.name_place);
                let (place, value) = inside(item, path, place)?;
                (place, value, path.to_vec())
            }
            None => self.member(path)?,
        };
        Some(Found {
            resource: self.shown().to_owned(),
            path: path.join("."),
            place,
            value,
        })
    }

    /// A property of the resource itself; `vmSize` is short for `properties.vmSize`.
    fn member(&self, path: &[String]) -> Option<(Span, Value, Vec<String>)> {
        let (first, rest) = path.split_first()?;
        let head = |value: &Value| {
            rest.is_empty()
                .then(|| (self.resource.name_place, value.clone(), path.to_vec()))
        };
        if is(first, "name") {
            return head(&self.resource.name);
        }
        if is(first, "id") {
            return head(&self.resource.id);
        }
        if is(first, "apiVersion") {
            return head(&self.resource.api_version);
        }
        if let Some(entry) = self.resource.body.get(first) {
            let place = entry.key_place.unwrap_or(self.resource.name_place);
            let (place, value) = inside(&entry.value, rest, place)?;
            return Some((place, value, path.to_vec()));
        }
        let properties = self.resource.body.get("properties")?;
        let (place, value) = inside(&properties.value, path, self.resource.name_place)?;
        let full = std::iter::once("properties".to_owned())
            .chain(path.iter().cloned())
            .collect();
        Some((place, value, full))
    }

    fn members(&self) -> Vec<String> {
        let object = self
            .item
            .or_else(|| Some(&self.resource.body.get("properties")?.value));
        let members = object
            .and_then(Value::as_object)
            .map_or(&[][..], |object| &object.entries);
        let mut names: Vec<String> = Vec::new();
        if self.item.is_none() {
            names.extend(["id", "name", "apiVersion"].map(str::to_owned));
            let own = self.resource.body.entries.iter();
            let own = own.filter(|entry| *entry.key != *"properties");
            names.extend(own.map(|entry| entry.key.to_string()));
        }
        names.extend(members.iter().map(|entry| entry.key.to_string()));
        names
    }
}

/// The value at a path below another, with the place of its name. An item of an array is named by its index or its name.
fn inside(value: &Value, path: &[String], place: Span) -> Option<(Span, Value)> {
    let Some((first, rest)) = path.split_first() else {
        return Some((place, value.clone()));
    };
    match &value.data {
        Data::Object(object) => {
            let entry = object.get(first)?;
            inside(&entry.value, rest, entry.key_place.unwrap_or(place))
        }
        Data::Array(array) => {
            let named = |item: &&Value| {
                item.as_object()
                    .and_then(|object| object.get("name"))
                    .and_then(|entry| entry.value.as_text())
                    .is_some_and(|name| is(name, first))
            };
            let item = match first.parse::<usize>() {
                Ok(index) => array.items.get(index)?,
                Err(_) => array.items.iter().find(named)?,
            };
            inside(item, rest, item.origin.place().unwrap_or(place))
        }
        // Of an unknown object every member is as unknown.
        Data::Unknown(_) => Some((place, value.clone())),
        _ => None,
    }
}

/// `/properties/a~1b/0`, `properties.agentPoolProfiles[0].vmSize` or `agentPoolProfiles/system/vmSize`.
fn segments(property: &str) -> Vec<String> {
    if let Some(pointer) = property.strip_prefix('/') {
        return pointer
            .split('/')
            .map(|part| part.replace("~1", "/").replace("~0", "~"))
            .collect();
    }
    property
        .split(['.', '[', ']', '/'])
        .map(|part| part.trim_matches(['\'', '"']))
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

fn is(one: &str, other: &str) -> bool {
    eval::equal_ignoring_case(one, other)
}

#[cfg(test)]
mod tests {
    use super::segments;

    #[test]
    fn properties_are_written_in_several_ways() {
        for text in ["a.b[0].c", "/a/b/0/c", "a['b'].0.c", "a/b/0/c"] {
            assert_eq!(segments(text), ["a", "b", "0", "c"], "{text}");
        }
        assert_eq!(segments("/a~1b/~0"), ["a/b", "~"]);
    }
}
