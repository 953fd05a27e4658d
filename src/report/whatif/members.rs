//! The members that differ, as what-if prints them, with a mark on what AKS refuses.

use crate::diff::{Delta, PropertyChangeType};

use super::REFUSED;
use super::ink::{Color, Ink};
use super::node::{self, Node, length};
use super::shown::Shown;
use crate::report::escape;

/// What differs of one resource.
pub(super) fn write(ink: &mut Ink, shown: &Shown<'_>, delta: &[Delta]) {
    write_all(ink, shown, &sorted(delta), 2);
}

/// By what happens, then by path.
fn sorted(delta: &[Delta]) -> Vec<&Delta> {
    let mut members: Vec<&Delta> = delta.iter().collect();
    members.sort_by_key(|member| (weight(member), &member.path));
    members
}

/// By index, what goes before what comes.
fn sorted_items(delta: &[Delta]) -> Vec<&Delta> {
    let mut members: Vec<&Delta> = delta.iter().collect();
    members.sort_by_key(|member| {
        let index = member.path.parse().unwrap_or(usize::MAX);
        (index, weight(member))
    });
    members
}

const fn weight(member: &Delta) -> u8 {
    match member.change_type {
        PropertyChangeType::Delete => 0,
        PropertyChangeType::Create => 1,
        PropertyChangeType::Modify | PropertyChangeType::Array => 2,
        PropertyChangeType::NoEffect => 3,
    }
}

/// Symbol and colour of what happens to a member.
pub(super) const fn look(kind: PropertyChangeType) -> (&'static str, Color) {
    match kind {
        PropertyChangeType::Create => ("+", Color::Green),
        PropertyChangeType::Delete => ("-", Color::Orange),
        PropertyChangeType::Modify | PropertyChangeType::Array => ("~", Color::Purple),
        PropertyChangeType::NoEffect => ("x", Color::Gray),
    }
}

/// A member with its values ready to print.
struct Member<'d> {
    delta: &'d Delta,
    before: Option<Node>,
    after: Option<Node>,
}

impl<'d> Member<'d> {
    fn of(delta: &'d Delta) -> Self {
        let node = |value: &Option<_>| value.as_ref().map(Node::of);
        Self {
            delta,
            before: node(&delta.before),
            after: node(&delta.after),
        }
    }

    /// The value that stands first behind the path.
    fn first(&self) -> Option<&Node> {
        match self.delta.change_type {
            PropertyChangeType::Create => self.after.as_ref(),
            PropertyChangeType::Delete | PropertyChangeType::Modify => self.before.as_ref(),
            PropertyChangeType::Array => None,
            // What was there stays.
            PropertyChangeType::NoEffect => self.before.as_ref().or(self.after.as_ref()),
        }
    }

    /// Whether its path counts for the column of values.
    fn has_column(&self) -> bool {
        match self.delta.change_type {
            PropertyChangeType::Array | PropertyChangeType::NoEffect => {
                self.delta.children.is_empty()
            }
            _ => self.first().is_none_or(Node::is_leaf),
        }
    }
}

fn write_all(ink: &mut Ink, shown: &Shown<'_>, delta: &[&Delta], indent: usize) {
    let members: Vec<Member<'_>> = delta.iter().map(|delta| Member::of(delta)).collect();
    let width = members
        .iter()
        .filter(|member| member.has_column())
        .map(|member| length(&member.delta.path))
        .max()
        .unwrap_or(0);
    for member in &members {
        write_member(ink, shown, member, width, indent);
        ink.put("\n");
    }
}

fn write_member(
    ink: &mut Ink,
    shown: &Shown<'_>,
    member: &Member<'_>,
    width: usize,
    indent: usize,
) {
    let delta = member.delta;
    let marks = shown.on_member(delta);
    let (symbol, color) = look(delta.change_type);
    ink.indent(indent);
    ink.colored(color, symbol);
    ink.put(&format!(" {}", escape(&delta.path)));
    ink.colored(Color::Plain, ":");
    if delta.change_type == PropertyChangeType::Array {
        ink.put(" [");
        mark(ink, &marks);
        ink.put("\n");
        write_all(ink, shown, &sorted_items(&delta.children), indent + 1);
        ink.indent(indent + 1);
        ink.put("]");
        return;
    }
    if !delta.children.is_empty() {
        mark(ink, &marks);
        ink.put("\n\n");
        write_all(ink, shown, &sorted(&delta.children), indent + 1);
        return;
    }
    ink.put(&" ".repeat(match member.first() {
        Some(node) if node.is_object() => 0,
        Some(node) if node.is_array() => 1,
        _ => (width + 1).saturating_sub(length(&delta.path)),
    }));
    write_values(ink, member, indent + 1);
    if !marks.is_empty() && ink.is_at_line_start() {
        ink.indent(indent);
    }
    mark(ink, &marks);
}

fn write_values(ink: &mut Ink, member: &Member<'_>, indent: usize) {
    let is_change = member.delta.change_type == PropertyChangeType::Modify;
    let (Some(before), Some(after), true) = (&member.before, &member.after, is_change) else {
        if let Some(node) = member.first() {
            let (_, color) = look(member.delta.change_type);
            write_value(ink, node, color, indent);
        }
        return;
    };
    write_value(ink, before, Color::Orange, indent);
    if before.is_object() {
        ink.put("\n");
        ink.indent(indent);
    } else {
        ink.put(" ");
    }
    ink.put("=>");
    if !after.is_object() {
        ink.put(" ");
    }
    write_value(ink, after, Color::Green, indent);
    if !before.is_leaf() && after.is_leaf() {
        ink.put("\n");
    }
}

fn write_value(ink: &mut Ink, node: &Node, color: Color, indent: usize) {
    ink.begin(color);
    node::write(ink, node, "", 0, indent);
    ink.end();
}

/// Marks what AKS refuses, with the rule that says so.
pub(super) fn mark(ink: &mut Ink, rules: &[&'static str]) {
    for rule in rules {
        ink.colored(Color::Red, &format!("  {REFUSED} {rule}"));
    }
}
