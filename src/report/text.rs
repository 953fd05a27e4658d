//! Outcomes for people: findings as source excerpts, then the changes, then how it ends.

use std::io::Write;

use codespan_reporting::term::termcolor::Buffer;

use crate::diff::ChangeType;
use crate::engine::{BeforeKind, BeforeState, DeploymentOutcome, Outcome, Verdict};
use crate::eval::Reason;
use crate::finding::Level;

use super::diagnostic::{self, place};
use super::{View, escape, whatif};

/// The outcome as text.
pub fn text(outcome: &Outcome, view: View) -> Vec<u8> {
    let mut out = diagnostic::buffer(view.style);
    for reported in &outcome.findings {
        diagnostic::finding(&mut out, &outcome.files, &reported.finding, view.style);
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
            let _ = writeln!(out, "{}", summary(outcome));
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
    view: View,
) {
    if outcome.deployments.len() > 1 {
        let _ = writeln!(out, "Deployment {}", escape(&deployment.name));
    }
    if !deployment.is_compared {
        let label = escape(&deployment.before.label);
        let _ = writeln!(out, "Not compared: {label} could not be read.\n");
        return;
    }
    let _ = writeln!(out, "{}\n", compared_with(&deployment.before));
    whatif::changes(out, outcome, index, view.show_unchanged);
    let _ = writeln!(out, "{}\n", whatif::counts(outcome, index));
}

/// The state before, named for what it is.
fn compared_with(before: &BeforeState) -> String {
    let label = escape(&before.label);
    match before.kind {
        BeforeKind::Git => {
            format!("Compared with git revision {label}, taken for what is deployed.")
        }
        BeforeKind::Template => format!("Compared with {label}, taken for what is deployed."),
        BeforeKind::Live => format!("Compared with the live state in {label}."),
        BeforeKind::None => format!("Nothing to compare with: {label}."),
    }
}

/// What could not be decided. A failure was told as a finding already.
fn undecided(out: &mut Buffer, outcome: &Outcome) {
    let mut lines: Vec<String> = outcome
        .not_evaluated
        .iter()
        .filter(|undecided| undecided.what.reason != Reason::Failed)
        .map(|undecided| {
            format!(
                "  {}: {}: {}",
                place(&outcome.files, undecided.what.place),
                escape(&undecided.what.what),
                escape(&super::reason(&undecided.what.reason))
            )
        })
        .collect();
    lines.sort();
    lines.dedup();
    if !lines.is_empty() {
        let _ = writeln!(
            out,
            "Not evaluated ({}):\n{}\n",
            lines.len(),
            lines.join("\n")
        );
    }
}

/// One line that says how it ended.
fn summary(outcome: &Outcome) -> String {
    let count = |level: Level| {
        let findings = outcome.findings.iter();
        findings
            .filter(|reported| reported.finding.level == level)
            .count()
    };
    let mut parts = Vec::new();
    if outcome.is_plan {
        let changed = |kind: ChangeType| {
            let changes = outcome.changes.iter();
            changes
                .filter(|changed| changed.change.change_type == kind)
                .count()
        };
        for (kind, words) in [
            (ChangeType::Create, "to create"),
            (ChangeType::Modify, "to modify"),
            (ChangeType::Delete, "to delete"),
        ] {
            if changed(kind) > 0 {
                parts.push(format!("{} {words}", changed(kind)));
            }
        }
    } else {
        parts.push(counted(outcome.deployments.len(), "deployment"));
    }
    for (level, word) in [
        (Level::Error, "error"),
        (Level::Warning, "warning"),
        (Level::Info, "note"),
    ] {
        if count(level) > 0 {
            parts.push(counted(count(level), word));
        }
    }
    if !outcome.not_evaluated.is_empty() {
        parts.push(format!("{} not evaluated", outcome.not_evaluated.len()));
    }
    if !outcome.failures.is_empty() {
        parts.push(format!("{} not read", outcome.failures.len()));
    }
    if parts.is_empty() {
        parts.push("no changes".to_owned());
    }
    let what = if outcome.is_plan { "Plan" } else { "Check" };
    format!("{what}: {}. {}", parts.join(", "), verdict(outcome))
}

fn verdict(outcome: &Outcome) -> &'static str {
    if outcome.is_empty() && outcome.failures.is_empty() {
        return "There was nothing to analyse.";
    }
    match (outcome.is_plan, outcome.verdict()) {
        (true, Verdict::Blocked) => "Blocked: AKS refuses this deployment.",
        (false, Verdict::Blocked) => "Blocked: this deployment would be refused.",
        (_, Verdict::Changes) => "Nothing of it is known to be refused.",
        (true, Verdict::Incomplete) => "Incomplete: no change in what was evaluated.",
        (false, Verdict::Incomplete) => "Incomplete: not everything could be evaluated.",
        (_, Verdict::Ok) => "Ok.",
    }
}

fn counted(count: usize, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}
