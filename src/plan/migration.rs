//! Moves that no request makes and one command does: off the Basic load balancer, and of availability sets to machines.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::aks::VmSize;
use crate::aks::facts::{Role, WayOut};
use crate::aks::read::{Reading, read};
use crate::aks::service::{Operation, Refusal};
use crate::eval::{Entry, Origin, Value};

use super::bodies::{full_path, text};
use super::goals::PoolGoal;
use super::step::StepKind;
use super::walk::{Draft, Pending, Walk};

/// How availability sets move, as the table of commands has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    flag: String,
    cli: String,
    minor: u64,
    balancer: String,
    from_balancer: String,
    to_balancer: String,
    from_type: String,
    to_type: String,
    machines: String,
    size: String,
    count: String,
}

#[derive(Deserialize)]
struct Tables {
    migration: Table,
}

/// Read once; a test holds that the table is valid.
static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| {
    let tables = toml::from_str::<Tables>(include_str!("../../rules/aks/cli-options.toml"));
    tables.ok().map(|tables| tables.migration)
});

/// The option that moves availability sets, and the CLI that has it.
pub(super) fn option() -> Option<(&'static str, &'static str)> {
    let table = TABLE.as_ref()?;
    Some((&table.flag, &table.cli))
}

/// Whether a member says what the load balancer is.
pub(super) fn is_balancer(path: &str) -> bool {
    TABLE.as_ref().is_some_and(|table| table.balancer == path)
}

/// Machines of a pool that consists of single ones: how many, and their vCPUs where all sizes are known.
pub(super) struct Machines {
    pub(super) count: i64,
    pub(super) vcpus: Option<i64>,
}

/// The machines that a body states, where it is one of a list of members that are changed.
pub(super) fn machines(body: &Value, paths: &[String]) -> Option<Machines> {
    let table = TABLE.as_ref()?;
    paths.iter().find(|path| **path == table.machines)?;
    let list = read(body, &table.machines);
    let mut all = Machines {
        count: 0,
        vcpus: Some(0),
    };
    for item in &list.known()?.value.as_array()?.items {
        let count = read(item, &table.count).number()?;
        let size = read(item, &table.size).text();
        let size = size.as_deref().and_then(VmSize::parse);
        let vcpus = size.map(|size| i64::from(size.vcpus).saturating_mul(count));
        all.count = all.count.saturating_add(count);
        all.vcpus = all
            .vcpus
            .zip(vcpus)
            .map(|(all, more)| all.saturating_add(more));
    }
    Some(all)
}

/// What a move changes.
#[derive(Default)]
struct Moved {
    members: Vec<(String, Value)>,
    pools: Vec<(String, String, Value)>,
    refusal: Option<Box<Refusal>>,
}

