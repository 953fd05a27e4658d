//! Findings as logging commands of Azure Pipelines, which become the issues of a run. Errors come first: a task shows the
//! first ten of a level.

use std::fmt::Write;

use crate::engine::Outcome;
use crate::finding::Level;

use super::alert::{self, Alert};
use super::{concise, diagnostic, summary};

/// The outcome as lines for the log of a pipeline.
pub fn azure_pipelines(outcome: &Outcome) -> Vec<u8> {
    let mut out = String::new();
    for failure in &outcome.failures {
        let words = data(&summary::failure(failure));
        let _ = writeln!(out, "##vso[task.logissue type=error;]{words}");
    }
    for alert in alert::errors_first(outcome) {
        match alert.level {
            Level::Error => issue(&mut out, outcome, "error", &alert),
            Level::Warning => issue(&mut out, outcome, "warning", &alert),
            // There are no issues below warnings.
            Level::Info => {
                for reported in &alert.findings {
                    let line = concise::line(&outcome.files, &reported.finding);
                    let _ = writeln!(out, "{}", inert(&line));
                }
            }
        }
    }
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

fn issue(out: &mut String, outcome: &Outcome, kind: &str, alert: &Alert<'_>) {
    let place = &alert.place;
    let mut sentences = vec![alert.message()];
    sentences.extend(alert.advice(outcome));
    sentences.extend(alert.origin(&outcome.files));
    let mut properties = format!("type={kind};");
    if alert::is_file(&place.path) {
        let _ = write!(
            properties,
            "sourcepath={};linenumber={};columnnumber={};",
            property(&place.path),
            place.start.line,
            place.start.column,
        );
    }
    let _ = writeln!(
        out,
        "##vso[task.logissue {properties}code={};]{}",
        property(alert.rule),
        data(&sentences.join(" "))
    );
}

/// A line that no agent takes for a command: it looks for `##vso[` and `##[` anywhere.
fn inert(line: &str) -> String {
    line.replace("##vso[", "## vso[").replace("##[", "## [")
}

/// The text of a command, as the agent's own escaping has it.
fn data(text: &str) -> String {
    text.replace('%', "%AZP25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::{data, inert, property};

    #[test]
    fn text_of_templates_ends_no_command() {
        assert_eq!(data("100%; ]\r\n"), "100%AZP25; ]%0D%0A");
        assert_eq!(property("a;b]%"), "a%3Bb%5D%AZP25");
        assert_eq!(
            inert("##vso[task.setvariable variable=a]b ##[error]"),
            "## vso[task.setvariable variable=a]b ## [error]"
        );
    }
}
