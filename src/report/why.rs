//! Where values come from, step by step back to the literals.

use std::fmt::Write;

use crate::diff;
use crate::engine::Found;
use crate::eval::{self, Data, Origin, Value, residual_text};
use crate::text::{Files, Span};

use super::diagnostic::{place, step_text};
use super::escape;

/// A container prints so many of its leaves; more would be the whole resource.
const MOST_LEAVES: usize = 100;

/// The chains of some properties.
pub fn why(files: &Files, found: &[Found]) -> String {
    let mut out = String::new();
    for (index, one) in found.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let _ = writeln!(out, "{}", escape(&one.resource));
        let mut leaves = Vec::new();
        collect(&one.value, &one.path, one.place, &mut leaves);
        let more = leaves.len().saturating_sub(MOST_LEAVES);
        for leaf in leaves.iter().take(MOST_LEAVES) {
            write_leaf(&mut out, files, leaf);
        }
        if more > 0 {
            let _ = writeln!(out, "  and {more} more values");
        }
    }
    out
}

/// A value that is no container, or an empty one.
struct Leaf<'v> {
    path: String,
    place: Span,
    value: &'v Value,
}

fn collect<'v>(value: &'v Value, path: &str, place: Span, leaves: &mut Vec<Leaf<'v>>) {
    match &value.data {
        Data::Object(object) if !object.entries.is_empty() => {
            for entry in &object.entries {
                let place = entry.key_place.unwrap_or(place);
                collect(
                    &entry.value,
                    &format!("{path}.{}", entry.key),
                    place,
                    leaves,
                );
            }
        }
        Data::Array(array) if !array.items.is_empty() => {
            for (index, item) in array.items.iter().enumerate() {
                let place = own_place(value, item).unwrap_or(place);
                collect(item, &format!("{path}[{index}]"), place, leaves);
            }
        }
        _ => leaves.push(Leaf {
            path: path.to_owned(),
            place,
            value,
        }),
    }
}

/// The place of an item of an array that is written out where it is used; one that came in as a whole stands at its member.
fn own_place(array: &Value, item: &Value) -> Option<Span> {
    let item = item.origin.place()?;
    let is_written = matches!(array.origin, Origin::Literal(place) if place.contains(item));
    is_written.then_some(item)
}

fn write_leaf(out: &mut String, files: &Files, leaf: &Leaf<'_>) {
    let printed = match leaf.value.as_unknown() {
        Some(unknown) if !unknown.secret => format!(
            "not known: [{}], because {}",
            residual_text(&unknown.residual),
            super::reason(&unknown.reason)
        ),
        _ => eval::report(leaf.value).to_string(),
    };
    let _ = writeln!(out, "  {} = {}", escape(&leaf.path), escape(&printed));
    let mut steps = diff::trace(files, leaf.place, leaf.value);
    if let Some(property) = steps.first_mut() {
        // Ids and items of arrays have no name of their own in the text.
        let name = leaf.path.rsplit('.').next();
        name.unwrap_or(&leaf.path).clone_into(&mut property.text);
    }
    let words: Vec<String> = steps.iter().map(step_text).collect();
    let width = words
        .iter()
        .map(|word| word.chars().count())
        .max()
        .unwrap_or(0);
    for (step, word) in steps.iter().zip(&words) {
        let word = escape(word);
        let _ = writeln!(out, "    {word:width$}  {}", place(files, step.place));
    }
}
