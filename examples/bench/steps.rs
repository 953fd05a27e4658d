//! A cluster with a hundred pools and four minor versions to go, and how long the steps take.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::hint::black_box;
use std::io;
use std::sync::Arc;
use std::time::Instant;

use armplan::aks::cluster::{State, StateKind};
use armplan::aks::facts::Facts;
use armplan::aks::legality::{Mode, Options};
use armplan::eval::Context;
use armplan::model::{Deployment, NoFiles, Request, expand, template_of};
use armplan::plan::{Query, Wishes, plan};
use armplan::text::Files;

const POOLS: usize = 100;
/// Seconds.
const ALLOWED: f64 = 0.05;

/// The row: the time as a share of what is allowed.
pub(super) fn row() -> io::Result<bool> {
    let facts = Facts::embedded().map_err(|_| io::Error::other("the tables are wrong"))?;
    let files = Files::default();
    let (before, after) = (evaluated(&files, 32), evaluated(&files, 36));
    let options = Options {
        features: BTreeSet::new(),
        as_of: "2026-11-23"
            .parse()
            .map_err(|_| io::Error::other("no day"))?,
        mode: Mode::Incremental,
        plan: true,
    };
    let before = State::of(&[&before], StateKind::Template, facts);
    let after = State::of(&[&after], StateKind::Template, facts);
    let wishes = Wishes::default();
    let query = Query {
        facts,
        files: &files,
        options: &options,
        wishes: &wishes,
        before: &before,
        after: &after,
    };
    let mut best = f64::INFINITY;
    for _ in 0..9 {
        let start = Instant::now();
        let found = black_box(plan(query)).map_err(io::Error::other)?;
        best = best.min(start.elapsed().as_secs_f64());
        let count: usize = found.sequences.iter().map(|one| one.steps.len()).sum();
        if count != 2 * POOLS + 4 {
            return Err(io::Error::other(format!("{count} steps")));
        }
    }
    Ok(super::row(
        &format!("steps for {POOLS} pools, four minors / 50 ms"),
        best / ALLOWED,
        1.0,
    ))
}

fn evaluated(files: &Files, minor: u32) -> Deployment {
    let mut pools = String::new();
    for pool in 0..POOLS {
        let mode = if pool == 0 { "System" } else { "User" };
        let _ = write!(
            pools,
            r#"{}{{"name":"pool{pool}","mode":"{mode}","type":"VirtualMachineScaleSets","osType":"Linux","vmSize":"Standard_D4s_v5","count":3,"maxPods":60,"orchestratorVersion":"1.{minor}.2"}}"#,
            if pool == 0 { "" } else { "," }
        );
    }
    let text = format!(
        r#"{{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[{{"type":"Microsoft.ContainerService/managedClusters","apiVersion":"2025-09-01","name":"shop","location":"westeurope","properties":{{"kubernetesVersion":"1.{minor}.2","dnsPrefix":"shop","agentPoolProfiles":[{pools}]}}}}]}}"#
    );
    let file = files.add("template.json", None, text);
    expand(Request {
        template: Arc::new(template_of(files, file)),
        given: Vec::new(),
        context: Context {
            subscription: Some("11111111-1111-1111-1111-111111111111".into()),
            resource_group: Some("rg".into()),
            ..Context::default()
        },
        loader: &NoFiles,
    })
}
