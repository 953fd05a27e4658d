//! Clusters with many pools and four minor versions to go, and how long a whole run takes that shows their steps.

use std::fmt::Write;
use std::io;
use std::process::Command;

use super::measure::{in_turn, run};
use super::{Bench, JUDGED, row};

const POOLS: usize = 100;
/// Seconds.
const ALLOWED: f64 = 0.05;

/// The rows: the time for one cluster as a share of what is allowed, and four times as many pools.
pub(super) fn rows(bench: &Bench) -> io::Result<bool> {
    let few = Cluster::written(bench, POOLS / 2)?;
    let cluster = Cluster::written(bench, POOLS)?;
    let many = Cluster::written(bench, POOLS * 2)?;
    cluster.has_steps(bench)?;
    let (time, _) = in_turn(31, || cluster.plan(bench), || Ok(()))?;
    let in_time = row(
        &format!("steps for {POOLS} pools, four minors / 50 ms"),
        time / ALLOWED,
        1.0,
    );
    let (small, large) = in_turn(11, || few.plan(bench), || many.plan(bench))?;
    let what = format!("growth: steps of pools, {} to {}", POOLS / 2, POOLS * 2);
    Ok(row(&what, large / small, 5.0) && in_time)
}

/// The templates of a cluster, before and after.
struct Cluster {
    pools: usize,
    before: String,
    after: String,
}

impl Cluster {
    fn written(bench: &Bench, pools: usize) -> io::Result<Self> {
        Ok(Self {
            pools,
            before: bench.write(&format!("pools{pools}-before.json"), &template(pools, 32))?,
            after: bench.write(&format!("pools{pools}.json"), &template(pools, 36))?,
        })
    }

    fn arguments(&self) -> [&str; 7] {
        let (before, after) = (self.before.as_str(), self.after.as_str());
        // 1.32 is in support: out of it, all would be taken to the oldest version in support at once.
        let day = "2026-03-01";
        [
            "plan",
            after,
            "--before",
            before,
            "--no-config",
            "--as-of",
            day,
        ]
    }

    fn plan(&self, bench: &Bench) -> io::Result<()> {
        run(&bench.armplan, &self.arguments(), &JUDGED)
    }

    /// Each pool goes up twice, as the window closes before the last minor version.
    fn has_steps(&self, bench: &Bench) -> io::Result<()> {
        let mut command = Command::new(&bench.armplan);
        let ran = command.args(self.arguments()).args(["--format", "json"]);
        let document: serde_json::Value = serde_json::from_slice(&ran.output()?.stdout)?;
        let steps = document.get("steps").and_then(|steps| steps.as_array());
        let count = steps.map_or(0, Vec::len);
        if count == 2 * self.pools + 4 {
            Ok(())
        } else {
            Err(io::Error::other(format!("{count} steps")))
        }
    }
}

fn template(count: usize, minor: u32) -> String {
    let mut pools = String::new();
    for pool in 0..count {
        let mode = if pool == 0 { "System" } else { "User" };
        let _ = write!(
            pools,
            r#"{}{{"name":"pool{pool}","mode":"{mode}","type":"VirtualMachineScaleSets","osType":"Linux","vmSize":"Standard_D4s_v5","count":3,"maxPods":60,"orchestratorVersion":"1.{minor}.2"}}"#,
            if pool == 0 { "" } else { "," }
        );
    }
    format!(
        r#"{{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0","resources":[{{"type":"Microsoft.ContainerService/managedClusters","apiVersion":"2025-09-01","name":"shop","location":"westeurope","properties":{{"kubernetesVersion":"1.{minor}.2","dnsPrefix":"shop","agentPoolProfiles":[{pools}]}}}}]}}"#
    )
}
