//! Edits to lines as `diff` writes them, with the place of each.

use std::collections::BTreeMap;

use crate::text::{FileId, Files, Span};

use super::remaining::{Change, Remaining};

/// Longer lines are cut around what changes.
const LONGEST: usize = 160;

/// What stays of a long line on both sides of an edit.
const AROUND: usize = 60;

/// The edits of one line: its file, and new texts by place.
type Line<'a> = (FileId, BTreeMap<Span, &'a str>);

impl Remaining {
    /// The edits at literals as a unified diff without context.
    pub fn diff(&self, files: &Files) -> Vec<String> {
        let mut edits: BTreeMap<(String, usize), Line<'_>> = BTreeMap::new();
        for (place, text) in self
            .changes
            .iter()
            .filter_map(|change| change.edit.as_ref())
        {
            let location = files.location(*place);
            let line = edits
                .entry((location.path, location.start.line))
                .or_insert_with(|| (place.file, BTreeMap::new()));
            line.1.insert(*place, text);
        }
        let mut lines = Vec::new();
        let mut last = String::new();
        for ((path, line), (file, edits)) in edits {
            if path != last {
                lines.push(format!("--- {path}"));
                lines.push(format!("+++ {path}"));
            }
            lines.push(format!("@@ -{line} +{line} @@ {path}:{line}"));
            let (before, after) = both(files, file, line, &edits);
            lines.push(format!("-{before}"));
            lines.push(format!("+{after}"));
            last = path;
        }
        lines
    }

    /// What no literal can be replaced for, with the places; and where else a name stands.
    pub fn notes(&self, files: &Files) -> Vec<String> {
        let place = |span: Span| place(files, span);
        let mut notes = Vec::new();
        for change in &self.changes {
            notes.push(change.note(files));
            if !change.also.is_empty() {
                let mut places: Vec<String> = change.also.iter().map(|span| place(*span)).collect();
                places.dedup();
                notes.push(format!("named as well at {}", places.join(", ")));
            }
        }
        notes
    }
}

impl Change {
    /// What must become what, with its place.
    pub fn note(&self, files: &Files) -> String {
        let at = self.edit.as_ref().map_or(self.place, |(span, _)| *span);
        format!("{}: {}", place(files, at), self.what)
    }
}

fn place(files: &Files, span: Span) -> String {
    let location = files.location(span);
    format!("{}:{}", location.path, location.start.line)
}

/// A line before and after its edits; what is secret is not shown.
fn both(
    files: &Files,
    file: FileId,
    line: usize,
    edits: &BTreeMap<Span, &str>,
) -> (String, String) {
    let source = files.get(file);
    let starts = source.line_starts();
    let start = starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
    let length = u32::try_from(source.text.len()).unwrap_or(u32::MAX);
    let end = starts.get(line).copied().unwrap_or(length);
    let first = edits.keys().next().map_or(start, |span| span.start);
    let last = edits.keys().next_back().map_or(end, |span| span.end);
    let (from, to) = window(&source.text, (start, end), (first, last));
    let mut changes: Vec<(Span, [&str; 2])> = files
        .hidden(file)
        .into_iter()
        .filter(|hidden| hidden.start < to && from < hidden.end)
        .map(|hidden| (hidden, ["(secure)"; 2]))
        .collect();
    let mut texts: Vec<String> = Vec::new();
    for span in edits.keys() {
        texts.push(files.slice(*span));
    }
    for ((span, new), old) in edits.iter().zip(&texts) {
        changes.push((*span, [old, new]));
    }
    changes.sort_by_key(|(span, _)| *span);
    let line = |which: usize| {
        let mut out = String::new();
        let mut at = from;
        let slice = |from: u32, to: u32| source.text.get(from as usize..to as usize).unwrap_or("");
        for (span, texts) in &changes {
            if span.start < at && span.end <= at {
                continue;
            }
            out.push_str(slice(at, span.start.max(at)));
            out.push_str(texts.get(which).copied().unwrap_or_default());
            at = span.end;
        }
        out.push_str(slice(at, to.max(at)));
        let cut = |is: bool| if is { "…" } else { "" };
        let text = format!(
            "{}{}{}",
            cut(from > start),
            out.trim_end_matches(['\r', '\n']),
            cut(to < end && !ends(&source.text, to, end))
        );
        super::one_line(&text.replace('\t', "    "))
    };
    (line(0), line(1))
}

/// Whether only the end of the line is left out.
fn ends(text: &str, to: u32, end: u32) -> bool {
    let rest = text.get(to as usize..end as usize).unwrap_or("");
    rest.trim_end_matches(['\r', '\n']).is_empty()
}

/// The part of a line that is shown: all of it, or what stands around the edits.
fn window(text: &str, (start, end): (u32, u32), (first, last): (u32, u32)) -> (u32, u32) {
    let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    if end.saturating_sub(start) <= size(LONGEST) {
        return (start, end);
    }
    let mut from = first.saturating_sub(size(AROUND)).max(start);
    let mut to = last.saturating_add(size(AROUND)).min(end);
    while from > start && !text.is_char_boundary(from as usize) {
        from -= 1;
    }
    while to < end && !text.is_char_boundary(to as usize) {
        to += 1;
    }
    (from, to)
}
