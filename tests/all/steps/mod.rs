//! The steps of plans: cases with what is expected of them, and random clusters with random wishes.

pub(crate) mod cases;
mod generate;
mod members;
mod narrow;
mod random;
mod wishes;

use std::path::Path;

use armplan::aks::facts::Facts;
use armplan::aks::service::Service;
use armplan::config::BeforeConfig;
use armplan::engine::{ConfigChoice, Outcome, Request, Task, World, run_in};
use armplan::eval::Context;
use armplan::plan::Wishes;
use armplan::source::{Memory, Workspace};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

const SUBSCRIPTION: &str = "11111111-1111-1111-1111-111111111111";
const SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// A plan from one template to another, both in memory.
fn plan(before: &str, after: &str, wishes: Wishes) -> Outcome {
    let folder = "/tree";
    let source = Memory::default()
        .with("/tree/before.json", before)
        .with("/tree/after.json", after);
    let request = Request {
        task: Task::Plan {
            template: Some("/tree/after.json".to_owned()),
            before: Some(BeforeConfig::Template {
                file: "/tree/before.json".to_owned(),
                parameters: Vec::new(),
            }),
            mode: None,
        },
        context: Context {
            subscription: Some(SUBSCRIPTION.into()),
            resource_group: Some("rg".into()),
            ..Context::default()
        },
        wishes,
        ..request()
    };
    let workspace = Workspace::new(Path::new(folder), &[], Some(folder));
    run_in(
        &request,
        &World {
            workspace: &workspace,
            after: &source,
            base: None,
            facts: facts(),
        },
    )
}

fn request() -> Request {
    Request {
        task: Task::Evaluate {
            template: String::new(),
        },
        config: ConfigChoice::Off,
        root: None,
        parameters: Vec::new(),
        context: Context::default(),
        deployment: None,
        hints: None,
        allowed_paths: Vec::new(),
        environment: Vec::new(),
        external_inputs: Vec::new(),
        as_of: "2026-11-23".parse().unwrap(),
        features: Vec::new(),
        select: Vec::new(),
        ignore: Vec::new(),
        wishes: Wishes::default(),
    }
}

fn facts() -> &'static Facts {
    Facts::embedded().unwrap_or_else(|errors| panic!("{errors:?}"))
}

/// The same pairs in every run of a seed: what fails here fails everywhere.
fn runner(cases: u32, seed: u8) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 300,
        ..Config::default()
    };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    TestRunner::new_with_rng(config, random)
}

/// A template with these resources.
fn template(resources: &[Value]) -> String {
    json!({"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": resources}).to_string()
}

/// A state of the service as a template that would deploy it.
fn template_of(service: &Service) -> String {
    let cluster = service.cluster().expect("a cluster");
    let pools: Vec<Value> = cluster
        .pools
        .values()
        .map(|pool| {
            let child = pool.child.as_ref().expect("a pool");
            let mut body = armplan::eval::report(&child.body);
            body["name"] = json!(pool.name.text);
            body
        })
        .collect();
    let mut root = armplan::eval::report(service.root().expect("its resource"));
    root["type"] = json!("Microsoft.ContainerService/managedClusters");
    let api = cluster.own.as_ref().and_then(|own| own.api.as_ref());
    root["apiVersion"] = json!(api.map(ToString::to_string));
    root["name"] = json!(cluster.name.text);
    root["properties"]["agentPoolProfiles"] = json!(pools);
    template(&[root])
}
