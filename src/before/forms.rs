//! Which of the known forms a snapshot has, and the resources in it. The forms are told apart by their members alone.

use crate::syntax::json::{Kind, Node};
use crate::text::{FileId, Files};

use super::LiveError;

/// What a snapshot is made of.
pub(super) enum Form<'d> {
    /// Resources, each in ARM's or in the CLI's shape.
    Resources {
        /// The resources.
        items: Vec<Node<'d>>,
        /// They came as a list: of every pool of a cluster, if they are pools.
        is_list: bool,
    },
    /// Resources as a template predicts them; `[..]` are open expressions.
    Predicted(Vec<Node<'d>>),
    /// The side before of a what-if: bodies in ARM's shape.
    WhatIf(Vec<Node<'d>>),
    /// A template made from what is there.
    Exported,
}

/// Tells the form of a document.
pub(super) fn of<'d>(
    files: &Files,
    file: FileId,
    root: Node<'d>,
) -> Result<Form<'d>, Box<LiveError>> {
    if root.kind() == Kind::Array {
        return resources(files, root, root.items().collect(), true);
    }
    if root.kind() != Kind::Object {
        return Err(LiveError::unknown_form(
            files,
            root.span(),
            "it is neither an object nor an array",
        ));
    }
    if let Some(schema) = root.get("$schema").and_then(Node::string)
        && is_template(&schema)
    {
        return Ok(Form::Exported);
    }
    if let Some(predicted) = array(root, "predictedResources") {
        return Ok(Form::Predicted(predicted));
    }
    // The REST answer wraps what the CLI and the SDKs show flat.
    let inner = root.get("properties").unwrap_or(root);
    for envelope in [root, inner] {
        if envelope.get("changes").is_some() {
            return what_if(files, file, root, envelope);
        }
    }
    if root.get("error").is_some() && root.get("id").is_none() {
        return what_if(files, file, root, root);
    }
    for list in ["value", "data"] {
        if let Some(items) = array(root, list) {
            return resources(files, root, items, true);
        }
    }
    resources(files, root, vec![root], false)
}

fn is_template(schema: &str) -> bool {
    let path = schema.split(['#', '?']).next().unwrap_or("");
    path.to_ascii_lowercase()
        .ends_with("deploymenttemplate.json")
}

fn array<'d>(node: Node<'d>, name: &str) -> Option<Vec<Node<'d>>> {
    let member = node.get(name)?;
    (member.kind() == Kind::Array).then(|| member.items().collect())
}

fn resources<'d>(
    files: &Files,
    root: Node<'d>,
    items: Vec<Node<'d>>,
    is_list: bool,
) -> Result<Form<'d>, Box<LiveError>> {
    if items.is_empty() {
        return Err(LiveError::unknown_form(
            files,
            root.span(),
            "it holds no resource",
        ));
    }
    for item in &items {
        if !is_resource(*item) {
            let message = if item.kind() == Kind::Object {
                "this object has no resource id and no type"
            } else {
                "this is no resource"
            };
            return Err(LiveError::unknown_form(files, item.span(), message));
        }
    }
    Ok(Form::Resources { items, is_list })
}

/// A resource names itself: by its id, or by type and name.
fn is_resource(node: Node<'_>) -> bool {
    let text = |name: &str| node.get(name).and_then(Node::string);
    let has_id = text("id").is_some_and(|id| id.to_ascii_lowercase().contains("/providers/"));
    has_id || (text("type").is_some_and(|kind| kind.contains('/')) && text("name").is_some())
}

fn what_if<'d>(
    files: &Files,
    file: FileId,
    root: Node<'d>,
    envelope: Node<'d>,
) -> Result<Form<'d>, Box<LiveError>> {
    let failed = root.get("error").or_else(|| envelope.get("error"));
    if let Some(error) = failed.filter(|error| error.kind() == Kind::Object) {
        let message = error.get("message").and_then(Node::string);
        let message = message.unwrap_or_default();
        return Err(LiveError::what_if(
            files,
            file,
            format!("the what-if failed, so it shows no state: {message}"),
            "take the state from az aks show, or repair what the what-if complains about",
        ));
    }
    let changes = envelope.get("changes").unwrap_or(envelope);
    let mut list = array(envelope, "changes")
        .or_else(|| array(changes, "resourceChanges"))
        .unwrap_or_default();
    list.extend(array(envelope, "potentialChanges").unwrap_or_default());
    let mut bodies = Vec::new();
    let mut without_body = 0;
    for change in &list {
        let configuration = change
            .get("resourceConfigurationChanges")
            .unwrap_or(*change);
        match configuration.get("before") {
            Some(body) if body.kind() == Kind::Object => bodies.push(body),
            _ if !is_new(*change) => without_body += 1,
            _ => {}
        }
    }
    if bodies.is_empty() && without_body > 0 {
        return Err(LiveError::what_if(
            files,
            file,
            "the what-if shows ids only, so nothing is known of what is there",
            "run it with --result-format FullResourcePayloads --no-pretty-print",
        ));
    }
    Ok(Form::WhatIf(bodies))
}

fn is_new(change: Node<'_>) -> bool {
    let word = change.get("changeType").and_then(Node::string);
    word.is_some_and(|word| word.eq_ignore_ascii_case("create"))
}
