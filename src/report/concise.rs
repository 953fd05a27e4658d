//! One line a finding, as compilers print them: `path:line:column: level[rule]: message`.

use std::fmt::Write;

use crate::engine::Outcome;
use crate::finding::Finding;
use crate::text::Files;

use super::alert::one_line;
use super::{View, diagnostic, summary};

/// The outcome as lines.
pub fn concise(outcome: &Outcome, view: View<'_>) -> Vec<u8> {
    let mut out = String::new();
    for (at, reported) in outcome.findings.iter().enumerate() {
        out.push_str(&line(&outcome.files, &reported.finding));
        if let Some(deployment) = told_apart(outcome, at) {
            let _ = write!(out, " ({})", one_line(deployment));
        }
        out.push('\n');
    }
    if !view.quiet {
        for (span, words) in summary::undecided(outcome) {
            let place = diagnostic::place(&outcome.files, span);
            let _ = writeln!(out, "{place}: not evaluated: {words}");
        }
        for line in summary::last_lines(outcome) {
            let _ = writeln!(out, "{line}");
        }
    }
    out.into_bytes()
}

/// The deployment of a finding, where another one has the same to say: a value that two of them share. Those stand side by
/// side.
fn told_apart(outcome: &Outcome, at: usize) -> Option<&str> {
    let reported = outcome.findings.get(at)?;
    let beside = [at.checked_sub(1), at.checked_add(1)];
    let same = beside.into_iter().flatten().any(|beside| {
        outcome.findings.get(beside).is_some_and(|other| {
            other.deployment != reported.deployment
                && other.finding.place == reported.finding.place
                && other.finding.rule == reported.finding.rule
                && other.finding.message == reported.finding.message
        })
    });
    let deployment = outcome.deployments.get(reported.deployment)?;
    same.then_some(deployment.name.as_str())
}

/// One finding.
pub(super) fn line(files: &Files, finding: &Finding) -> String {
    format!(
        "{}: {}[{}]: {}",
        one_line(&diagnostic::place(files, finding.place)),
        finding.level.word(),
        finding.rule,
        one_line(&finding.message)
    )
}
