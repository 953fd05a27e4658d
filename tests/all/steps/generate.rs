//! Random clusters, and random wishes for them, as templates.

use armplan::plan::Wishes;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::members::{self, Member};
use super::template;

/// A pool: the members that change, and how it is written.
#[derive(Clone, Debug)]
pub(super) struct PoolSpec {
    pub(super) name: String,
    pub(super) body: Map<String, Value>,
    pub(super) is_child: bool,
}

/// A cluster.
#[derive(Clone, Debug)]
pub(super) struct ClusterSpec {
    pub(super) api: &'static str,
    pub(super) properties: Map<String, Value>,
    pub(super) tier: Option<&'static str>,
    pub(super) pools: Vec<PoolSpec>,
}

impl ClusterSpec {
    pub(super) fn template(&self) -> String {
        let inline: Vec<Value> = self
            .pools
            .iter()
            .filter(|pool| !pool.is_child)
            .map(|pool| {
                let mut body = pool.body.clone();
                body.insert("name".to_owned(), json!(pool.name));
                json!(body)
            })
            .collect();
        let mut properties = self.properties.clone();
        properties.insert("agentPoolProfiles".to_owned(), json!(inline));
        let mut cluster = json!({
            "type": "Microsoft.ContainerService/managedClusters",
            "apiVersion": self.api,
            "name": "shop",
            "location": "westeurope",
            "identity": {"type": "SystemAssigned"},
            "properties": properties,
        });
        if let Some(tier) = self.tier {
            cluster["sku"] = json!({"name": "Base", "tier": tier});
        }
        let mut resources = vec![cluster];
        let mut waits =
            "[resourceId('Microsoft.ContainerService/managedClusters', 'shop')]".to_owned();
        for pool in self.pools.iter().filter(|pool| pool.is_child) {
            resources.push(json!({
                "type": "Microsoft.ContainerService/managedClusters/agentPools",
                "apiVersion": self.api,
                "name": format!("shop/{}", pool.name),
                "dependsOn": [waits],
                "properties": pool.body,
            }));
            waits = format!(
                "[resourceId('Microsoft.ContainerService/managedClusters/agentPools', 'shop', '{}')]",
                pool.name
            );
        }
        template(&resources)
    }
}

fn member<T: Clone + std::fmt::Debug + 'static>(values: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(values)
}

/// Members of a pool that any pool may have.
fn pool_body(minor: u64) -> impl Strategy<Value = Map<String, Value>> {
    (
        (
            member(&["Standard_D4s_v5", "Standard_D8s_v5", "Standard_E4s_v5"]),
            1..8_i64,
            member(&[None, Some(30), Some(60)]),
            prop::option::of(1..3_i64),
            0..4_u64,
        ),
        (
            member(&[None, Some("Ubuntu"), Some("AzureLinux3")]),
            prop::option::of(member(&["a", "b"])),
            prop::option::of(member(&["33%", "1", "2"])),
            any::<bool>(),
            prop::option::weighted(0.8, Just(())),
        ),
    )
        .prop_map(
            move |((size, count, pods, autoscaled, behind), (sku, label, surge, fips, states))| {
                let mut body = Map::new();
                body.insert("type".into(), json!("VirtualMachineScaleSets"));
                body.insert("osType".into(), json!("Linux"));
                body.insert("vmSize".into(), json!(size));
                body.insert("count".into(), json!(count));
                if let Some(pods) = pods {
                    body.insert("maxPods".into(), json!(pods));
                }
                if let Some(least) = autoscaled {
                    body.insert("enableAutoScaling".into(), json!(true));
                    body.insert("minCount".into(), json!(least));
                    body.insert("maxCount".into(), json!(count.max(least) + 4));
                }
                if let Some(sku) = sku {
                    body.insert("osSKU".into(), json!(sku));
                }
                if let Some(label) = label {
                    body.insert("nodeLabels".into(), json!({ "team": label }));
                }
                if let Some(surge) = surge {
                    body.insert("upgradeSettings".into(), json!({ "maxSurge": surge }));
                }
                if fips {
                    body.insert("enableFIPS".into(), json!(true));
                }
                if states.is_some() {
                    let minor = minor.saturating_sub(behind).max(32);
                    body.insert("orchestratorVersion".into(), json!(format!("1.{minor}.2")));
                }
                body
            },
        )
}

/// Names of pools that random clusters have, and of those that come.
const NAMES: [&str; 5] = ["system", "work1", "work2", "batch", "np9"];

