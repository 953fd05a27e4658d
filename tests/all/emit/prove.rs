//! A change through the whole program, in memory: every emitted template is planned against the state before its step,
//! and the edited sources against the state after the last one.

use std::path::Path;

use armplan::aks::facts::Facts;
use armplan::aks::service::Service;
use armplan::config::{BeforeConfig, Mode, ParameterArgument};
use armplan::diff::ChangeType;
use armplan::engine::{ConfigChoice, Outcome, Planned, Request, Task, World, emission, run_in};
use armplan::eval::{Context, report};
use armplan::finding::Level;
use armplan::plan::Wishes;
use armplan::plan::emit::Emission;
use armplan::source::{Memory, Workspace};
use serde_json::{Map, Value as Json, json};

const FOLDER: &str = "/tree";
const SUBSCRIPTION: &str = "11111111-1111-1111-1111-111111111111";
const GROUP: &str = "rg";

/// A change: files, which of them are what, and the day.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    pub(crate) before: String,
    /// It is a snapshot of what runs.
    pub(crate) is_live: bool,
    pub(crate) after: String,
    pub(crate) parameters: Option<String>,
    pub(crate) features: Vec<String>,
    pub(crate) as_of: String,
    pub(crate) stack: bool,
    pub(crate) wishes: Wishes,
}

/// What was proved of a change.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Proved {
    pub(crate) steps: usize,
    pub(crate) templates: usize,
    /// Whether the edited sources were planned again.
    pub(crate) again: bool,
}

pub(crate) fn facts() -> &'static Facts {
    Facts::embedded().unwrap_or_else(|errors| panic!("{errors:?}"))
}

/// The plan of a change.
pub(crate) fn plan(change: &Change) -> Outcome {
    let before = if change.is_live {
        BeforeConfig::Live(vec![absolute("before.json")])
    } else {
        BeforeConfig::Template {
            file: absolute("before.json"),
            parameters: Vec::new(),
        }
    };
    let mut source = Memory::default()
        .with(absolute("before.json"), change.before.as_str())
        .with(absolute("after.json"), change.after.as_str());
    let mut parameters = Vec::new();
    if let Some(text) = &change.parameters {
        source = source.with(absolute("after.parameters.json"), text.as_str());
        parameters.push(ParameterArgument::File(absolute("after.parameters.json")));
    }
    run(&source, before, parameters, change)
}

fn absolute(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

fn run(
    source: &Memory,
    before: BeforeConfig,
    parameters: Vec<ParameterArgument>,
    change: &Change,
) -> Outcome {
    let workspace = Workspace::new(Path::new(FOLDER), &[], Some(FOLDER));
    let world = World {
        workspace: &workspace,
        after: source,
        base: None,
        facts: facts(),
    };
    let request = Request {
        task: Task::Plan {
            template: Some(absolute("after.json")),
            before: Some(before),
            mode: change.stack.then_some(Mode::Stack),
        },
        config: ConfigChoice::Off,
        root: None,
        allowed_paths: Vec::new(),
        environment: Vec::new(),
        external_inputs: Vec::new(),
        parameters,
        context: Context {
            subscription: Some(SUBSCRIPTION.into()),
            resource_group: Some(GROUP.into()),
            ..Context::default()
        },
        deployment: None,
        hints: None,
        as_of: change.as_of.parse().expect("a day"),
        features: change.features.clone(),
        select: Vec::new(),
        ignore: Vec::new(),
        wishes: change.wishes.clone(),
    };
    run_in(&request, &world)
}

/// Proves the files of a change's plan; what does not hold, in words.
pub(crate) fn prove(change: &Change) -> Result<Proved, String> {
    let outcome = plan(change);
    let emission = emission(&outcome, facts());
    let mut proved = Proved::default();
    if !outcome.failures.is_empty() {
        return Err(format!("{:?}", outcome.failures));
    }
    for planned in &outcome.sequences {
        for (at, step) in planned.sequence.steps.iter().enumerate() {
            proved.steps += 1;
            let Some(state) = planned.sequence.states.get(at) else {
                return Err(format!("no state before step {}", step.number));
            };
            if step.is_deployment() {
                deploys(change, &outcome, planned, &emission, (step.number, state))?;
                proved.templates += 1;
            }
        }
        proved.again |= again(change, &outcome, planned)?;
    }
    Ok(proved)
}

/// The template of a step against the state before it: no finding of level error.
fn deploys(
    change: &Change,
    outcome: &Outcome,
    planned: &Planned,
    emission: &Emission,
    (number, state): (usize, &Service),
) -> Result<(), String> {
    let text = |name: &str| {
        let file = emission.files.iter().find(|file| file.name == name);
        file.map(|file| file.text.clone())
    };
    let (_, name) = emission
        .templates
        .iter()
        .find(|(of, _)| *of == number)
        .ok_or_else(|| format!("step {number} has no template"))?;
    let step = Change {
        before: template_of(outcome, planned, state),
        is_live: false,
        after: text(name).ok_or_else(|| format!("{name} is not written"))?,
        parameters: text(&name.replace(".json", ".parameters.json")),
        stack: false,
        wishes: Wishes::default(),
        ..change.clone()
    };
    let deployed = plan(&step);
    let mut errors: Vec<String> = deployed
        .findings
        .iter()
        .filter(|reported| reported.finding.level == Level::Error)
        .filter(|reported| reported.finding.rule != "param-required-missing")
        .map(|reported| format!("{}: {}", reported.finding.rule, reported.finding.message))
        .collect();
    errors.extend(deployed.failures.iter().map(ToString::to_string));
    if errors.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{name}: {}\nbefore: {}\nafter: {}\nvalues: {:?}",
        errors.join("\n"),
        step.before,
        step.after,
        step.parameters
    ))
}

