//! The steps of a plan as lines of text: what to do, why, what it does, and what stays open.

use crate::engine::Outcome;
use crate::plan::emit::Remaining;
use crate::plan::{Sequence, Step};
use crate::text::Files;

use super::escape;

/// The steps of one deployment; nothing where none are needed.
pub(super) fn lines(outcome: &Outcome, deployment: usize) -> Vec<String> {
    let own = outcome
        .sequences
        .iter()
        .filter(|planned| planned.deployment == deployment);
    let mut lines = Vec::new();
    for planned in own {
        sequence(&planned.sequence, &mut lines);
        remaining(&outcome.files, &planned.remaining, &mut lines);
    }
    emitted(outcome, deployment, &mut lines);
    lines.iter().map(|line| escape(line)).collect()
}

/// What remains to change in the sources.
fn remaining(files: &Files, remaining: &Remaining, lines: &mut Vec<String>) {
    if remaining.changes.is_empty() {
        return;
    }
    lines.push("Then the template has to say what is deployed:".to_owned());
    for note in remaining.notes(files) {
        lines.push(format!("  {note}"));
    }
    lines.extend(remaining.diff(files));
    lines.push(String::new());
}

/// Where the steps were written.
fn emitted(outcome: &Outcome, deployment: usize, lines: &mut Vec<String>) {
    let Some(folder) = &outcome.emitted else {
        return;
    };
    let owner = |planned: &&crate::engine::Planned| !planned.sequence.steps.is_empty();
    let last = outcome.sequences.iter().rfind(owner);
    match last {
        None if deployment + 1 == outcome.deployments.len() => {
            lines.push(format!(
                "There are no steps, so nothing was written to {folder}."
            ));
        }
        Some(planned) if planned.deployment == deployment => lines.push(format!(
            "All steps stand in {folder}: read {folder}/runbook.md, then {folder}/run.sh runs them."
        )),
        _ => return,
    }
    lines.push(String::new());
}

fn sequence(sequence: &Sequence, lines: &mut Vec<String>) {
    let cluster = &sequence.cluster.text;
    if !sequence.steps.is_empty() {
        let count = match sequence.steps.len() {
            1 => "One step gets".to_owned(),
            count => format!("{count} steps get"),
        };
        lines.push(format!(
            "{count} '{cluster}' there, each accepted by itself, one after the other:"
        ));
        lines.push(String::new());
        for one in &sequence.steps {
            step(one, lines);
        }
    }
    if !sequence.unreachable.is_empty() {
        let needs_cluster = sequence.needs_new_cluster();
        lines.push(if needs_cluster {
            format!("No sequence of operations gets '{cluster}' there, a new cluster is needed:")
        } else {
            format!("No sequence of operations reaches this of '{cluster}':")
        });
        let mut told: Vec<&str> = Vec::new();
        for one in &sequence.unreachable {
            if told.contains(&one.reason.as_str()) {
                continue;
            }
            told.push(&one.reason);
            lines.push(format!("  {}: {}", one.what(), one.reason));
            if !one.way.is_empty() {
                lines.push(format!("    way out: {}", one.way));
            }
        }
        lines.push(String::new());
    }
    if !sequence.differences.is_empty() {
        lines.push("Other than asked for in the end:".to_owned());
        for one in &sequence.differences {
            lines.push(format!("  {}", one.reason));
        }
        lines.push(String::new());
    }
}

fn step(step: &Step, lines: &mut Vec<String>) {
    let template = step
        .template
        .as_ref()
        .map_or_else(String::new, |path| format!("  ({path})"));
    lines.push(format!(
        "{:>3}. {} {}{template}",
        step.number,
        step.kind.word(),
        step.target
    ));
    lines.push(format!("     {}", step.full_reason()));
    for command in &step.commands {
        lines.push(format!("       {command}"));
    }
    for effect in step.all_effects() {
        lines.push(format!("     - {effect}"));
    }
    lines.push(String::new());
}
