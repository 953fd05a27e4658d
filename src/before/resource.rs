//! One resource of a snapshot, in whatever shape, to a resource in ARM's shape.

use std::sync::Arc;

use crate::eval::{Array, Data, Entry, Object, Origin, Value};
use crate::model::Resource;
use crate::syntax::json::{Kind, Member, Node};

use super::json::{self, Brackets};
use super::spellings::{ResourceForm, Spellings};

/// Members that say which resource it is; they are no part of its body.
const HEAD: &[&str] = &["id", "name", "type", "apiVersion", "dependsOn", "condition"];

/// Members that lists of resources carry beside those of ARM.
const ADDED_BY_LISTS: &[&str] = &["resourceGroup", "subscriptionId", "tenantId"];

/// The resource that a node describes.
pub(super) fn read(node: Node<'_>, brackets: Brackets, spellings: &Spellings) -> Resource {
    let head = Head::of(node, brackets);
    let form = spellings.form(&head.resource_type);
    let has_properties = node
        .get("properties")
        .is_some_and(|properties| properties.kind() == Kind::Object);
    let body = match form {
        Some(form) if !has_properties && brackets == Brackets::Text => {
            flat_body(node, form, spellings)
        }
        _ => arm_body(node, brackets),
    };
    Resource {
        id: head.id,
        resource_type: head.resource_type,
        name: head.name,
        api_version: head.api_version,
        condition: node
            .get("condition")
            .map(|condition| json::value(condition, brackets))
            .filter(|condition| condition.as_unknown().is_some()),
        body,
        depends_on: Vec::new(),
        name_place: node
            .get("name")
            .or_else(|| node.get("id"))
            .unwrap_or(node)
            .span(),
        place: node.span(),
        modules: Vec::new(),
    }
}

struct Head {
    id: Value,
    resource_type: Arc<str>,
    name: Value,
    api_version: Value,
}

impl Head {
    fn of(node: Node<'_>, brackets: Brackets) -> Self {
        let value = |name: &str| node.get(name).map(|member| json::value(member, brackets));
        let id = value("id").filter(|id| id.as_text().is_none_or(|id| !id.is_empty()));
        let parts = id
            .as_ref()
            .and_then(Value::as_text)
            .and_then(|id| type_and_name(id));
        let given_type = value("type").as_ref().and_then(Value::as_text).cloned();
        let (resource_type, name) = match parts {
            Some((kind, name)) => {
                let origin = value("name").map_or(Origin::None, |name| name.origin);
                let spelled = given_type.filter(|given| given.eq_ignore_ascii_case(&kind));
                (
                    spelled.unwrap_or_else(|| kind.into()),
                    Value::text(name, origin),
                )
            }
            None => (
                given_type.unwrap_or_else(|| "".into()),
                value("name").unwrap_or_else(Value::null),
            ),
        };
        Self {
            id: id.unwrap_or_else(Value::null),
            resource_type,
            name,
            api_version: value("apiVersion").unwrap_or_else(Value::null),
        }
    }
}

/// `../providers/NS/a/x/b/y` is type `NS/a/b` and name `x/y`.
pub(super) fn type_and_name(id: &str) -> Option<(String, String)> {
    let lower = id.to_ascii_lowercase();
    let at = lower.rfind("/providers/")?;
    let rest = id.get(at + "/providers/".len()..)?;
    let mut segments = rest.trim_end_matches('/').split('/');
    let mut kind = segments.next()?.to_owned();
    let mut names = Vec::new();
    while let (Some(part), Some(name)) = (segments.next(), segments.next()) {
        kind = format!("{kind}/{part}");
        names.push(name);
    }
    (!names.is_empty()).then(|| (kind, names.join("/")))
}

fn arm_body(node: Node<'_>, brackets: Brackets) -> Object {
    let entries = node
        .members()
        .filter(|member| {
            let name = json::name(*member);
            let head = HEAD.iter().any(|head| head.eq_ignore_ascii_case(&name));
            !head && !ADDED_BY_LISTS.contains(&name.as_str())
        })
        .map(|member| json::entry(member, brackets));
    Object::new(entries.collect())
}

/// The CLI's form: what does not belong beside `properties` goes into it.
fn flat_body(node: Node<'_>, form: &ResourceForm, spellings: &Spellings) -> Object {
    let mut beside = Vec::new();
    let mut properties = Vec::new();
    for member in node.members() {
        let name = json::name(member);
        let head = HEAD.iter().any(|head| head.eq_ignore_ascii_case(&name));
        if head || spellings.is_added(&name) || name == "properties" {
            continue;
        }
        if let Some(spelled) = form.beside(&name) {
            beside.push(respelled(member, spelled.into(), spellings));
        } else {
            let spelled = spellings
                .top_name(&form.r#type, &name)
                .or_else(|| spellings.name(&name))
                .unwrap_or_else(|| name.as_str().into());
            properties.push(respelled(member, spelled, spellings));
        }
    }
    let properties = Value::object(properties, Origin::Literal(node.span()));
    beside.push(Entry::new("properties", properties));
    Object::new(beside)
}

fn respelled(member: Member<'_>, name: Arc<str>, spellings: &Spellings) -> Entry {
    let value = if spellings.has_user_names(&name) {
        json::value(member.value, Brackets::Text)
    } else {
        arm_value(member.value, spellings)
    };
    Entry {
        key_place: Some(member.key.span()),
        ..Entry::new(name, value)
    }
}

/// A value of the CLI's form with ARM's names.
fn arm_value(node: Node<'_>, spellings: &Spellings) -> Value {
    let origin = Origin::Literal(node.span());
    match node.kind() {
        Kind::Array => {
            let items = node
                .items()
                .map(|item| arm_value(item, spellings))
                .collect();
            Value::new(Data::Array(Arc::new(Array::new(items))), origin)
        }
        Kind::Object => {
            let has_id = node.get("id").is_some_and(Node::is_string);
            let entries = node
                .members()
                .filter(|member| !(has_id && spellings.is_added(&json::name(*member))))
                .map(|member| {
                    let name = json::name(member);
                    let spelled = spellings.name(&name).unwrap_or_else(|| name.into());
                    respelled(member, spelled, spellings)
                });
            Value::new(
                Data::Object(Arc::new(Object::new(entries.collect()))),
                origin,
            )
        }
        _ => json::value(node, Brackets::Text),
    }
}