pub(super) fn cluster() -> impl Strategy<Value = ClusterSpec> {
    (33..36_u64).prop_flat_map(|minor| {
        (
            member(&["2025-09-01", "2026-05-01"]),
            prop::collection::vec((pool_body(minor), any::<bool>(), any::<bool>()), 1..5),
            prop::option::of(member(&["none", "patch", "stable"])),
            member(&["kubenet", "azure", "overlay", "calico", ""]),
            Just(minor),
        )
            .prop_map(|(api, pools, channel, network, minor)| {
                let mut properties = Map::new();
                properties.insert("kubernetesVersion".into(), json!(format!("1.{minor}.2")));
                properties.insert("dnsPrefix".into(), json!("shop"));
                if let Some(channel) = channel {
                    properties.insert(
                        "autoUpgradeProfile".into(),
                        json!({ "upgradeChannel": channel }),
                    );
                }
                if let Some(profile) = network_profile(network) {
                    properties.insert("networkProfile".into(), profile);
                }
                let pools = pools
                    .into_iter()
                    .zip(NAMES)
                    .enumerate()
                    .map(|(at, ((mut body, is_child, is_system), name))| {
                        // The first pool stands in the array and is a System pool.
                        let mode = if at == 0 || is_system {
                            "System"
                        } else {
                            "User"
                        };
                        body.insert("mode".into(), json!(mode));
                        PoolSpec {
                            name: name.to_owned(),
                            body,
                            is_child: at > 0 && is_child,
                        }
                    })
                    .collect();
                ClusterSpec {
                    api,
                    properties,
                    tier: None,
                    pools,
                }
            })
    })
}

/// A cluster with members of all kinds, and now and then a Windows pool.
pub(super) fn wide() -> impl Strategy<Value = ClusterSpec> {
    let of_pools = prop::collection::vec((0..5_usize, members::of_pool()), 0..5);
    let of_cluster = prop::collection::vec(members::of_cluster(), 0..4);
    let windows = prop::option::weighted(0.2, 1..5_usize);
    let premium = prop::bool::weighted(0.2);
    (cluster(), of_pools, of_cluster, windows, premium).prop_map(
        |(mut cluster, of_pools, of_cluster, windows, premium)| {
            let count = cluster.pools.len();
            for (at, member) in of_pools {
                if let Some(pool) = cluster.pools.get_mut(at % count) {
                    members::put(&mut pool.body, member);
                }
            }
            for member in of_cluster {
                members::put(&mut cluster.properties, member);
            }
            if let Some(pool) = windows.and_then(|at| cluster.pools.get_mut(at)) {
                pool.name = "win1".into();
                pool.body.insert("osType".into(), json!("Windows"));
                pool.body.insert("mode".into(), json!("User"));
                pool.body.remove("osSKU");
                let profile = json!({"adminUsername": "azureuser"});
                cluster.properties.insert("windowsProfile".into(), profile);
            }
            if premium {
                cluster.tier = Some("Premium");
                let plan = json!("AKSLongTermSupport");
                cluster.properties.insert("supportPlan".into(), plan);
            }
            cluster
        },
    )
}

fn network_profile(kind: &str) -> Option<Value> {
    Some(match kind {
        "kubenet" => json!({"networkPlugin": "kubenet"}),
        "calico" => json!({"networkPlugin": "kubenet", "networkPolicy": "calico"}),
        "azure" => json!({"networkPlugin": "azure"}),
        "overlay" => json!({"networkPlugin": "azure", "networkPluginMode": "overlay"}),
        "cilium" => {
            json!({"networkPlugin": "azure", "networkPluginMode": "overlay", "networkDataplane": "cilium", "networkPolicy": "cilium"})
        }
        _ => return None,
    })
}

/// How steps are to be found.
pub(super) fn manner() -> impl Strategy<Value = Wishes> {
    (any::<bool>(), any::<bool>()).prop_map(|(careful, keep_names)| Wishes {
        careful,
        keep_names,
        ..Wishes::default()
    })
}