impl Walk<'_> {
    /// A move that requests are refused for, made by a command.
    pub(super) fn migrate(&mut self, pending: &[Pending<'_>]) {
        let Some(table) = TABLE.as_ref() else { return };
        let mut moved = self.asked_moves(pending);
        let sets = self.availability_sets(table);
        if moved.refusal.is_none() {
            moved.refusal = sets
                .iter()
                .find_map(|goal| self.refused_move(table, goal).map(Box::new));
        }
        let Some(refusal) = moved.refusal.clone() else {
            return;
        };
        if !sets.is_empty() {
            let minor = self.service.control_plane(self.query.facts);
            if minor.is_some_and(|version| version.minor().minor < table.minor) {
                return;
            }
            self.balancer_too(table, &mut moved);
        }
        for goal in &sets {
            self.set_to_machines(table, goal, &mut moved);
        }
        self.take_move(table, moved, &sets, &refusal);
    }

    /// Members of the cluster that only a command moves.
    fn asked_moves(&self, pending: &[Pending<'_>]) -> Moved {
        let mut moved = Moved::default();
        let Some(root) = &self.goals.root else {
            return moved;
        };
        for one in pending {
            let key = (None, one.row.path.clone());
            let refusal = self.refused.get(&key);
            let refusal = refusal.filter(|refusal| refusal.way_out == WayOut::MoveLoadBalancer);
            let asked = read(root, &full_path(one.row));
            if let (Some(refusal), Some(value), true) =
                (refusal, asked.value(), is_balancer(&one.row.path))
            {
                moved.members.push((one.row.path.clone(), value.clone()));
                moved.refusal.get_or_insert_with(|| refusal.clone());
            }
        }
        moved
    }

    /// Pools that are availability sets and stay.
    fn availability_sets(&self, table: &Table) -> Vec<PoolGoal> {
        let facts = self.query.facts;
        let is_set = |goal: &PoolGoal| {
            let now = self.service.pool_text(&goal.key, Role::PoolType, facts);
            now.is_some_and(|now| now.eq_ignore_ascii_case(&table.from_type))
        };
        self.kept().into_iter().filter(is_set).collect()
    }

    /// Why a request does not make machines of a pool that shall be some.
    fn refused_move(&self, table: &Table, goal: &PoolGoal) -> Option<Refusal> {
        let row = self.query.facts.role(Role::PoolType)?;
        let asked = super::walk::member(goal.wanted.as_ref()?, Some(row))?;
        if !asked.eq_ignore_ascii_case(&table.to_type) {
            return None;
        }
        let pending = self.pool_changes(goal);
        let id = row.id.as_str();
        pending.iter().find(|one| one.row.id == id)?;
        let body = self.pool_body(goal, &pending, &[id])?;
        let operation = self.pool_request(&goal.name, &body, goal.api.as_ref());
        let refusal = self.service.apply(self.query.book(), &operation).err()?;
        (refusal.way_out == WayOut::MoveLoadBalancer).then_some(*refusal)
    }

    /// The Basic load balancer goes with the availability sets.
    fn balancer_too(&self, table: &Table, moved: &mut Moved) {
        let path = format!("properties.{}", table.balancer);
        let now = self.service.root().map(|root| read(root, &path));
        let is_basic = now
            .and_then(|now| now.text())
            .is_some_and(|now| now.eq_ignore_ascii_case(&table.from_balancer));
        if is_basic && moved.members.is_empty() {
            let next = text(&table.to_balancer);
            moved.members.push((table.balancer.clone(), next));
        }
    }

    /// One profile, of as many machines as there are nodes.
    fn set_to_machines(&self, table: &Table, goal: &PoolGoal, moved: &mut Moved) {
        let facts = self.query.facts;
        let (Some(row), Some(body)) = (facts.role(Role::PoolType), self.service.body(&goal.key))
        else {
            return;
        };
        let mut set = |path: &str, value: Value| {
            moved.pools.push((goal.key.clone(), path.to_owned(), value));
        };
        set(&row.path, text(&table.to_type));
        let member = |role: Role| -> Option<Value> {
            let reading: Reading = read(body, &facts.role(role)?.path);
            reading.value().cloned()
        };
        if let (Some(size), Some(count)) = (member(Role::PoolVmSize), member(Role::PoolCount)) {
            let profile = vec![
                Entry::new(table.size.as_str(), size),
                Entry::new(table.count.as_str(), count),
            ];
            let profile = Value::object(profile, Origin::None);
            set(&table.machines, Value::array(vec![profile], Origin::None));
        }
    }

    fn take_move(&mut self, table: &Table, moved: Moved, sets: &[PoolGoal], refusal: &Refusal) {
        let names: Vec<String> = sets.iter().map(|goal| format!("'{}'", goal.name)).collect();
        let reason = if sets.is_empty() {
            refusal.message.clone()
        } else {
            let balancer = if moved.members.is_empty() {
                String::new()
            } else {
                format!(
                    " and moves the cluster to the {} load balancer",
                    table.to_balancer
                )
            };
            let (message, names) = (&refusal.message, names.join(", "));
            format!(
                "{message}; one command makes {} of {names}{balancer}",
                table.to_type
            )
        };
        let (row, members) = (self.query.facts.role(Role::PoolType), moved.members);
        let of_pools = row.filter(|_| !sets.is_empty());
        let paths: Vec<String> = members
            .iter()
            .map(|(path, _)| path.clone())
            .chain(of_pools.map(|row| row.path.clone()))
            .collect();
        let draft = Draft {
            kind: StepKind::UpdateCluster,
            pool: None,
            reason,
            avoids: refusal.azure.clone(),
            operation: Operation::Migrate {
                members,
                pools: moved.pools,
            },
            paths: paths.clone(),
        };
        if self.take(draft).is_err() {
            return;
        }
        for path in &paths {
            self.refused.remove(&(None, path.clone()));
        }
        self.not_asked(table, sets);
    }

    /// What the move brings and the template does not say.
    fn not_asked(&mut self, table: &Table, sets: &[PoolGoal]) {
        for goal in sets {
            let row = self.query.facts.role(Role::PoolType);
            let pending = self.pool_changes(goal);
            if let Some(row) = row.filter(|row| pending.iter().any(|one| one.row.id == row.id)) {
                let reason = format!("the move makes {} of pool '{}'", table.to_type, goal.name);
                self.leave(Some(&goal.key), Some(&row.path), reason);
            }
        }
        let pending = self.cluster_changes();
        if pending.iter().any(|one| is_balancer(&one.row.path)) {
            let reason = "the move goes to the Standard load balancer as well".to_owned();
            self.leave(None, Some(&table.balancer), reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TABLE;
    use crate::aks::facts::{Facts, Role, Scope};

    #[test]
    fn the_move_is_of_members_that_the_tables_know() {
        let table = TABLE.as_ref().unwrap();
        let facts = Facts::embedded().unwrap();
        let known = |scope: Scope, path: &str| {
            let mut rows = facts.properties().iter();
            rows.any(|row| row.scope == scope && row.path == path)
        };
        assert!(known(Scope::Cluster, &table.balancer));
        assert!(known(Scope::Pool, &table.machines));
        assert!(facts.role(Role::PoolType).is_some());
    }
}
