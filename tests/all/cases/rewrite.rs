//! Templates that say the same in other words: members in another order, literals moved to parameters.

use std::fmt::Write as _;

use armplan::syntax::json::{Document, Kind, Node, Number};
use armplan::text::FileId;

/// The same JSON with the members of every object in reverse order, without comments.
pub(crate) fn reordered(text: &str) -> String {
    let document = Document::parse(FileId(0), text.into());
    let mut written = String::new();
    if let Some(root) = document.root() {
        reverse(root, &mut written);
    }
    written
}

fn reverse(node: Node<'_>, written: &mut String) {
    match node.kind() {
        Kind::Object => {
            let mut members: Vec<_> = node.members().collect();
            members.reverse();
            written.push('{');
            for (at, member) in members.into_iter().enumerate() {
                if at > 0 {
                    written.push(',');
                }
                let _ = write!(written, "\n{}: ", member.key.source());
                reverse(member.value, written);
            }
            written.push('}');
        }
        Kind::Array => {
            written.push('[');
            for (at, item) in node.items().enumerate() {
                if at > 0 {
                    written.push_str(", ");
                }
                reverse(item, written);
            }
            written.push(']');
        }
        _ => written.push_str(node.source()),
    }
}

/// A template whose resources state no literal below `properties` any more: each became the default of a parameter.
/// Says how many there were. What stands in nested deployments and loops stays.
pub(crate) fn parameterized(text: &str) -> (String, usize) {
    let document = Document::parse(FileId(0), text.into());
    let Some(root) = document.root() else {
        return (text.to_owned(), 0);
    };
    let mut literals = Vec::new();
    if let Some(resources) = root.get("resources") {
        for resource in resources
            .items()
            .chain(resources.members().map(|member| member.value))
        {
            resource_literals(resource, &mut literals);
        }
    }
    let mut declared = String::new();
    let mut edits = Vec::new();
    for (at, (literal, kind)) in literals.iter().enumerate() {
        let name = format!("moved{at}");
        let _ = writeln!(
            declared,
            "\"{name}\": {{ \"type\": \"{kind}\", \"defaultValue\": {} }},",
            literal.source()
        );
        let span = literal.span();
        edits.push((
            span.start as usize,
            span.end as usize,
            format!("\"[parameters('{name}')]\""),
        ));
    }
    let declarations = match root.member("parameters") {
        Some(member) if member.value.members().next().is_some() => {
            let at = member.value.span().start as usize + 1;
            (at, at, format!("\n{declared}"))
        }
        Some(member) => {
            let span = member.value.span();
            (
                span.start as usize,
                span.end as usize,
                format!("{{\n{declared}}}"),
            )
        }
        None => {
            let at = root.span().start as usize + 1;
            (at, at, format!("\n\"parameters\": {{\n{declared}}},"))
        }
    };
    edits.push(declarations);
    (replaced(text, edits), literals.len())
}

fn resource_literals<'d>(resource: Node<'d>, literals: &mut Vec<(Node<'d>, &'static str)>) {
    let kind = resource.get("type").and_then(Node::string);
    if kind.is_some_and(|kind| kind.eq_ignore_ascii_case("Microsoft.Resources/deployments")) {
        return;
    }
    if let Some(properties) = resource.get("properties") {
        value_literals(properties, literals);
    }
    if let Some(children) = resource.get("resources") {
        for child in children.items() {
            resource_literals(child, literals);
        }
    }
}

fn value_literals<'d>(node: Node<'d>, literals: &mut Vec<(Node<'d>, &'static str)>) {
    match node.kind() {
        Kind::Object => {
            for member in node.members() {
                let name = member.key.string().unwrap_or_default();
                if !name.eq_ignore_ascii_case("copy") {
                    value_literals(member.value, literals);
                }
            }
        }
        Kind::Array => {
            for item in node.items() {
                value_literals(item, literals);
            }
        }
        Kind::True | Kind::False => literals.push((node, "bool")),
        Kind::Number if matches!(node.number(), Some(Number::Int(_))) => {
            literals.push((node, "int"));
        }
        Kind::PlainString | Kind::EscapedString
            if node.string().is_some_and(|text| !text.starts_with('[')) =>
        {
            literals.push((node, "string"));
        }
        _ => {}
    }
}

/// Text with replacements that do not overlap.
pub(crate) fn replaced(text: &str, mut edits: Vec<(usize, usize, String)>) -> String {
    edits.sort_by_key(|(start, ..)| std::cmp::Reverse(*start));
    let mut text = text.to_owned();
    for (start, end, new) in edits {
        text.replace_range(start..end, &new);
    }
    text
}