/// Something that is wanted of a cluster.
#[derive(Clone, Debug)]
pub(super) enum Wish {
    Version(i64),
    PoolVersion(usize, i64),
    Pool(usize, &'static str, Value),
    Autoscaler(usize, bool),
    Drop(usize),
    Add(Map<String, Value>, bool),
    Rename(usize),
    Cluster(&'static str, Value),
    PoolMember(usize, Member),
    ClusterMember(Member),
    Network(&'static str),
    Channel(&'static str),
    Tier(&'static str),
}

pub(super) fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    prop::collection::vec(wish(), 1..6)
}

/// Wishes of all kinds.
pub(super) fn wide_wishes() -> impl Strategy<Value = Vec<Wish>> {
    let pool =
        (0..5_usize, members::of_pool()).prop_map(|(pool, member)| Wish::PoolMember(pool, member));
    let cluster = members::of_cluster().prop_map(Wish::ClusterMember);
    let one = prop_oneof![2 => wish(), 2 => pool, 1 => cluster];
    prop::collection::vec(one, 1..6)
}

fn wish() -> impl Strategy<Value = Wish> {
    let pool = 0..5_usize;
    prop_oneof![
        3 => (-1..5_i64).prop_map(Wish::Version),
        3 => (pool.clone(), -1..5_i64).prop_map(|(pool, up)| Wish::PoolVersion(pool, up)),
        2 => (pool.clone(), member(&["Standard_D4s_v5", "Standard_D16s_v5"])).prop_map(|(pool, size)| Wish::Pool(pool, "vmSize", json!(size))),
        2 => (pool.clone(), 0..9_i64).prop_map(|(pool, count)| Wish::Pool(pool, "count", json!(count))),
        2 => (pool.clone(), member(&["System", "User"])).prop_map(|(pool, mode)| Wish::Pool(pool, "mode", json!(mode))),
        1 => (pool.clone(), member(&["Ubuntu2404", "AzureLinux3", "Ubuntu"])).prop_map(|(pool, sku)| Wish::Pool(pool, "osSKU", json!(sku))),
        1 => (pool.clone(), any::<bool>()).prop_map(|(pool, fips)| Wish::Pool(pool, "enableFIPS", json!(fips))),
        1 => pool.clone().prop_map(|pool| Wish::Pool(pool, "nodeLabels", json!({"team": "c"}))),
        1 => pool.clone().prop_map(|pool| Wish::Pool(pool, "availabilityZones", json!(["1", "2"]))),
        1 => (pool.clone(), member(&["Running", "Stopped"])).prop_map(|(pool, code)| Wish::Pool(pool, "powerState", json!({ "code": code }))),
        2 => (pool.clone(), any::<bool>()).prop_map(|(pool, on)| Wish::Autoscaler(pool, on)),
        2 => pool.clone().prop_map(Wish::Drop),
        2 => (pool_body(34), any::<bool>()).prop_map(|(body, child)| Wish::Add(body, child)),
        1 => pool.prop_map(Wish::Rename),
        1 => member(&["shop", "market"]).prop_map(|prefix| Wish::Cluster("dnsPrefix", json!(prefix))),
        1 => any::<bool>().prop_map(|off| Wish::Cluster("disableLocalAccounts", json!(off))),
        2 => member(&["kubenet", "azure", "overlay", "calico", "cilium"]).prop_map(Wish::Network),
        1 => member(&["none", "patch", "stable", "rapid"]).prop_map(Wish::Channel),
        1 => member(&["Standard", "Premium"]).prop_map(Wish::Tier),
    ]
}

/// The cluster with some wishes met.
pub(super) fn wished(cluster: &ClusterSpec, wishes: &[Wish]) -> ClusterSpec {
    let mut after = cluster.clone();
    for wish in wishes {
        apply(&mut after, wish);
    }
    after
}

fn minor(value: Option<&Value>) -> Option<i64> {
    value?.as_str()?.split('.').nth(1)?.parse().ok()
}

fn apply(after: &mut ClusterSpec, wish: &Wish) {
    let own = minor(after.properties.get("kubernetesVersion")).unwrap_or(34);
    let count = after.pools.len();
    match wish {
        Wish::Version(up) => {
            after.properties.insert(
                "kubernetesVersion".into(),
                json!(format!("1.{}.2", own + up)),
            );
        }
        Wish::PoolVersion(at, up) => {
            if let Some(pool) = after.pools.get_mut(at % count) {
                let now = minor(pool.body.get("orchestratorVersion")).unwrap_or(own);
                pool.body.insert(
                    "orchestratorVersion".into(),
                    json!(format!("1.{}.2", now + up)),
                );
            }
        }
        Wish::Pool(at, name, value) => {
            if let Some(pool) = after.pools.get_mut(at % count) {
                pool.body.insert((*name).into(), value.clone());
            }
        }
        Wish::Autoscaler(at, on) => {
            if let Some(pool) = after.pools.get_mut(at % count) {
                for name in ["enableAutoScaling", "minCount", "maxCount"] {
                    pool.body.remove(name);
                }
                if *on {
                    pool.body.insert("enableAutoScaling".into(), json!(true));
                    pool.body.insert("minCount".into(), json!(1));
                    pool.body.insert("maxCount".into(), json!(12));
                }
            }
        }
        Wish::Drop(at) if count > 1 => {
            after.pools.remove(at % count);
        }
        Wish::Add(body, child) => {
            if after.pools.iter().any(|pool| pool.name == "added") {
                return;
            }
            let mut body = body.clone();
            body.insert("mode".into(), json!("User"));
            after.pools.push(PoolSpec {
                name: "added".into(),
                body,
                is_child: *child,
            });
        }
        Wish::Rename(at) => {
            if after.pools.iter().all(|pool| pool.name != "renamed")
                && let Some(pool) = after.pools.get_mut(at % count)
            {
                pool.name = "renamed".into();
            }
        }
        Wish::PoolMember(at, member) => {
            if let Some(pool) = after.pools.get_mut(at % count) {
                members::put(&mut pool.body, *member);
            }
        }
        Wish::ClusterMember(member) => members::put(&mut after.properties, *member),
        Wish::Cluster(name, value) => {
            after.properties.insert((*name).into(), value.clone());
        }
        Wish::Network(kind) => {
            if let Some(profile) = network_profile(kind) {
                after.properties.insert("networkProfile".into(), profile);
            }
        }
        Wish::Channel(channel) => {
            after.properties.insert(
                "autoUpgradeProfile".into(),
                json!({ "upgradeChannel": channel }),
            );
        }
        Wish::Tier(tier) => {
            after.tier = Some(tier);
            if *tier == "Premium" {
                after
                    .properties
                    .insert("supportPlan".into(), json!("AKSLongTermSupport"));
            }
        }
        Wish::Drop(_) => {}
    }
}