/// The sources with the remaining edits against what is there after the last step: no change.
fn again(change: &Change, outcome: &Outcome, planned: &Planned) -> Result<bool, String> {
    let changes = &planned.remaining.changes;
    let is_open = changes.iter().any(|change| change.edit.is_none())
        || !planned.sequence.unreachable.is_empty()
        || planned.sequence.steps.is_empty();
    let Some(state) = planned.sequence.states.last().filter(|_| !is_open) else {
        return Ok(false);
    };
    let edited = |name: &str, text: &str| {
        let mut edits: Vec<_> = changes
            .iter()
            .filter_map(|change| change.edit.as_ref())
            .filter(|(place, _)| outcome.files.get(place.file).path == absolute(name))
            .collect();
        edits.sort();
        edits.dedup();
        let mut text = text.to_owned();
        for (place, new) in edits.into_iter().rev() {
            text.replace_range(place.start as usize..place.end as usize, new);
        }
        text
    };
    let after = Change {
        before: template_of(outcome, planned, state),
        is_live: false,
        after: edited("after.json", &change.after),
        parameters: change
            .parameters
            .as_ref()
            .map(|text| edited("after.parameters.json", text)),
        stack: false,
        ..change.clone()
    };
    let deployed = plan(&after);
    let heard: Vec<String> = deployed
        .changes
        .iter()
        .filter(|changed| {
            matches!(
                changed.change.change_type,
                ChangeType::Create | ChangeType::Modify | ChangeType::Delete
            )
        })
        .map(|changed| {
            let delta: Vec<&str> = changed
                .change
                .delta
                .iter()
                .map(|one| one.path.as_str())
                .collect();
            format!("{} {}", changed.change.resource_id, delta.join(", "))
        })
        .collect();
    if heard.is_empty() {
        return Ok(true);
    }
    Err(format!(
        "after the last step it still changes {}\nbefore: {}\nafter: {}",
        heard.join("; "),
        after.before,
        after.after
    ))
}

/// A state of the model as a template.
fn template_of(outcome: &Outcome, planned: &Planned, state: &Service) -> String {
    let Some(cluster) = state.cluster() else {
        return json!({"resources": []}).to_string();
    };
    let name = &cluster.name.text;
    let pools = cluster.pools.iter().map(|(_, pool)| {
        let child = pool.child.as_ref().expect("a settled pool");
        (
            pool.name.text.clone(),
            report(&child.body),
            child.api.as_ref().map(ToString::to_string),
        )
    });
    let mut resources = Vec::new();
    match &cluster.own {
        Some(own) => {
            let mut resource = head("Microsoft.ContainerService/managedClusters", name);
            resource.insert(
                "apiVersion".into(),
                json!(own.api.as_ref().map(ToString::to_string)),
            );
            for (key, value) in report(&own.root).as_object().cloned().unwrap_or_default() {
                resource.insert(key, value);
            }
            let profiles: Vec<Json> = pools
                .map(|(name, body, _)| {
                    let mut profile = Map::new();
                    profile.insert("name".into(), json!(name));
                    profile.extend(body.as_object().cloned().unwrap_or_default());
                    json!(profile)
                })
                .collect();
            resource
                .entry("properties")
                .or_insert_with(|| json!({}))
                .as_object_mut()
                .expect("an object")
                .insert("agentPoolProfiles".into(), json!(profiles));
            resources.push(json!(resource));
        }
        None => {
            for (pool, body, api) in pools {
                let mut resource = head(
                    "Microsoft.ContainerService/managedClusters/agentPools",
                    &format!("{name}/{pool}"),
                );
                resource.insert("apiVersion".into(), json!(api));
                resource.insert("properties".into(), body);
                resources.push(json!(resource));
            }
        }
    }
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": declared(outcome, planned),
        "resources": resources,
    })
    .to_string()
}

fn head(kind: &str, name: &str) -> Map<String, Json> {
    let mut head = Map::new();
    head.insert("type".into(), json!(kind));
    head.insert("name".into(), json!(name));
    head
}

/// The parameters of the user's template, without values: open values of the state ask for them.
fn declared(outcome: &Outcome, planned: &Planned) -> Json {
    let own = planned
        .group
        .iter()
        .filter_map(|index| outcome.deployments.get(*index));
    let mut declared = Map::new();
    for parameter in own.flat_map(|one| &one.after.parameters) {
        let kind = parameter
            .kind
            .map_or("string", armplan::model::TypeName::word);
        declared.insert(parameter.name.to_string(), json!({ "type": kind }));
    }
    declared.into()
}
