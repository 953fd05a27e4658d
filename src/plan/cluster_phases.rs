//! Steps for the cluster itself: readiness, settings, changes that reimage every pool one at a time, the upgrade channel.

use crate::aks::facts::{Role, Verdict};
use crate::aks::read::read;
use crate::aks::service::{Operation, Refusal};
use crate::aks::{edit, legality};
use crate::eval::Value;

use super::bodies::{full_path, held_back, text};
use super::goals::Fate;
use super::step::StepKind;
use super::walk::{Draft, Pending, Walk};

impl Walk<'_> {
    /// Waits for what runs, starts what is stopped.
    pub(super) fn make_ready(&mut self) {
        if !self.has_work() {
            return;
        }
        let facts = self.query.facts;
        let state = self
            .service
            .cluster_text(Role::ClusterProvisioningState, facts);
        let in_list = |fact: &str, list: &str, word: &Option<String>| {
            word.as_ref()
                .is_some_and(|word| facts.fact(fact).is_some_and(|fact| fact.lists(list, word)))
        };
        let busy = in_list("cluster-not-ready", "busy", &state);
        let failed = in_list("cluster-failed", "failed", &state);
        let deleting = self.service.pool_keys().any(|key| {
            let state = self
                .service
                .pool_text(key, Role::PoolProvisioningState, facts);
            in_list("pool-deleting", "states", &state)
        });
        let state = state.unwrap_or_default();
        if busy || deleting {
            let reason = if busy {
                format!("the cluster is {state}: it takes no other operation until that has ended")
            } else {
                "a pool is being deleted: wait until it is gone".to_owned()
            };
            self.manual(None, reason, Operation::Wait);
        } else if failed {
            let reason = format!(
                "the last operation ended as {state}: an update without a change mends the cluster"
            );
            self.manual(None, reason, Operation::Wait);
        }
        let power = self.service.cluster_text(Role::ClusterPowerState, facts);
        if in_list("cluster-stopped", "states", &power) {
            let running = running(facts, Role::ClusterPowerState);
            let reason = "the cluster is stopped: it can only be started or deleted".to_owned();
            let state = running;
            self.manual(None, reason, Operation::Power { pool: None, state });
        }
        for goal in self.kept() {
            let power = self
                .service
                .pool_text(&goal.key, Role::PoolPowerState, facts);
            if !in_list("pool-stopped", "states", &power) || self.pool_changes(&goal).is_empty() {
                continue;
            }
            let operation = Operation::Power {
                pool: Some(goal.key.clone()),
                state: running(facts, Role::PoolPowerState),
            };
            let reason = format!(
                "pool '{}' is stopped: what changes reaches its nodes only when it runs",
                goal.name
            );
            self.manual(Some(&goal.key), reason, operation);
        }
    }

    /// Stops again what was started for the steps.
    pub(super) fn stop_again(&mut self) {
        let facts = self.query.facts;
        for role in [Role::ClusterPowerState, Role::PoolPowerState] {
            let started: Vec<Option<String>> = self
                .steps
                .iter()
                .filter(|step| matches!(step.operation, Operation::Power { .. }))
                .filter(|step| step.pool.is_some() == (role == Role::PoolPowerState))
                .map(|step| step.pool.clone())
                .collect();
            for pool in started.into_iter().rev() {
                let before = match &pool {
                    Some(key) => self.start.pool_text(key, role, facts),
                    None => self.start.cluster_text(role, facts),
                };
                let wanted = pool.as_ref().and_then(|key| {
                    let body = self.goals.pool(key)?.wanted.clone()?;
                    super::walk::member(&body, facts.role(role))
                });
                let Some(state) = wanted
                    .or(before)
                    .filter(|state| *state != running(facts, role))
                else {
                    continue;
                };
                if pool
                    .as_ref()
                    .is_some_and(|key| self.service.pool(key).is_none())
                {
                    continue;
                }
                let reason = "it was started for these steps".to_owned();
                let operation = Operation::Power {
                    pool: pool.clone(),
                    state,
                };
                self.manual(pool.as_deref(), reason, operation);
            }
        }
    }

    fn manual(&mut self, pool: Option<&str>, reason: String, operation: Operation) {
        let paths = Vec::new();
        let draft = Draft {
            kind: StepKind::Manual,
            pool: pool.map(str::to_owned),
            reason,
            avoids: None,
            operation,
            paths,
        };
        if let Err(refusal) = self.take(draft) {
            self.note(pool, "", refusal);
        }
    }

    fn has_work(&self) -> bool {
        let by_fate = |goal: &super::goals::PoolGoal| !matches!(goal.fate, Fate::Keep);
        self.goals.pools.iter().any(by_fate)
            || !self.cluster_changes().is_empty()
            || self
                .kept()
                .iter()
                .any(|goal| !self.pool_changes(goal).is_empty())
    }

    /// The body of the cluster's resource in which of what is pending only some rows change.
    fn cluster_body(&self, pending: &[Pending<'_>], rows: &[&str]) -> Option<Value> {
        let mut body = self.goals.root.clone()?;
        let current = self.service.root()?;
        for one in pending {
            if !rows.contains(&one.row.id.as_str()) {
                body = held_back(&body, current, one.row);
            }
        }
        // What belongs to a move of the network comes with it: ranges of addresses above all.
        let moves: Vec<&Pending<'_>> = pending.iter().filter(|one| moves_network(one)).collect();
        let waits = moves.iter().any(|one| !rows.contains(&one.row.id.as_str()));
        if waits {
            let ids: Vec<&str> = moves.iter().map(|one| one.row.id.as_str()).collect();
            for row in self.newly_stated() {
                if same_top(&row.path, pending, &ids) {
                    body = held_back(&body, current, row);
                }
            }
        }
        Some(body)
    }

    /// The request that changes some of what is pending.
    fn settings_request(&self, pending: &[Pending<'_>], rows: &[&str]) -> Option<Operation> {
        let body = self.cluster_body(pending, rows)?;
        Some(self.cluster_request(&body, self.goals.lists_pools))
    }

    /// The request that raises the control plane, and of all that is pending nothing else.
    pub(super) fn version_request(&self, version: &str, with_pools: bool) -> Option<Operation> {
        let facts = self.query.facts;
        let row = facts.role(Role::ClusterVersion)?;
        let body = self.cluster_body(&self.cluster_changes(), &[])?;
        let body = edit::with(&body, &full_path(row), Some(&text(version)));
        // Pools that are listed with their versions stay where they are; without a list that hangs on what is stored.
        let mut operation = self.cluster_request(&body, self.goals.knows_pools);
        if with_pools && let Operation::Put(resource) = &mut operation {
            raise_items(facts, resource, version);
        }
        Some(operation)
    }

    /// Settings that reimage nothing, all that the service takes together.
    pub(super) fn cluster_settings(&mut self) {
        let pending = self.cluster_changes();
        let ids: Vec<&str> = pending
            .iter()
            .filter(|one| self.is_setting(one))
            .map(|one| one.row.id.as_str())
            .collect();
        if !ids.is_empty() {
            let taken = self.most(&pending, &ids);
            if !taken.is_empty() {
                self.update_cluster(&pending, &taken);
            }
        }
        self.migrate(&pending);
    }

    fn is_setting(&self, one: &Pending<'_>) -> bool {
        let is_channel = one.row.role == Some(Role::ClusterUpgradeChannel);
        let wanted = self.wanted_cluster_text(Role::ClusterUpgradeChannel);
        let moves = is_channel
            && self.plane_rises()
            && wanted.is_some_and(|channel| self.moves_pools(&channel));
        one.row.role != Some(Role::ClusterVersion)
            && !moves
            && (one.verdict != Verdict::ReimagesCluster)
            && !(is_channel && self.channel.is_some())
    }

    /// The most of some rows that the service takes in one request, tried in order.
    fn most<'r>(&mut self, pending: &[Pending<'_>], ids: &[&'r str]) -> Vec<&'r str> {
        if self.tries(pending, ids).is_ok() {
            return ids.to_vec();
        }
        let mut taken: Vec<&str> = Vec::new();
        for id in ids {
            let mut more = taken.clone();
            more.push(id);
            match self.tries(pending, &more) {
                Ok(()) => taken = more,
                Err(refusal) => {
                    let path = pending.iter().find(|one| one.row.id == *id);
                    let path = path.map(|one| one.row.path.clone()).unwrap_or_default();
                    self.note(None, &path, refusal);
                }
            }
        }
        taken
    }

    fn tries(&self, pending: &[Pending<'_>], ids: &[&str]) -> Result<(), Box<Refusal>> {
        match self.settings_request(pending, ids) {
            Some(operation) => self
                .service
                .apply(self.query.book(), &operation)
                .map(|_| ()),
            None => Ok(()),
        }
    }

    fn update_cluster(&mut self, pending: &[Pending<'_>], ids: &[&str]) {
        let Some(operation) = self.settings_request(pending, ids) else {
            return;
        };
        let rows: Vec<&Pending<'_>> = pending
            .iter()
            .filter(|one| ids.contains(&one.row.id.as_str()))
            .collect();
        let mut paths: Vec<String> = rows.iter().map(|one| one.row.path.clone()).collect();
        // What the move of the network brings along is said to the CLI as well.
        if rows.iter().any(|one| moves_network(one)) {
            let mut stated = self.newly_stated();
            stated.retain(|row| same_top(&row.path, pending, ids) && !paths.contains(&row.path));
            paths.extend(stated.iter().map(|row| row.path.clone()));
        }
        let alone = rows
            .iter()
            .any(|one| one.verdict == Verdict::ReimagesCluster);
        let list = paths.join(", ");
        let reason = if alone {
            format!("{list}: a change that reimages every pool goes alone")
        } else {
            format!("{list}: no other operation waits for it")
        };
        let draft = Draft {
            kind: StepKind::UpdateCluster,
            pool: None,
            reason,
            avoids: None,
            operation,
            paths: paths.clone(),
        };
        if let Err(refusal) = self.take(draft) {
            self.note(None, paths.first().map_or("", String::as_str), refusal);
        }
    }

    /// Changes that reimage every pool: one at a time, the parts of one move of the network together.
    pub(super) fn cluster_reimages(&mut self) {
        for _ in 0..ALONE {
            let pending = self.cluster_changes();
            let groups = groups(self, &pending);
            let mut moved = false;
            for ids in groups {
                match self.tries(&pending, &ids) {
                    Ok(()) => {
                        self.update_cluster(&pending, &ids);
                        moved = true;
                        break;
                    }
                    Err(refusal) => {
                        let of_group = |one: &&Pending<'_>| ids.contains(&one.row.id.as_str());
                        for one in pending.iter().filter(of_group) {
                            self.note(None, &one.row.path, refusal.clone());
                        }
                    }
                }
            }
            if !moved {
                moved = self.uninstall_engine(&pending);
            }
            if !moved {
                break;
            }
        }
    }

    /// A network policy engine that stands in the way of a move goes first, whatever comes after it.
    fn uninstall_engine(&mut self, pending: &[Pending<'_>]) -> bool {
        let facts = self.query.facts;
        let is = |role: Role| pending.iter().any(|one| one.row.role == Some(role));
        let Some(row) = facts.role(Role::ClusterNetworkPolicy) else {
            return false;
        };
        if !is(Role::ClusterPluginMode) || !is(Role::ClusterNetworkPolicy) {
            return false;
        }
        let (Some(none), Some(body)) =
            (legality::default_text(row), self.cluster_body(pending, &[]))
        else {
            return false;
        };
        let now = self.service.cluster_text(Role::ClusterNetworkPolicy, facts);
        if now.is_some_and(|now| now.eq_ignore_ascii_case(&none)) {
            return false;
        }
        let body = edit::with(&body, &full_path(row), Some(&text(&none)));
        let draft = Draft {
            kind: StepKind::UpdateCluster,
            pool: None,
            reason: format!(
                "{}: the network policy engine goes before the network moves",
                row.path
            ),
            avoids: None,
            operation: self.cluster_request(&body, self.goals.lists_pools),
            paths: vec![row.path.clone()],
        };
        self.take(draft).is_ok()
    }

    /// Whether the control plane has to go up.
    pub(super) fn plane_rises(&self) -> bool {
        let wanted = self.wanted_cluster_text(Role::ClusterVersion);
        let wanted = wanted.and_then(|text| text.parse::<crate::aks::Version>().ok());
        let now = self.service.control_plane(self.query.facts);
        match (now, wanted) {
            (Some(now), Some(wanted)) => now.move_to(&wanted) == crate::aks::Move::Up,
            _ => false,
        }
    }

    fn moves_pools(&self, channel: &str) -> bool {
        let fact = self.query.facts.fact("autoupgrade-cp-only");
        fact.is_some_and(|fact| fact.lists("channels", channel))
    }

    /// A channel that moves control plane and pools together is taken away while they move apart.
    pub(super) fn channel_off(&mut self) {
        let facts = self.query.facts;
        let Some(channel) = self
            .service
            .cluster_text(Role::ClusterUpgradeChannel, facts)
        else {
            return;
        };
        let Some(row) = facts.role(Role::ClusterUpgradeChannel) else {
            return;
        };
        if !self.moves_pools(&channel) {
            return;
        }
        let Some(body) = self.cluster_body(&self.cluster_changes(), &[]) else {
            return;
        };
        let none = legality::default_text(row).unwrap_or_else(|| "none".to_owned());
        let body = edit::with(&body, &full_path(row), Some(&text(&none)));
        let fact = facts.fact("autoupgrade-cp-only");
        let draft = Draft {
            kind: StepKind::UpdateCluster,
            pool: None,
            reason: format!(
                "upgrade channel {channel}: with it the control plane is not upgraded without its pools"
            ),
            avoids: fact.and_then(|fact| fact.says.azure(crate::aks::facts::Form::Inline)),
            operation: self.cluster_request(&body, self.goals.lists_pools),
            paths: vec![row.path.clone()],
        };
        if self.take(draft).is_ok() {
            self.channel = Some(channel);
        }
    }

    /// The channel that is asked for, or that was there.
    pub(super) fn channel_back(&mut self) {
        let facts = self.query.facts;
        let Some(row) = facts.role(Role::ClusterUpgradeChannel) else {
            return;
        };
        let wanted = self.wanted_cluster_text(Role::ClusterUpgradeChannel);
        let Some(channel) = wanted.or_else(|| self.channel.clone()) else {
            return;
        };
        let now = self
            .service
            .cluster_text(Role::ClusterUpgradeChannel, facts);
        if now.is_some_and(|now| now.eq_ignore_ascii_case(&channel)) {
            return;
        }
        let Some(body) = self.cluster_body(&self.cluster_changes(), &[]) else {
            return;
        };
        // As the template gives it, with its parameter.
        let asked = self
            .goals
            .root
            .as_ref()
            .map(|root| read(root, &full_path(row)));
        let stated = asked
            .as_ref()
            .and_then(crate::aks::read::Reading::value)
            .cloned();
        let value = stated.unwrap_or_else(|| text(&channel));
        let body = edit::with(&body, &full_path(row), Some(&value));
        let draft = Draft {
            kind: StepKind::UpdateCluster,
            pool: None,
            reason: format!("upgrade channel {channel}: the versions are where they shall be"),
            avoids: None,
            operation: self.cluster_request(&body, self.goals.lists_pools),
            paths: vec![row.path.clone()],
        };
        if let Err(refusal) = self.take(draft) {
            self.note(None, &row.path, refusal);
        }
    }
}

/// Reimaging changes of one cluster that are made one after the other, at most.
const ALONE: usize = 32;

/// Rows of which each group is one change.
fn groups<'p>(walk: &Walk<'_>, pending: &'p [Pending<'_>]) -> Vec<Vec<&'p str>> {
    let of = |roles: &[Role]| -> Vec<&'p str> {
        pending
            .iter()
            .filter(|one| one.row.role.is_some_and(|role| roles.contains(&role)))
            .map(|one| one.row.id.as_str())
            .collect()
    };
    let address = of(&[Role::ClusterNetworkPlugin, Role::ClusterPluginMode]);
    let dataplane = of(&[Role::ClusterDataplane, Role::ClusterNetworkPolicy]);
    let mut groups = Vec::new();
    if !address.is_empty() {
        // Ranges of addresses that are only taken together with the move.
        let refused = |one: &&Pending<'_>| {
            walk.refused.contains_key(&(None, one.row.path.clone()))
                && one.row.role.is_none()
                && same_top(&one.row.path, pending, &address)
        };
        let linked = pending
            .iter()
            .filter(refused)
            .map(|one| one.row.id.as_str());
        let with: Vec<&str> = address.iter().copied().chain(linked).collect();
        if with.len() > address.len() {
            groups.push(with);
        }
        groups.push(address.clone());
    }
    let moves = pending
        .iter()
        .any(|one| one.row.role == Some(Role::ClusterDataplane));
    if moves {
        groups.push(dataplane.clone());
    }
    let single = pending.iter().filter(|one| {
        let id = one.row.id.as_str();
        one.verdict == Verdict::ReimagesCluster
            && !address.contains(&id)
            && !(moves && dataplane.contains(&id))
    });
    groups.extend(single.map(|one| vec![one.row.id.as_str()]));
    groups
}

