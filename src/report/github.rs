//! Findings as workflow commands of GitHub Actions, which become annotations. GitHub takes ten of a level from a step:
//! errors come first, and what is too much follows as plain lines.

use std::fmt::Write;

use crate::engine::Outcome;
use crate::finding::Level;

use super::alert::{self, Alert};
use super::{concise, diagnostic, summary};

/// Annotations of one level that GitHub takes from a step.
const MOST: usize = 10;

/// The outcome as lines for the log of a workflow.
pub fn github(outcome: &Outcome) -> Vec<u8> {
    let mut out = String::new();
    let mut room = [MOST; 3];
    let mut left_out: Vec<Alert<'_>> = Vec::new();
    for failure in &outcome.failures {
        annotate(
            &mut out,
            "error",
            "title=armplan",
            &[summary::failure(failure)],
        );
        take(&mut room, Level::Error);
    }
    for alert in alert::errors_first(outcome) {
        if take(&mut room, alert.level) {
            finding(&mut out, outcome, &alert);
        } else {
            left_out.push(alert);
        }
    }
    rest(&mut out, outcome, &left_out);
    for (span, words) in summary::undecided(outcome) {
        let place = diagnostic::place(&outcome.files, span);
        let _ = writeln!(
            out,
            "{}",
            inert(&format!("{place}: not evaluated: {words}"))
        );
    }
    for line in summary::last_lines(outcome) {
        let _ = writeln!(out, "{}", inert(&line));
    }
    out.into_bytes()
}

/// Whether there is room for one more annotation of this level.
fn take(room: &mut [usize; 3], level: Level) -> bool {
    let [errors, warnings, notices] = room;
    let left = match level {
        Level::Error => errors,
        Level::Warning => warnings,
        Level::Info => notices,
    };
    let is_room = *left > 0;
    *left = left.saturating_sub(1);
    is_room
}

fn finding(out: &mut String, outcome: &Outcome, alert: &Alert<'_>) {
    let place = &alert.place;
    let mut properties = format!("title={}", property(alert.rule));
    if alert::is_file(&place.path) {
        properties = format!(
            "file={},line={},endLine={},col={},endColumn={},{properties}",
            property(&place.path),
            place.start.line,
            place.end.line,
            place.start.column,
            place.end.column,
        );
    }
    let mut lines = vec![alert.message()];
    lines.extend(alert.advice(outcome));
    lines.extend(alert.origin(&outcome.files));
    let command = match alert.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    annotate(out, command, &properties, &lines);
}

fn annotate(out: &mut String, command: &str, properties: &str, lines: &[String]) {
    let _ = writeln!(out, "::{command} {properties}::{}", data(&lines.join("\n")));
}

/// What has no room as annotation, folded in the log.
fn rest(out: &mut String, outcome: &Outcome, left_out: &[Alert<'_>]) {
    if left_out.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "::group::{} without annotation: GitHub takes {MOST} of each level from a step",
        summary::counted(left_out.len(), "finding")
    );
    for alert in left_out {
        for reported in &alert.findings {
            let line = concise::line(&outcome.files, &reported.finding);
            let _ = writeln!(out, "{}", inert(&line));
        }
    }
    out.push_str("::endgroup::\n");
}

/// A line that no runner takes for a command: `::` counts at the beginning, `##[` anywhere.
fn inert(line: &str) -> String {
    let line = line.replace("##[", "## [");
    if line.trim_start().starts_with("::") {
        format!(". {line}")
    } else {
        line
    }
}

/// The text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, inert, property};

    #[test]
    fn text_of_templates_ends_no_command() {
        assert_eq!(data("100%: a,b\r\nc"), "100%25: a,b%0D%0Ac");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
        assert_eq!(inert("  ::error::x"), ".   ::error::x");
        assert_eq!(inert("a ##[command]b"), "a ## [command]b");
        assert_eq!(inert("a::b"), "a::b");
    }
}
