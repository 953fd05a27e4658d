//! The steps of a plan as lines of text: what to do, why, what it does, and what stays open.

use crate::engine::Outcome;
use crate::plan::emit::{Remaining, flow};
use crate::plan::{Sequence, Step};
use crate::text::Files;

use super::escape;
use super::page::{Block, Inline, Item};

/// Steps of which the flow is drawn; more make a picture that nobody can read.
const MOST_DRAWN: usize = 60;

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
            1 => format!("One step gets '{cluster}' there:"),
            count => format!(
                "{count} steps get '{cluster}' there, each accepted by itself, one after the other:"
            ),
        };
        lines.push(count);
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
    lines.push(format!("{:>3}. {}{template}", step.number, step.head()));
    lines.push(format!("     {}", step.full_reason()));
    for command in &step.commands {
        lines.push(format!("       {command}"));
    }
    for effect in step.all_effects() {
        lines.push(format!("     - {effect}"));
    }
    lines.push(String::new());
}

/// The steps as parts of a page: a picture of their flow, each with its reason and effects, and what stays open.
pub(super) fn blocks(outcome: &Outcome) -> Vec<Block> {
    let mut blocks = Vec::new();
    for planned in &outcome.sequences {
        let sequence = &planned.sequence;
        if !sequence.steps.is_empty() {
            if sequence.steps.len() <= MOST_DRAWN {
                blocks.push(Block::Code {
                    language: "mermaid",
                    text: flow(std::iter::once(sequence)),
                });
            }
            blocks.push(Block::List {
                noun: "step",
                items: sequence.steps.iter().map(item).collect(),
            });
            let commands: Vec<String> = sequence
                .steps
                .iter()
                .flat_map(|step| {
                    let head = format!("# {}. {}", step.number, step.head());
                    std::iter::once(head).chain(step.commands.iter().cloned())
                })
                .map(|line| escape(&line) + "\n")
                .collect();
            blocks.push(Block::Details {
                summary: vec![Inline::Text("Commands".to_owned())],
                is_open: false,
                blocks: vec![Block::Code {
                    language: "sh",
                    text: commands.concat(),
                }],
            });
        }
        open(sequence, &mut blocks);
    }
    blocks
}

fn item(step: &Step) -> Item {
    let detail = step.detail.as_ref();
    let detail = detail.map_or_else(String::new, |detail| format!(" ({})", escape(detail)));
    Item {
        head: vec![
            Inline::Strong(format!("{}. {}", step.number, step.kind.word())),
            Inline::Text(" ".to_owned()),
            Inline::Code(escape(&step.target)),
            Inline::Text(format!("{detail}: {}", escape(&step.full_reason()))),
        ],
        lines: step
            .all_effects()
            .iter()
            .map(|effect| vec![Inline::Text(escape(effect))])
            .collect(),
    }
}

/// What no sequence reaches, and what is other than asked for in the end.
fn open(sequence: &Sequence, blocks: &mut Vec<Block>) {
    let cluster = escape(&sequence.cluster.text);
    let unreachable: Vec<Item> = sequence
        .unreachable
        .iter()
        .map(|one| Item {
            head: vec![
                Inline::Code(escape(&one.what())),
                Inline::Text(format!(": {}", escape(&one.reason))),
            ],
            lines: vec![vec![Inline::Text(escape(&one.way))]],
        })
        .collect();
    if !unreachable.is_empty() {
        let what = if sequence.needs_new_cluster() {
            format!("No sequence of operations gets '{cluster}' there, a new cluster is needed:")
        } else {
            format!("No sequence of operations reaches this of '{cluster}':")
        };
        blocks.push(Block::Paragraph(vec![Inline::Strong(what)]));
        blocks.push(Block::List {
            noun: "member",
            items: unreachable,
        });
    }
    if !sequence.differences.is_empty() {
        let differences = sequence.differences.iter();
        blocks.push(Block::Paragraph(vec![Inline::Strong(
            "Other than asked for in the end:".to_owned(),
        )]));
        blocks.push(Block::List {
            noun: "difference",
            items: differences
                .map(|one| Item {
                    head: vec![Inline::Text(escape(&one.reason))],
                    lines: Vec::new(),
                })
                .collect(),
        });
    }
}