/// Whether a member says in which network pods have their addresses.
fn moves_network(one: &Pending<'_>) -> bool {
    let roles = [Role::ClusterNetworkPlugin, Role::ClusterPluginMode];
    one.row.role.is_some_and(|role| roles.contains(&role))
}

/// Whether a path stands below the same member as those of a group.
fn same_top(path: &str, pending: &[Pending<'_>], group: &[&str]) -> bool {
    let top = |path: &str| path.split('.').next().unwrap_or_default().to_owned();
    pending
        .iter()
        .filter(|one| group.contains(&one.row.id.as_str()))
        .any(|one| top(&one.row.path) == top(path))
}

/// Every item of the array gets the version.
fn raise_items(
    facts: &crate::aks::facts::Facts,
    resource: &mut crate::model::Resource,
    version: &str,
) {
    let (Some(array), Some(row)) = (
        facts.role(Role::ClusterPools),
        facts.role(Role::PoolVersion),
    ) else {
        return;
    };
    let path = format!("properties.{}", array.path);
    let root = Value::object(resource.body.entries.clone(), crate::eval::Origin::None);
    let list = read(&root, &path);
    let Some(items) = list.value().and_then(Value::as_array) else {
        return;
    };
    let raised = items
        .items
        .iter()
        .map(|item| edit::with(item, &row.path, Some(&text(version))))
        .collect();
    let list = Value::array(raised, crate::eval::Origin::None);
    if let Some(object) = edit::with(&root, &path, Some(&list)).as_object() {
        resource.body = (**object).clone();
    }
}

/// How the service spells that something runs.
pub(super) fn running(facts: &crate::aks::facts::Facts, role: Role) -> String {
    facts
        .role(role)
        .and_then(legality::default_text)
        .unwrap_or_default()
}
