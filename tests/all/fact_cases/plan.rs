//! The plan of an entry: its states as files in memory, through the whole program.

use std::path::Path;

use armplan::aks::facts::Facts;
use armplan::config::{BeforeConfig, Mode};
use armplan::engine::{ConfigChoice, Failure, Outcome, Request, Task, World, run_in};
use armplan::eval::Context;
use armplan::source::{Memory, Workspace};

use super::skeleton::Skeleton;
use super::{Entry, Expected};

const FOLDER: &str = "/tree";
const BEFORE: &str = "/tree/before.json";
const AFTER: &str = "/tree/after.json";

/// A finding with what is said to the user besides rule, level, code and line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) finding: Expected,
    pub(super) resource: Option<String>,
    pub(super) pointer: Option<String>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// The outcome of an entry under some tables.
pub(super) fn outcome(entry: &Entry, facts: &Facts) -> Outcome {
    let after = entry.after.as_ref().expect("a state after");
    let mut source = Memory::default().with(AFTER, after.text());
    let is_live = entry.before_kind.as_deref() == Some("live");
    let before = match &entry.before {
        None => BeforeConfig::New,
        Some(state) if is_live => {
            source = source.with(BEFORE, state.snapshot());
            BeforeConfig::Live(vec![BEFORE.to_owned()])
        }
        Some(state) => {
            source = source.with(BEFORE, state.text());
            BeforeConfig::Template {
                file: BEFORE.to_owned(),
                parameters: Vec::new(),
            }
        }
    };
    let request = request(entry, before);
    let workspace = Workspace::new(Path::new(FOLDER), &[], Some(FOLDER));
    let world = World {
        workspace: &workspace,
        after: &source,
        base: None,
        facts,
    };
    run_in(&request, &world)
}

/// What the plan of an entry says under some tables, with its verdict.
pub(super) fn plan(entry: &Entry, facts: &Facts) -> (Vec<Found>, String) {
    let outcome = outcome(entry, facts);
    let name = super::name(entry);
    // With other tables than its own the planner may find steps that the world does not bear.
    let is_own = Facts::embedded().is_ok_and(|own| std::ptr::eq(own, facts));
    let failures: Vec<&Failure> = outcome
        .failures
        .iter()
        .filter(|failure| is_own || !matches!(failure, Failure::Unproved { .. }))
        .collect();
    assert!(failures.is_empty(), "{name}: {failures:?}");
    let mut found: Vec<Found> = outcome
        .findings
        .iter()
        .map(|reported| {
            let finding = &reported.finding;
            let place = outcome.files.location(finding.place);
            let file = Path::new(&place.path).file_stem().expect("a file name");
            let file = file.to_string_lossy();
            let azure = finding.azure.as_ref();
            Found {
                finding: Expected {
                    rule: finding.rule.to_owned(),
                    level: finding.level.word().to_owned(),
                    code: azure.map(|azure| azure.code.clone()),
                    target: azure.and_then(|azure| azure.target.clone()),
                    file: (file != "after").then(|| file.into_owned()),
                    line: place.start.line,
                },
                resource: finding.resource.clone(),
                pointer: finding.pointer.clone(),
                message: finding.message.clone(),
                help: finding.help.clone(),
            }
        })
        .collect();
    found.sort();
    (found, format!("{:?}", outcome.verdict()))
}

fn request(entry: &Entry, before: BeforeConfig) -> Request {
    let day = entry.as_of.as_deref().unwrap_or("2026-11-23");
    Request {
        task: Task::Plan {
            template: Some(AFTER.to_owned()),
            before: Some(before),
            mode: (entry.mode.as_deref() == Some("stack")).then_some(Mode::Stack),
        },
        config: ConfigChoice::Off,
        root: None,
        allowed_paths: Vec::new(),
        environment: Vec::new(),
        external_inputs: Vec::new(),
        parameters: Vec::new(),
        context: Context {
            subscription: Some(Skeleton::SUBSCRIPTION.into()),
            resource_group: Some(Skeleton::GROUP.into()),
            ..Context::default()
        },
        deployment: None,
        hints: None,
        as_of: day.parse().expect("a day"),
        features: entry.features.clone(),
        select: Vec::new(),
        ignore: Vec::new(),
        wishes: armplan::plan::Wishes::default(),
    }
}
