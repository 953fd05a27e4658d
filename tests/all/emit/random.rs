//! The files of every plan that the test data gives, and of random changes of random clusters.

use proptest::array::uniform9;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value as Json, json};

use super::prove::{Change, Proved, prove};

/// Pairs in an ordinary run; `ARMPLAN_CASES` asks for another number, at random.
const CASES: u32 = 200;

#[test]
fn what_the_cases_of_the_tables_emit_is_accepted() {
    let mut wrong = Vec::new();
    let mut total = Proved::default();
    let mut again = 0;
    for (name, change) in super::super::fact_cases::changes() {
        match prove(&change) {
            Ok(proved) => {
                total.steps += proved.steps;
                total.templates += proved.templates;
                again += usize::from(proved.again);
            }
            Err(what) => wrong.push(format!("{name}: {what}")),
        }
    }
    println!(
        "{} steps, {} templates, {again} planned again",
        total.steps, total.templates
    );
    assert!(
        wrong.is_empty(),
        "{} of them\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
    assert!(total.templates > 100, "{total:?}");
    assert!(again > 50, "{again}");
}

#[test]
fn what_random_changes_emit_is_accepted() {
    let asked = std::env::var("ARMPLAN_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    let config = Config {
        cases: asked.unwrap_or(CASES),
        failure_persistence: None,
        ..Config::default()
    };
    let rng = match asked {
        Some(_) => TestRng::from_seed(RngAlgorithm::ChaCha, &seed()),
        None => TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    };
    let mut runner = TestRunner::new_with_rng(config, rng);
    let templates = std::cell::Cell::new(0);
    runner
        .run(&pair(), |pair| {
            let change = pair.change();
            match prove(&change) {
                Ok(proved) => {
                    templates.set(templates.get() + proved.templates);
                    Ok(())
                }
                Err(what) => Err(TestCaseError::fail(what)),
            }
        })
        .unwrap_or_else(|error| panic!("{error}"));
    println!("{} templates", templates.get());
    assert!(templates.get() > 50, "{}", templates.get());
}

/// A cluster before and after.
#[derive(Clone, Debug)]
struct Pair {
    before: Cluster,
    after: Cluster,
    /// Pools stand in the cluster's array, else as resources of their own.
    inline: bool,
    /// Sizes and versions come from parameters.
    parameters: bool,
}

#[derive(Clone, Debug)]
struct Cluster {
    version: &'static str,
    tier: &'static str,
    channel: Option<&'static str>,
    pools: Vec<Pool>,
}

#[derive(Clone, Debug)]
struct Pool {
    name: &'static str,
    system: bool,
    size: &'static str,
    count: u8,
    version: &'static str,
    max_pods: Option<u8>,
    disk: Option<u16>,
    scaled: Option<(u8, u8)>,
    zones: bool,
    label: Option<&'static str>,
}

const VERSIONS: [&str; 4] = ["1.32.9", "1.33.5", "1.34.2", "1.35.1"];
const NAMES: [&str; 5] = ["sys", "np1", "work", "gpu9", "abcdefghijkl"];
const SIZES: [&str; 3] = ["Standard_D4s_v5", "Standard_D8s_v5", "Standard_E4s_v5"];

fn pool() -> impl Strategy<Value = Pool> {
    (
        any::<bool>(),
        select(&SIZES[..]),
        1_u8..6,
        select(&VERSIONS[..]),
        option::of(select(&[30_u8, 50, 110][..])),
        option::of(select(&[128_u16, 256][..])),
        option::weighted(0.3, (1_u8..3, 3_u8..7)),
        any::<bool>(),
        option::of(select(&["a", "b"][..])),
    )
        .prop_map(
            |(system, size, count, version, max_pods, disk, scaled, zones, label)| Pool {
                name: "",
                system,
                size,
                count,
                version,
                max_pods,
                disk,
                scaled,
                zones,
                label,
            },
        )
}

fn cluster() -> impl Strategy<Value = Cluster> {
    (
        select(&VERSIONS[..]),
        select(&["Free", "Standard"][..]),
        option::of(select(&["patch", "node-image", "none"][..])),
        vec(pool(), 1..5),
    )
        .prop_map(|(version, tier, channel, mut pools)| {
            for (pool, name) in pools.iter_mut().zip(NAMES) {
                pool.name = name;
                // What runs is within the window.
                pool.version = pool.version.min(version);
            }
            pools[0].system = true;
            Cluster {
                version,
                tier,
                channel,
                pools,
            }
        })
}

/// The cluster of before, in which some members of some pools are others.
fn pair() -> impl Strategy<Value = Pair> {
    let masks = vec(uniform9(prop::bool::weighted(0.25)), 5);
    (cluster(), cluster(), masks, any::<[bool; 5]>()).prop_map(|(before, other, masks, flags)| {
        let [versions, tier, drops, inline, parameters] = flags;
        let mut after = before.clone();
        if versions {
            after.version = other.version.max(before.version);
        }
        if tier {
            after.tier = other.tier;
            after.channel = other.channel;
        }
        for ((pool, other), mask) in after.pools.iter_mut().zip(&other.pools).zip(&masks) {
            mix(pool, other, *mask);
            pool.version = pool.version.min(after.version);
        }
        after.pools[0].system = true;
        if drops && after.pools.len() > 2 {
            after.pools.pop();
        } else if other.pools.len() > after.pools.len() {
            after.pools.push(other.pools[after.pools.len()].clone());
        }
        Pair {
            before,
            after,
            inline,
            parameters,
        }
    })
}

/// Takes those members over of another pool that the mask names.
fn mix(pool: &mut Pool, other: &Pool, mask: [bool; 9]) {
    let [
        system,
        size,
        count,
        version,
        pods,
        disk,
        scaled,
        zones,
        label,
    ] = mask;
    let pick = |is: bool| if is { other.clone() } else { pool.clone() };
    *pool = Pool {
        name: pool.name,
        system: pick(system).system,
        size: pick(size).size,
        count: pick(count).count,
        version: pick(version).version,
        max_pods: pick(pods).max_pods,
        disk: pick(disk).disk,
        scaled: pick(scaled).scaled,
        zones: pick(zones).zones,
        label: pick(label).label,
    };
}

impl Pair {
    fn change(&self) -> Change {
        let (before, _) = self.template(&self.before, false);
        let (after, values) = self.template(&self.after, self.parameters);
        Change {
            before,
            after,
            parameters: values,
            as_of: "2026-07-01".to_owned(),
            ..Change::default()
        }
    }

    fn template(&self, cluster: &Cluster, parameters: bool) -> (String, Option<String>) {
        let mut values = Map::new();
        let mut value = |name: String, value: Json| {
            if !parameters {
                return value;
            }
            let call = format!("[parameters('{name}')]");
            values.insert(name, value);
            json!(call)
        };
        let version = value("version".into(), json!(cluster.version));
        let pools: Vec<(Json, Map<String, Json>)> = cluster
            .pools
            .iter()
            .map(|pool| {
                let name = value(format!("{}Name", pool.name), json!(pool.name));
                let mut body = pool.body();
                body["vmSize"] = value(format!("{}Size", pool.name), json!(pool.size));
                (name, body)
            })
            .collect();
        let mut properties = json!({
            "dnsPrefix": "aks",
            "kubernetesVersion": version,
            "networkProfile": { "networkPlugin": "azure", "networkPluginMode": "overlay", "loadBalancerSku": "standard" },
        });
        if let Some(channel) = cluster.channel {
            properties["autoUpgradeProfile"] = json!({ "upgradeChannel": channel });
        }
        let mut children = Vec::new();
        let mut profiles = Vec::new();
        for (name, mut body) in pools {
            if self.inline {
                body.insert("name".into(), name);
                profiles.push(json!(body));
            } else {
                let full = match name.as_str().and_then(|text| text.strip_prefix('[')) {
                    Some(call) => format!("[concat('aks/', {}", call.replace(")]", "))]")),
                    None => format!("aks/{}", name.as_str().unwrap_or_default()),
                };
                children.push(json!({
                    "type": "Microsoft.ContainerService/managedClusters/agentPools",
                    "apiVersion": "2025-05-01",
                    "name": full,
                    "dependsOn": ["[resourceId('Microsoft.ContainerService/managedClusters', 'aks')]"],
                    "properties": body,
                }));
            }
        }
        if self.inline {
            properties["agentPoolProfiles"] = json!(profiles);
        }
        let mut resources = vec![json!({
            "type": "Microsoft.ContainerService/managedClusters",
            "apiVersion": "2025-05-01",
            "name": "aks",
            "location": "westeurope",
            "identity": { "type": "SystemAssigned" },
            "sku": { "name": "Base", "tier": cluster.tier },
            "properties": properties,
        })];
        resources.extend(children);
        let declared: Map<String, Json> = values
            .keys()
            .map(|name| (name.clone(), json!({ "type": "string" })))
            .collect();
        let template = json!({
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "parameters": declared,
            "resources": resources,
        });
        let file = parameters.then(|| {
            let entries: Map<String, Json> = values
                .iter()
                .map(|(name, value)| (name.clone(), json!({ "value": value })))
                .collect();
            let file = json!({
                "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
                "contentVersion": "1.0.0.0",
                "parameters": entries,
            });
            format!("{file:#}")
        });
        (format!("{template:#}"), file)
    }
}

impl Pool {
    fn body(&self) -> Map<String, Json> {
        let mut body = json!({
            "mode": if self.system { "System" } else { "User" },
            "osType": "Linux",
            "type": "VirtualMachineScaleSets",
            "vmSize": self.size,
            "count": self.count,
            "orchestratorVersion": self.version,
        });
        if let Some(pods) = self.max_pods {
            body["maxPods"] = json!(pods);
        }
        if let Some(disk) = self.disk {
            body["osDiskSizeGB"] = json!(disk);
        }
        if let Some((least, most)) = self.scaled {
            body["enableAutoScaling"] = json!(true);
            body["minCount"] = json!(least);
            body["maxCount"] = json!(most);
            body["count"] = json!(self.count.clamp(least, most));
        }
        if self.zones {
            body["availabilityZones"] = json!(["1", "2", "3"]);
        }
        if let Some(label) = self.label {
            body["nodeLabels"] = json!({ "team": label });
        }
        body.as_object().cloned().unwrap_or_default()
    }
}

/// Another one each time.
fn seed() -> [u8; 32] {
    use std::hash::{BuildHasher, RandomState};
    let mut seed = [0; 32];
    for (at, piece) in seed.chunks_mut(8).enumerate() {
        piece.copy_from_slice(&RandomState::new().hash_one(at).to_le_bytes());
    }
    seed
}
