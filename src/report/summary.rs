//! How a run ended, in words: what every format says alike.

use crate::diff::ChangeType;
use crate::engine::{BeforeKind, BeforeState, Failure, Outcome, Verdict};
use crate::eval::Reason;
use crate::finding::Level;
use crate::text::Span;

use super::{alert, escape, way};

/// The state before, named for what it is.
pub(super) fn compared_with(before: &BeforeState) -> String {
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

/// What could not be decided, and why, by place. A failure was told as a finding already.
pub(super) fn undecided(outcome: &Outcome) -> Vec<(Span, String)> {
    undecided_of(outcome, None)
}

/// Likewise, of one deployment.
pub(super) fn undecided_of(outcome: &Outcome, deployment: Option<usize>) -> Vec<(Span, String)> {
    let mut places: Vec<_> = outcome
        .not_evaluated
        .iter()
        .filter(|undecided| deployment.is_none_or(|index| undecided.deployment == index))
        .filter(|undecided| undecided.what.reason != Reason::Failed)
        .map(|undecided| {
            let words = format!(
                "{}: {}",
                alert::one_line(&undecided.what.what),
                alert::one_line(&super::why_undecided(undecided))
            );
            let span = undecided.what.place;
            (outcome.files.location(span), words, span)
        })
        .collect();
    places.sort();
    places.dedup_by(|later, earlier| (&later.0, &later.1) == (&earlier.0, &earlier.1));
    places
        .into_iter()
        .map(|(_, words, span)| (span, words))
        .collect()
}

/// What could not be read or used, with what helps.
pub(super) fn failure(failure: &Failure) -> String {
    let words = alert::sentence(&failure.to_string());
    match failure.advice() {
        Some(advice) => format!("{words} {}", alert::sentence(&advice)),
        None => words,
    }
}

/// A state before that could not be read.
pub(super) fn not_compared(before: &BeforeState) -> String {
    format!("Not compared: {} could not be read.", escape(&before.label))
}

/// One line that says how it ended.
pub(super) fn line(outcome: &Outcome) -> String {
    let what = if outcome.is_plan { "Plan" } else { "Check" };
    format!("{what}: {}. {}", counts(outcome), verdict(outcome))
}

/// The same for formats that show no steps: how many there are and how they are seen stands before.
pub(super) fn last_lines(outcome: &Outcome) -> Vec<String> {
    let steps = way::line(outcome);
    steps.into_iter().chain([line(outcome)]).collect()
}

/// How many of each: `1 to modify, 2 errors`.
pub(super) fn counts(outcome: &Outcome) -> String {
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
    parts.join(", ")
}

/// What the verdict means, in a sentence.
pub(super) fn verdict(outcome: &Outcome) -> &'static str {
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

/// `1 error`, `2 errors`.
pub(super) fn counted(count: usize, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}
