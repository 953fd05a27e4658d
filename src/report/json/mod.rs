//! Outcomes as JSON: places become lines and columns here, values become plain JSON.

mod changes;
mod types;

use serde::Serialize;

use crate::engine::{self, Outcome};
use crate::finding;
use crate::text::{Files, Span};

use super::way;

pub(super) use types::SCHEMA_VERSION;

use types as out;

/// The outcome as one JSON document.
pub fn json(outcome: &Outcome) -> String {
    pretty(&document(outcome))
}

/// JSON as it is printed: indented, with a line end.
pub fn pretty(document: &impl Serialize) -> String {
    // Our own types serialise: they have no maps with keys that are no text.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

fn document(outcome: &Outcome) -> out::Document<'_> {
    let files = &outcome.files;
    let first = outcome.deployments.first();
    let plans = outcome.is_plan;
    out::Document {
        schema_version: SCHEMA_VERSION,
        verdict: verdict(outcome.verdict()),
        complete: outcome.complete(),
        before: before(&outcome.before()),
        after: out::After {
            template: first.map(|deployment| deployment.template.clone()),
            parameters: first.map_or_else(Vec::new, |deployment| deployment.parameters.clone()),
        },
        deployments: outcome.deployments.iter().map(deployment).collect(),
        changes: plans.then_some(out::Changes(outcome)),
        findings: outcome
            .findings
            .iter()
            .map(|reported| finding(outcome, reported))
            .collect(),
        steps: plans.then(|| steps(outcome)),
        not_evaluated: outcome
            .not_evaluated
            .iter()
            .map(|undecided| out::NotEvaluated {
                deployment: undecided.deployment,
                what: undecided.what.what.clone(),
                reason: super::why_undecided(undecided),
                location: location(files, undecided.what.place),
            })
            .collect(),
    }
}

fn steps(outcome: &Outcome) -> Vec<out::Step> {
    let sequences = outcome.sequences.iter();
    sequences
        .flat_map(|planned| {
            planned.sequence.steps.iter().map(|step| out::Step {
                deployment: planned.deployment,
                number: step.number,
                kind: step.kind.word(),
                target: step.target.clone(),
                reason: step.full_reason(),
                commands: step.commands.clone(),
                template: step.template.clone(),
                effects: step.all_effects(),
            })
        })
        .collect()
}

fn deployment(deployment: &engine::DeploymentOutcome) -> out::Deployment {
    out::Deployment {
        name: deployment.name.clone(),
        template: deployment.template.clone(),
        parameters: deployment.parameters.clone(),
        before: before(&deployment.before),
        verdict: verdict(deployment.verdict),
        complete: deployment.complete,
    }
}

fn before(before: &engine::BeforeState) -> out::Before {
    out::Before {
        kind: match before.kind {
            engine::BeforeKind::Git => out::BeforeKind::Git,
            engine::BeforeKind::Template => out::BeforeKind::Template,
            engine::BeforeKind::Live => out::BeforeKind::Live,
            engine::BeforeKind::None => out::BeforeKind::None,
        },
        label: before.label.clone(),
    }
}

const fn verdict(verdict: engine::Verdict) -> out::Verdict {
    match verdict {
        engine::Verdict::Blocked => out::Verdict::Blocked,
        engine::Verdict::Changes => out::Verdict::Changes,
        engine::Verdict::Incomplete => out::Verdict::Incomplete,
        engine::Verdict::Ok => out::Verdict::Ok,
    }
}

fn finding(outcome: &Outcome, reported: &engine::Reported) -> out::Finding {
    let files = &outcome.files;
    let finding = &reported.finding;
    out::Finding {
        deployment: reported.deployment,
        rule: finding.rule,
        level: match finding.level {
            finding::Level::Error => out::Level::Error,
            finding::Level::Warning => out::Level::Warning,
            finding::Level::Info => out::Level::Info,
        },
        message: finding.message.clone(),
        azure: finding.azure.as_ref().map(|azure| out::Azure {
            code: azure.code.clone(),
            target: azure.target.clone(),
        }),
        resource: finding.resource.clone(),
        pointer: finding.pointer.clone(),
        location: location(files, finding.place),
        related: finding
            .related
            .iter()
            .map(|label| out::Related {
                message: label.message.clone(),
                location: location(files, label.place),
            })
            .collect(),
        trace: finding
            .trace
            .iter()
            .map(|step| out::TraceStep {
                kind: step.kind.word(),
                text: step.text.clone(),
                location: location(files, step.place),
            })
            .collect(),
        help: help(outcome, reported),
        fix: finding.fix.as_ref().map(|fix| out::Fix {
            safe: fix.safe,
            edits: fix
                .edits
                .iter()
                .map(|edit| out::Edit {
                    location: location(files, edit.place),
                    new_text: edit.new_text.clone(),
                })
                .collect(),
        }),
        sources: finding.sources.clone(),
        confidence: match finding.confidence {
            finding::Confidence::High => out::Confidence::High,
            finding::Confidence::Medium => out::Confidence::Medium,
            finding::Confidence::Low => out::Confidence::Low,
        },
    }
}

/// The way out, with the steps that it is in this plan.
fn help(outcome: &Outcome, reported: &engine::Reported) -> Option<String> {
    let steps = way::sentences(outcome, reported);
    let help = reported.finding.help.clone();
    if steps.is_empty() {
        return help;
    }
    let help = help.map(|help| format!("{}.", help.trim_end_matches('.')));
    let sentences: Vec<String> = help.into_iter().chain(steps).collect();
    Some(sentences.join(" "))
}

/// A span with its path, lines and columns.
fn location(files: &Files, span: Span) -> out::Location {
    let location = files.location(span);
    out::Location {
        path: location.path,
        start: position(location.start),
        end: position(location.end),
        revision: location.revision,
    }
}

const fn position(position: crate::text::Position) -> out::Position {
    out::Position {
        line: position.line,
        column: position.column,
    }
}

#[cfg(test)]
#[allow(
    clippy::disallowed_methods,
    reason = "the schema file is compared with the types"
)]
mod tests {
    #[test]
    fn the_json_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/outcome.schema.json");
        let schema = schemars::schema_for!(super::out::Document);
        let current = super::pretty(&schema);
        if std::env::var_os("ARMPLAN_BLESS").is_some() {
            std::fs::write(path, &current).unwrap();
        }
        let stored = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(
            stored, current,
            "run ARMPLAN_BLESS=1 cargo test the_json_schema_is_current"
        );
    }
}
