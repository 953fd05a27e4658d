//! What a step does to nodes, pods, quota and addresses, and how it is taken back.

use std::fmt::Write;

use crate::aks::VmSize;
use crate::aks::facts::Role;
use crate::aks::legality;
use crate::aks::service::{Operation, Service};

use super::step::{Step, StepKind};
use super::{Query, commands, migration};

/// How an effect begins that replaces nodes.
pub(super) const REIMAGES: &str = "reimages";

/// Writes effects, undo and commands into a step.
pub(super) fn describe(query: Query<'_>, step: &mut Step, before: &Service, after: &Service) {
    step.commands = commands::commands(query, step, before, after);
    let scene = Scene {
        query,
        before,
        after,
        key: step.pool.clone().unwrap_or_default(),
    };
    step.effects = scene.effects(step);
    step.undo = scene.undo(step);
    step.detail = scene.detail(step);
}

struct Scene<'a> {
    query: Query<'a>,
    before: &'a Service,
    after: &'a Service,
    key: String,
}

/// Nodes of a pool in numbers.
struct Nodes {
    count: i64,
    surge: i64,
    /// Whether it may be less: no surge is stated.
    is_most: bool,
    size: Option<String>,
    vcpus: Option<i64>,
    /// Addresses of the nodes' subnet that one node takes, at least.
    addresses: i64,
    /// Whether the network is known, and with it whether pods take addresses too.
    is_certain: bool,
    pods: Option<i64>,
}

impl Nodes {
    /// Addresses that so many nodes take.
    fn needs(&self, count: i64) -> String {
        let addresses = counted_es(count.saturating_mul(self.addresses));
        if self.is_certain {
            addresses
        } else {
            format!("at least {addresses}")
        }
    }
}

