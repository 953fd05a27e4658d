//! Outcomes for people: findings as source excerpts, then the changes, then how it ends.

use std::io::Write;

use codespan_reporting::term::termcolor::Buffer;

use crate::engine::{DeploymentOutcome, Outcome};

use super::diagnostic::{self, place};
use super::{View, escape, summary, whatif};

/// The outcome as text.
pub fn text(outcome: &Outcome, view: View<'_>) -> Vec<u8> {
    let mut out = diagnostic::buffer(view.style);
    for reported in &outcome.findings {
        diagnostic::finding(&mut out, outcome, reported, view.style);
    }
    if !view.quiet {
        for (index, deployment) in outcome.deployments.iter().enumerate() {
            if outcome.is_plan {
                plan(&mut out, outcome, index, deployment, view);
            }
        }
        undecided(&mut out, outcome);
        // Where nothing could be read, the failures on standard error say all.
        if outcome.failures.is_empty()
            || !outcome.changes.is_empty()
            || !outcome.findings.is_empty()
        {
            let _ = writeln!(out, "{}", summary::line(outcome));
        }
    }
    out.into_inner()
}

/// The changes of one deployment.
fn plan(
    out: &mut Buffer,
    outcome: &Outcome,
    index: usize,
    deployment: &DeploymentOutcome,
    view: View<'_>,
) {
    if outcome.deployments.len() > 1 {
        let _ = writeln!(out, "Deployment {}", escape(&deployment.name));
    }
    if !deployment.is_compared {
        let _ = writeln!(out, "{}\n", summary::not_compared(&deployment.before));
        return;
    }
    let _ = writeln!(out, "{}\n", summary::compared_with(&deployment.before));
    let changes = whatif::changes(outcome, index, view.show_unchanged, view.style.color);
    let gap = if changes.is_empty() { "" } else { "\n" };
    let counts = whatif::counts(outcome, index);
    let _ = writeln!(out, "{changes}{gap}{counts}\n");
    for line in super::steps::lines(outcome, index) {
        let _ = writeln!(out, "{line}");
    }
}

/// What could not be decided.
fn undecided(out: &mut Buffer, outcome: &Outcome) {
    let undecided = summary::undecided(outcome);
    if undecided.is_empty() {
        return;
    }
    let _ = writeln!(out, "Not evaluated ({}):", undecided.len());
    for (span, words) in undecided {
        let _ = writeln!(out, "  {}: {words}", place(&outcome.files, span));
    }
    let _ = writeln!(out);
}
