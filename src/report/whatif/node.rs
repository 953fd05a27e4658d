//! Values as what-if prints them: objects unwrapped to dotted paths, scalars aligned behind the longest of them.

use crate::eval::{self, Data, Value};
use crate::report::escape;

use super::ink::{Color, Ink};

/// A value, ready to print.
pub(super) enum Node {
    /// A scalar, an empty container, or the expression of what is not known.
    Leaf(String),
    /// At least one item.
    Array(Vec<Node>),
    /// At least one member.
    Object(Vec<(String, Node)>),
}

impl Node {
    pub(super) fn of(value: &Value) -> Self {
        let is_bare = value.shade.is_none();
        match &value.data {
            Data::Array(array) if is_bare && !array.items.is_empty() => {
                Self::Array(array.items.iter().map(Self::of).collect())
            }
            Data::Object(object) if is_bare && !object.entries.is_empty() => Self::Object(
                object
                    .entries
                    .iter()
                    .map(|entry| (escape(&entry.key), Self::of(&entry.value)))
                    .collect(),
            ),
            _ => Self::Leaf(leaf(value)),
        }
    }

    pub(super) const fn is_leaf(&self) -> bool {
        matches!(self, Self::Leaf(_))
    }

    pub(super) const fn is_array(&self) -> bool {
        matches!(self, Self::Array(_))
    }

    pub(super) const fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }
}

/// A scalar in its colour's scope. What is not known is its expression, without quotes.
fn leaf(value: &Value) -> String {
    let printed = eval::report(value);
    let Some(text) = printed.as_str() else {
        return escape(&printed.to_string());
    };
    if value.as_text().is_none() || value.has_secret() {
        return escape(text);
    }
    if text.chars().any(char::is_control) {
        // What-if prints line ends as they are; here they stay what they are in a template.
        return escape(&printed.to_string());
    }
    format!("\"{text}\"")
}

/// A value behind its path, or without one behind a colon.
pub(super) fn write(ink: &mut Ink, node: &Node, path: &str, width: usize, indent: usize) {
    match node {
        Node::Leaf(text) => {
            let padding = (width + 1).saturating_sub(length(path));
            write_path(ink, path, padding, indent);
            ink.put(text);
        }
        Node::Array(items) => {
            write_path(ink, path, 1, indent);
            write_array(ink, items, indent);
        }
        Node::Object(members) if path.is_empty() => write_object(ink, members, indent),
        Node::Object(members) => write_members(ink, members, path, width, indent),
    }
}

/// An object by itself: its members stand below, indented once.
pub(super) fn write_object(ink: &mut Ink, members: &[(String, Node)], indent: usize) {
    ink.put("\n\n");
    write_members(ink, members, "", object_width(members), indent + 1);
}

fn write_members(
    ink: &mut Ink,
    members: &[(String, Node)],
    path: &str,
    width: usize,
    indent: usize,
) {
    for (name, node) in members {
        let below = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        write(ink, node, &below, width, indent);
        if !node.is_object() {
            ink.put("\n");
        }
    }
}

fn write_array(ink: &mut Ink, items: &[Node], indent: usize) {
    ink.colored(Color::Plain, "[");
    ink.put("\n");
    // Its own measure: the index of the last scalar.
    let width = items
        .iter()
        .rposition(Node::is_leaf)
        .unwrap_or(0)
        .to_string()
        .len();
    for (index, item) in items.iter().enumerate() {
        let path = index.to_string();
        match item {
            Node::Object(members) => {
                write_path(ink, &path, 0, indent + 1);
                write_object(ink, members, indent + 1);
            }
            _ => write(ink, item, &path, width, indent + 1),
        }
        ink.put("\n");
    }
    ink.indent(indent);
    ink.colored(Color::Plain, "]");
}

fn write_path(ink: &mut Ink, path: &str, padding: usize, indent: usize) {
    if !path.is_empty() {
        ink.indent(indent);
        ink.put(path);
        ink.colored(Color::Plain, ":");
        ink.put(&" ".repeat(padding));
    }
}

/// The longest path of a scalar; the paths of arrays do not push the column.
fn object_width(members: &[(String, Node)]) -> usize {
    members
        .iter()
        .map(|(name, node)| match node {
            Node::Leaf(_) => length(name),
            Node::Array(_) => 0,
            Node::Object(members) => length(name) + 1 + object_width(members),
        })
        .max()
        .unwrap_or(0)
}

/// Columns of a path.
pub(super) fn length(text: &str) -> usize {
    text.chars().count()
}