impl Scene<'_> {
    fn nodes(&self, service: &Service, key: &str) -> Option<Nodes> {
        let facts = self.query.facts;
        let text = |role: Role| service.pool_text(key, role, facts);
        // What the autoscaler may reach, where no number of nodes is stated.
        let count = text(Role::PoolCount).or_else(|| text(Role::PoolMaxCount))?;
        let count: i64 = count.parse().ok()?;
        let fact = facts.fact("subnet-surge");
        let stated = text(Role::PoolMaxSurge);
        let number = |name: &str| fact.and_then(|fact| fact.number(name));
        let share =
            number("share").and_then(|share| legality::surge_nodes(&format!("{share}%"), count));
        let surge = match &stated {
            Some(surge) => legality::surge_nodes(surge, count),
            // Which of the two defaults holds depends on the age of the pool.
            None => number("surge").max(share),
        };
        let size = text(Role::PoolVmSize);
        let vcpus = size
            .as_deref()
            .and_then(VmSize::parse)
            .map(|size| i64::from(size.vcpus));
        let plugin = service.cluster_text(Role::ClusterNetworkPlugin, facts);
        let is_certain = plugin.is_some();
        let is_flat = plugin
            .is_some_and(|plugin| fact.is_some_and(|fact| fact.lists("flat", &plugin)))
            && service
                .cluster_text(Role::ClusterPluginMode, facts)
                .is_none()
            && text(Role::PoolPodSubnet).is_none();
        let pods = text(Role::PoolMaxPods).and_then(|text| text.parse::<i64>().ok());
        let flat_pods = pods.or_else(|| fact.and_then(|fact| fact.number("pods")));
        let addresses = if is_flat {
            flat_pods.unwrap_or(0).saturating_add(1)
        } else {
            1
        };
        Some(Nodes {
            count,
            surge: surge.unwrap_or(0),
            is_most: stated.is_none() && surge > number("surge"),
            size,
            vcpus,
            addresses,
            is_certain,
            pods,
        })
    }

    fn effects(&self, step: &Step) -> Vec<String> {
        let mut effects = Vec::new();
        let told = self.after.told();
        match step.kind {
            StepKind::AddPool => self.added(&mut effects),
            StepKind::ScalePool => self.scaled(&mut effects),
            StepKind::UpgradePool | StepKind::RollBackPool => {
                self.reimaged(&self.key, &mut effects);
            }
            StepKind::UpdatePool if told.reimages_pool => self.reimaged(&self.key, &mut effects),
            StepKind::DrainPool => self.drained(&mut effects),
            StepKind::DeletePool => self.deleted(&mut effects),
            StepKind::UpgradeControlPlane => {
                effects.push("the API server is replaced; nodes keep running".to_owned());
                for key in self.keys() {
                    if self.before.version(key, self.query.facts)
                        != self.after.version(key, self.query.facts)
                    {
                        self.reimaged(key, &mut effects);
                    }
                }
                self.assumed(&mut effects);
            }
            StepKind::UpdateCluster if told.reimages_cluster => {
                for key in self.keys() {
                    self.reimaged(key, &mut effects);
                }
                if effects.len() > 1 {
                    effects.push("all pools are reimaged at the same time".to_owned());
                }
            }
            StepKind::UpdateCluster => Self::migrated(step, &mut effects),
            StepKind::UpdatePool => self.machines(step, &mut effects),
            StepKind::Manual => self.powered(step, &mut effects),
        }
        if told.later {
            effects.push("takes effect with the next node image upgrade".to_owned());
        }
        for gate in &told.gates {
            let (namespace, name) = gate
                .split_once('/')
                .unwrap_or(("Microsoft.ContainerService", gate));
            effects.push(format!(
                "needs the preview feature {gate}: az feature register --namespace {namespace} --name {name}, then az provider register --namespace {namespace}"
            ));
        }
        effects
    }

    fn keys(&self) -> Vec<&str> {
        self.before.pool_keys().map(AsRef::as_ref).collect()
    }

    fn added(&self, effects: &mut Vec<String>) {
        if let Some(nodes) = self.nodes(self.after, &self.key) {
            let size = nodes
                .size
                .as_ref()
                .map_or_else(String::new, |size| format!(" of {size}"));
            if nodes.count > 0 {
                let mut text = format!("adds {}{size}", counted(nodes.count, "node"));
                if let Some(vcpus) = nodes.vcpus {
                    let more = nodes.count.saturating_mul(vcpus);
                    push(
                        &mut text,
                        format_args!(": {more} more vCPUs of the regional quota"),
                    );
                }
                effects.push(text);
            }
            if nodes.count > 0 {
                effects.push(format!(
                    "needs {} of the nodes' subnet",
                    nodes.needs(nodes.count)
                ));
            }
        }
        if let Some(group) =
            self.after
                .pool_text(&self.key, Role::PoolCapacityGroup, self.query.facts)
        {
            effects.push(format!("capacity reservation group {group} has to be there before: else the pool joins none, with a warning only"));
        }
    }

    fn scaled(&self, effects: &mut Vec<String>) {
        let (Some(old), Some(new)) = (
            self.nodes(self.before, &self.key),
            self.nodes(self.after, &self.key),
        ) else {
            return;
        };
        let more = new.count.saturating_sub(old.count);
        if more >= 0 {
            let vcpus = new.vcpus.map_or_else(String::new, |vcpus| {
                format!(
                    ": {} more vCPUs of the regional quota",
                    more.saturating_mul(vcpus)
                )
            });
            effects.push(format!("adds {}{vcpus}", counted(more, "node")));
            effects.push(format!("needs {} of the nodes' subnet", new.needs(more)));
        } else {
            effects.push(format!(
                "takes {} away with the pods on them",
                counted(more.saturating_neg(), "node")
            ));
        }
    }

    fn reimaged(&self, key: &str, effects: &mut Vec<String>) {
        let name = self
            .before
            .pool(key)
            .map_or_else(|| key.to_owned(), |pool| pool.name.text.clone());
        let Some(mut nodes) = self.nodes(self.before, key) else {
            effects.push(format!("{REIMAGES} the nodes of pool '{name}'"));
            return;
        };
        let resized = self.resized(&nodes, key);
        // What comes for a while is of the new size already.
        if let Some(next) = resized.as_ref().and(self.nodes(self.after, key)) {
            nodes.vcpus = next.vcpus;
        }
        let mut text = format!(
            "{REIMAGES} the {} of pool '{name}'",
            counted(nodes.count, "node")
        );
        if nodes.surge > 0 && nodes.count > 0 {
            push(
                &mut text,
                format_args!(
                    " with {}{} more at a time",
                    if nodes.is_most { "up to " } else { "" },
                    counted(nodes.surge, "node")
                ),
            );
            let vcpus = nodes
                .vcpus
                .map(|vcpus| format!("{} vCPUs", nodes.surge.saturating_mul(vcpus)));
            let addresses = nodes.needs(nodes.surge);
            let needs: Vec<String> = vcpus.into_iter().chain([addresses]).collect();
            push(
                &mut text,
                format_args!(": meanwhile {} more", needs.join(" and ")),
            );
        }
        effects.push(text);
        effects.extend(resized);
        Self::evicted(&nodes, effects);
    }

    /// What another size of the same number of nodes takes.
    fn resized(&self, nodes: &Nodes, key: &str) -> Option<String> {
        let from = nodes.size.as_ref()?;
        let to = self
            .after
            .pool_text(key, Role::PoolVmSize, self.query.facts)?;
        if from.eq_ignore_ascii_case(&to) {
            return None;
        }
        let next = self.nodes(self.after, key)?;
        let count = counted(nodes.count, "node");
        let mut text = format!("{count} of {to} in the place of {from}");
        if let (Some(old), Some(new)) = (nodes.vcpus, next.vcpus) {
            let more = new.saturating_sub(old).saturating_mul(nodes.count);
            match more {
                0 => {}
                1.. => push(
                    &mut text,
                    format_args!(": {more} more vCPUs of the regional quota"),
                ),
                _ => push(
                    &mut text,
                    format_args!(": {} vCPUs are free again", more.saturating_neg()),
                ),
            }
        }
        Some(text)
    }

    fn evicted(nodes: &Nodes, effects: &mut Vec<String>) {
        let most = nodes.pods.map(|pods| pods.saturating_mul(nodes.count));
        let up_to = most.map_or_else(String::new, |most| format!(" (at most {most})"));
        if nodes.count > 0 {
            effects.push(format!(
                "evicts the pods on them{up_to}: check `kubectl get pdb -A` first"
            ));
        }
    }

    fn drained(&self, effects: &mut Vec<String>) {
        let Some(nodes) = self.nodes(self.before, &self.key) else {
            return;
        };
        effects.push(format!("cordons {}", counted(nodes.count, "node")));
        Self::evicted(&nodes, effects);
        effects.push("deletes what pods keep in emptyDir volumes".to_owned());
    }

    fn deleted(&self, effects: &mut Vec<String>) {
        if let Some(nodes) = self.nodes(self.before, &self.key) {
            let vcpus = nodes.vcpus.map_or_else(String::new, |vcpus| {
                format!(
                    ": {} vCPUs are free again",
                    nodes.count.saturating_mul(vcpus)
                )
            });
            effects.push(format!(
                "takes {} away{vcpus}",
                counted(nodes.count, "node")
            ));
        }
        if let Some(group) =
            self.before
                .pool_text(&self.key, Role::PoolCapacityGroup, self.query.facts)
        {
            effects.push(format!(
                "the pool leaves capacity reservation group {group}, which stays and is billed"
            ));
        }
    }

    /// What a move by a command does.
    fn migrated(step: &Step, effects: &mut Vec<String>) {
        let Operation::Migrate { members, .. } = &step.operation else {
            return;
        };
        if members.iter().any(|(path, _)| migration::is_balancer(path)) {
            effects.push(
                "the outbound address of the cluster changes: open connections break, and what lets it in by address has to let in the new one"
                    .to_owned(),
            );
        }
        if commands::moves_pools(step)
            && let Some((_, cli)) = migration::option()
        {
            effects.push(format!("needs the Azure CLI {cli} or later"));
        }
    }

    /// What starts or stops: nodes, and with the whole cluster its API server.
    fn powered(&self, step: &Step, effects: &mut Vec<String>) {
        let Operation::Power { pool, state } = &step.operation else {
            return;
        };
        let is_meant = |key: &str| pool.as_ref().is_none_or(|pool| pool == key);
        let nodes: Vec<Nodes> = self
            .keys()
            .iter()
            .filter(|key| is_meant(key))
            .filter_map(|key| self.nodes(self.before, key))
            .collect();
        let count = nodes
            .iter()
            .fold(0_i64, |sum, one| sum.saturating_add(one.count));
        let vcpus = nodes.iter().try_fold(0_i64, |sum, one| {
            Some(sum.saturating_add(one.vcpus?.saturating_mul(one.count)))
        });
        let counted = counted(count, "node");
        if commands::starts(self.query.facts, pool.is_some(), state) {
            let vcpus = vcpus.map_or_else(String::new, |vcpus| format!(": {vcpus} vCPUs"));
            effects.push(format!("starts {counted}{vcpus}"));
        } else {
            effects.push(format!("stops {counted} with the pods on them"));
            if pool.is_none() {
                effects.push("nobody reaches the API server until it is started".to_owned());
            }
        }
    }

    /// Single machines that come and go.
    fn machines(&self, step: &Step, effects: &mut Vec<String>) {
        let of = |service: &Service| migration::machines(service.body(&self.key)?, &step.paths);
        let (Some(old), Some(new)) = (of(self.before), of(self.after)) else {
            return;
        };
        let mut text = format!(
            "goes from {} to {}",
            counted(old.count, "machine"),
            counted(new.count, "machine")
        );
        match old.vcpus.zip(new.vcpus) {
            Some((old, new)) if new > old => {
                let more = new.saturating_sub(old);
                push(
                    &mut text,
                    format_args!(": {more} more vCPUs of the regional quota"),
                );
            }
            Some((old, new)) if new < old => {
                let less = old.saturating_sub(new);
                push(&mut text, format_args!(": {less} vCPUs are free again"));
            }
            _ => {}
        }
        effects.push(text);
    }

    /// Pools whose version was taken for the control plane's.
    fn assumed(&self, effects: &mut Vec<String>) {
        let facts = self.query.facts;
        let taken: Vec<String> = self
            .keys()
            .into_iter()
            .filter(|key| self.before.is_assumed(key))
            .filter_map(|key| Some(format!("{key} {}", self.before.version(key, facts)?)))
            .collect();
        if !taken.is_empty() {
            effects.push(format!(
                "pools that state no version are taken to run the control plane's ({}): see az aks nodepool list",
                taken.join(", ")
            ));
        }
    }

    /// What tells a step from others of its kind.
    fn detail(&self, step: &Step) -> Option<String> {
        let facts = self.query.facts;
        match step.kind {
            StepKind::UpgradeControlPlane => Some(self.after.control_plane(facts)?.to_string()),
            StepKind::UpgradePool | StepKind::RollBackPool => {
                Some(self.after.version(&self.key, facts)?.to_string())
            }
            StepKind::ScalePool => {
                let count = self.after.pool_text(&self.key, Role::PoolCount, facts)?;
                Some(counted(count.parse().ok()?, "node"))
            }
            StepKind::UpdatePool | StepKind::UpdateCluster => listed(&step.paths),
            StepKind::Manual => Some(match &step.operation {
                Operation::Power { pool, state } => {
                    let starts = commands::starts(facts, pool.is_some(), state);
                    if starts { "start" } else { "stop" }.to_owned()
                }
                _ if commands::is_failed(facts, self.before) => "mend".to_owned(),
                _ => "wait".to_owned(),
            }),
            StepKind::AddPool | StepKind::DrainPool | StepKind::DeletePool => None,
        }
    }

    /// How a step is taken back; none where it cannot be.
    fn undo(&self, step: &Step) -> Option<String> {
        match step.kind {
            StepKind::AddPool => Some("delete the pool again".to_owned()),
            StepKind::DrainPool => Some(format!(
                "kubectl uncordon --selector kubernetes.azure.com/agentpool={}",
                self.key
            )),
            StepKind::UpgradePool => {
                let days = self
                    .query
                    .facts
                    .fact("np-downgrade")
                    .and_then(|fact| fact.number("days"));
                let days = days.map_or_else(String::new, |days| format!(" within {days} days"));
                Some(format!(
                    "az aks nodepool rollback{days}, to the version before"
                ))
            }
            StepKind::RollBackPool => Some("upgrade the pool again".to_owned()),
            StepKind::ScalePool => Some("scale back".to_owned()),
            StepKind::UpdatePool => self
                .is_taken_back()
                .then(|| "send the values before in the same way".to_owned()),
            // A move by a command goes one way.
            StepKind::UpdateCluster if matches!(step.operation, Operation::Migrate { .. }) => None,
            StepKind::UpdateCluster => self
                .is_taken_back()
                .then(|| "send the values before in the same way".to_owned()),
            StepKind::Manual => Some(match &step.operation {
                Operation::Power { .. } => "start or stop it again".to_owned(),
                _ => "nothing was changed".to_owned(),
            }),
            StepKind::DeletePool | StepKind::UpgradeControlPlane => None,
        }
    }

    /// Whether the service takes the body before again.
    fn is_taken_back(&self) -> bool {
        self.after
            .takes_back(self.query.book(), self.before, self.pool())
    }

    fn pool(&self) -> Option<&str> {
        (!self.key.is_empty()).then_some(self.key.as_str())
    }
}

fn push(text: &mut String, more: std::fmt::Arguments<'_>) {
    // Writing into memory does not fail.
    let _ = text.write_fmt(more);
}

/// Members that a few words name.
const MOST_NAMED: usize = 3;

fn listed(paths: &[String]) -> Option<String> {
    let (named, more) = paths.split_at(paths.len().min(MOST_NAMED));
    let named = named.join(", ");
    match more.len() {
        _ if named.is_empty() => None,
        0 => Some(named),
        more => Some(format!("{named} and {more} more")),
    }
}

fn counted(count: i64, word: &str) -> String {
    if count == 1 {
        format!("1 {word}")
    } else {
        format!("{count} {word}s")
    }
}

fn counted_es(count: i64) -> String {
    if count == 1 {
        "1 address".to_owned()
    } else {
        format!("{count} addresses")
    }
}
