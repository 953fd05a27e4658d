//! Findings as source excerpts with labels, in the manner of a compiler.

use codespan_reporting::diagnostic::{Diagnostic, Label, Severity};
use codespan_reporting::term::termcolor::{Buffer, ColorChoice};
use codespan_reporting::term::{Config, emit_to_write_style};

use crate::engine::{Outcome, Reported};
use crate::finding::{Confidence, Finding, Level, TraceKind, TraceStep};
use crate::text::{Files, Span};

use super::excerpt::Excerpt;
use super::{Style, escape, way};

/// Sources shown below a finding; `explain` and JSON have all.
const MOST_SOURCES: usize = 2;

/// One finding.
pub(super) fn finding(out: &mut Buffer, outcome: &Outcome, reported: &Reported, style: Style) {
    let files = &outcome.files;
    let finding = &reported.finding;
    let places = labels(finding);
    let spans: Vec<Span> = places.iter().map(|place| place.0).collect();
    let excerpt = Excerpt::of(files, &spans, style.width.saturating_sub(12).max(40));
    let labels = places
        .iter()
        .enumerate()
        .filter_map(|(at, (span, message))| {
            let (file, range) = excerpt.place(*span)?;
            let label = if at == 0 {
                Label::primary(file, range)
            } else {
                Label::secondary(file, range)
            };
            Some(label.with_message(escape(message)))
        })
        .collect();
    let diagnostic = Diagnostic::new(severity(finding.level))
        .with_code(finding.rule)
        .with_message(escape(&finding.message))
        .with_labels(labels)
        .with_notes(notes(outcome, reported));
    // Writing into memory does not fail, and all places are inside the excerpt.
    let _ = emit_to_write_style(out, &Config::default(), &excerpt, &diagnostic);
}

/// An empty buffer in the wanted colours.
pub(super) fn buffer(style: Style) -> Buffer {
    let choice = if style.color {
        ColorChoice::Always
    } else {
        ColorChoice::Never
    };
    codespan_reporting::term::termcolor::BufferWriter::stdout(choice).buffer()
}

const fn severity(level: Level) -> Severity {
    match level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Info => Severity::Note,
    }
}

/// The places of a finding, the primary one first.
fn labels(finding: &Finding) -> Vec<(Span, String)> {
    let last = finding.trace.last();
    let primary = match last {
        Some(step) if finding.trace.len() > 1 && step.place == finding.place => step_text(step),
        _ => String::new(),
    };
    let mut places = vec![(finding.place, primary)];
    let property = finding
        .trace
        .first()
        .filter(|step| step.kind == TraceKind::Property && step.place != finding.place);
    if let Some(step) = property {
        places.push((step.place, step_text(step)));
    }
    places.extend(
        finding
            .related
            .iter()
            .map(|label| (label.place, label.message.clone())),
    );
    places
}

/// What stands below the excerpt.
fn notes(outcome: &Outcome, reported: &Reported) -> Vec<String> {
    let files = &outcome.files;
    let finding = &reported.finding;
    let mut notes = Vec::new();
    if let Some(resource) = &finding.resource {
        let pointer = finding.pointer.as_deref().unwrap_or("");
        notes.push(
            format!("on {} {pointer}", escape(&short_id(resource)))
                .trim_end()
                .to_owned(),
        );
    }
    if finding.trace.len() > 1 {
        let steps: Vec<String> = finding
            .trace
            .iter()
            .map(|step| format!("{} at {}", step_text(step), place(files, step.place)))
            .collect();
        notes.push(format!("from {}", steps.join("\n  ← ")));
    }
    if let Some(azure) = &finding.azure {
        notes.push(match &azure.target {
            Some(target) => format!("Azure answers {} (target {target})", azure.code),
            None => format!("Azure answers {}", azure.code),
        });
    }
    if let Some(help) = &finding.help {
        notes.push(format!("help: {}", escape(help)));
    }
    if let Some(way) = outcome.way(reported)
        && let Some(numbers) = way::numbers(&way)
    {
        notes.push(format!("in this plan: {numbers} below"));
    }
    if finding.confidence != Confidence::High {
        notes.push(format!("confidence: {}", finding.confidence.word()));
    }
    let sources: Vec<&str> = finding
        .sources
        .iter()
        .take(MOST_SOURCES)
        .map(String::as_str)
        .collect();
    if !sources.is_empty() {
        notes.push(format!("see {}", sources.join(", ")));
    }
    notes
}

/// A step of a trace in words.
pub(super) fn step_text(step: &TraceStep) -> String {
    match step.kind {
        TraceKind::Literal => format!("literal {}", step.text),
        TraceKind::ParameterFile => format!("parameter file entry `{}`", step.text),
        TraceKind::CommandLine => format!("command line `{}`", step.text),
        TraceKind::Default => format!("default of parameter `{}`", step.text),
        TraceKind::Copy => format!("copy loop `{}`", step.text),
        kind => format!("{} `{}`", kind.word(), step.text),
    }
}

/// `path:line:column`.
pub(super) fn place(files: &Files, span: Span) -> String {
    let location = files.location(span);
    let path = escape(&location.path);
    let position = location.start;
    match &location.revision {
        Some(revision) => format!("{revision}:{path}:{}:{}", position.line, position.column),
        None => format!("{path}:{}:{}", position.line, position.column),
    }
}

/// A resource id without its scope. Of an id that is open for want of scope values, type and names tell.
pub(super) fn short_id(id: &str) -> String {
    if let Some((expression, below)) = id.strip_prefix('[').and_then(|id| id.rsplit_once(']')) {
        return open_id(expression)
            .map_or_else(|| id.to_owned(), |short| format!("{short}{below}"));
    }
    match id.to_ascii_lowercase().rfind("/providers/") {
        Some(at) => id.get(at + "/providers/".len()..).unwrap_or(id).to_owned(),
        None => id.to_owned(),
    }
}

/// `resourceId(.., 'A.B/c/d', 'x', 'y')` as `A.B/c/x/d/y`.
fn open_id(expression: &str) -> Option<String> {
    let (call, arguments) = expression.split_once('(')?;
    // A name that is computed is not one of the quoted texts.
    let plain = arguments.rsplit('\'').next()? == ")"
        && !arguments.contains("concat(")
        && !arguments.contains("parameters(");
    if !call.ends_with("esourceId") || !plain {
        return None;
    }
    let quoted: Vec<&str> = arguments.split('\'').skip(1).step_by(2).collect();
    let at = quoted.iter().position(|text| text.contains('/'))?;
    let (full_type, names) = quoted.get(at..)?.split_first()?;
    crate::model::weave(full_type, names)
}

#[cfg(test)]
mod tests {
    use super::short_id;

    #[test]
    fn ids_are_shown_without_their_scope() {
        let open = "[resourceId(subscription().subscriptionId, resourceGroup().name, 'A.B/c/d', 'x', 'y')]";
        for (id, short) in [
            (
                "/subscriptions/s/resourceGroups/g/providers/A.B/c/x",
                "A.B/c/x",
            ),
            (open, "A.B/c/x/d/y"),
            ("[resourceId('A.B/c', 'x')]/d/y", "A.B/c/x/d/y"),
            (
                "[resourceId('A.B/c', concat('x', '-', 'y'))]",
                "[resourceId('A.B/c', concat('x', '-', 'y'))]",
            ),
        ] {
            assert_eq!(short_id(id), short, "{id}");
        }
    }
}
