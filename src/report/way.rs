//! The way out of a finding in sentences: what every format says alike of the steps that get round it.

use crate::engine::{Outcome, Reported, Way};
use crate::plan::ranges;

use super::alert::one_line;

/// Steps that are told by name; of more their numbers are enough.
const MOST_STEPS: usize = 8;

/// Edits that are told.
const MOST_EDITS: usize = 3;

/// The steps, what remains to edit behind them, or why there are none.
pub(super) fn sentences(outcome: &Outcome, reported: &Reported) -> Vec<String> {
    let Some(way) = outcome.way(reported) else {
        return Vec::new();
    };
    let mut sentences = Vec::new();
    sentences.extend(steps(&way));
    sentences.extend(edits(outcome, &way));
    let message = &reported.finding.message;
    for one in &way.unreachable {
        // What the finding says itself is not said again.
        if one.reason != *message {
            let need = if way.planned.sequence.needs_new_cluster() {
                "No steps get there, a new cluster is needed"
            } else {
                "No steps get there"
            };
            sentences.push(format!("{need}: {}.", one_line(&one.reason)));
        }
    }
    sentences
}

/// The numbers of the steps that get round a finding.
pub(super) fn numbers(way: &Way<'_>) -> Option<String> {
    let numbers: Vec<usize> = way.steps.iter().map(|step| step.number).collect();
    (!numbers.is_empty()).then(|| ranges(&numbers))
}

fn steps(way: &Way<'_>) -> Option<String> {
    let numbers = numbers(way)?;
    if way.steps.len() > MOST_STEPS {
        return Some(format!("In the plan: {numbers} of the deployment."));
    }
    let names: Vec<String> = way
        .steps
        .iter()
        .map(|step| {
            let head = one_line(&step.head());
            format!("{}. {head}", step.number)
        })
        .collect();
    let verb = if names.len() == 1 { "gets" } else { "get" };
    let word = if names.len() == 1 {
        "This step"
    } else {
        "These steps"
    };
    Some(format!("{word} {verb} there: {}.", names.join(", ")))
}

fn edits(outcome: &Outcome, way: &Way<'_>) -> Option<String> {
    let mut edits: Vec<String> = way
        .changes
        .iter()
        .take(MOST_EDITS)
        .map(|change| one_line(&change.note(&outcome.files)))
        .collect();
    if edits.is_empty() {
        return None;
    }
    let more = way.changes.len().saturating_sub(MOST_EDITS);
    if more > 0 {
        edits.push(format!("{more} more"));
    }
    Some(format!(
        "Then the template has to say it: {}.",
        edits.join("; ")
    ))
}

/// One line that says how many steps there are and how they are seen; none where there are none.
pub(super) fn line(outcome: &Outcome) -> Option<String> {
    let sequences = || outcome.sequences.iter().map(|planned| &planned.sequence);
    let count: usize = sequences().map(|sequence| sequence.steps.len()).sum();
    let mut parts = Vec::new();
    if count > 0 {
        let words = if count == 1 {
            "1 step gets there".to_owned()
        } else {
            format!("{count} steps get there")
        };
        parts.push(match &outcome.emitted {
            Some(folder) => format!("{words}: see {}/runbook.md.", one_line(folder)),
            None => format!("{words}: --format text shows them, --emit DIR writes them."),
        });
    }
    for sequence in sequences().filter(|sequence| sequence.needs_new_cluster()) {
        let cluster = one_line(&sequence.cluster.text);
        parts.push(format!(
            "No steps get '{cluster}' there: a new cluster is needed."
        ));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}
