//! What is asked for, pool by pool: which one stays and changes, is replaced, added or deleted; and the cluster around them.

use std::collections::BTreeSet;

use crate::aks::change::{ClusterChange, PoolChange};
use crate::aks::cluster::InlinePools;
use crate::aks::facts::{Facts, Role, Scope, WayOut};
use crate::aks::legality::{Anchor, Mode, Ruling};
use crate::aks::pool::Profile;
use crate::aks::read::read;
use crate::aks::service::{after_put, sentence};
use crate::aks::{ApiVersion, edit};
use crate::eval::Value;
use crate::finding::AzureError;

use super::Query;
use super::names::{self, Limits, Mistake};

/// What is asked for of one cluster.
pub(super) struct Goals {
    /// All members of the cluster's resource, its pools left out; none where the state only has pools of it.
    pub(super) root: Option<Value>,
    /// The API version of the cluster's resource.
    pub(super) api: Option<ApiVersion>,
    /// Whether requests for the cluster list its pools: the template does, and all of them are known.
    pub(super) lists_pools: bool,
    /// Whether all pools of the cluster are known by name.
    pub(super) knows_pools: bool,
    /// In the order of the state after; what goes stands behind.
    pub(super) pools: Vec<PoolGoal>,
}

/// What is asked for of one pool.
#[derive(Clone, Debug)]
pub(super) struct PoolGoal {
    /// Lower-case name.
    pub(super) key: String,
    /// As spelled.
    pub(super) name: String,
    /// What becomes of it.
    pub(super) fate: Fate,
    /// The body that is asked for, without a name; none where it goes.
    pub(super) wanted: Option<Value>,
    /// The API version it is sent with.
    pub(super) api: Option<ApiVersion>,
}

/// What becomes of a pool.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    /// It stays.
    Keep,
    /// Another one takes its place.
    Replace(Replacement),
    /// It comes.
    Add(String),
    /// It goes.
    Delete(String),
}

/// How a pool is replaced.
#[derive(Clone, Debug)]
pub(super) struct Replacement {
    /// Lower-case name of the pool that takes its place; with `--keep-names`, for a while.
    pub(super) new: String,
    /// Why.
    pub(super) reason: String,
    /// The service's error that this avoids.
    pub(super) azure: Option<AzureError>,
    /// The body of the new pool.
    pub(super) body: Value,
}

impl Goals {
    /// What a change of a cluster asks for.
    pub(super) fn of(
        query: Query<'_>,
        change: &ClusterChange<'_>,
        rulings: &[&Ruling<'_>],
    ) -> Self {
        let own = change.after.and_then(|cluster| cluster.own.as_ref());
        let array = query.facts.role(Role::ClusterPools);
        let root = own.map(|own| match array {
            Some(array) => edit::with(&own.root, &format!("properties.{}", array.path), None),
            None => own.root.clone(),
        });
        let open = |cluster: Option<&crate::aks::cluster::Cluster>| {
            cluster.is_some_and(|cluster| cluster.open_pools().is_some())
        };
        let knows_pools = !open(change.before)
            && !open(change.after)
            && change
                .pools()
                .all(|pool| pool.pool().is_some_and(|pool| pool.name.known));
        let stated = own.is_some_and(|own| matches!(own.inline, InlinePools::Stated(_)));
        let pools = change
            .pools()
            .filter_map(|pool| goal(query, change, pool, rulings))
            .collect();
        Self {
            root,
            api: own.and_then(|own| own.api.clone()),
            lists_pools: knows_pools && stated,
            knows_pools,
            pools,
        }
    }

    /// Names the pools that take the place of others, as the user wishes or like the old ones; which pools these are.
    pub(super) fn name_replacements(
        &mut self,
        query: Query<'_>,
        change: &ClusterChange<'_>,
    ) -> Result<Vec<String>, Mistake> {
        let mut replaced = Vec::new();
        let mut taken: BTreeSet<String> = self.pools.iter().map(|pool| pool.key.clone()).collect();
        for cluster in [change.before, change.after].into_iter().flatten() {
            taken.extend(cluster.pools.keys().map(ToString::to_string));
        }
        for pool in &mut self.pools {
            let Fate::Replace(replacement) = &mut pool.fate else {
                continue;
            };
            let row = query.facts.role(Role::PoolOsType);
            let os = row.and_then(|row| read(&replacement.body, &row.path).text());
            let limits = Limits::of(query.facts, os.as_deref());
            let mut given = query.wishes.pool_names.iter();
            let given = given.find(|(old, _)| old.eq_ignore_ascii_case(&pool.key));
            let new = if let Some((old, new)) = given {
                names::check((old, new), limits, &taken)?;
                new.clone()
            } else {
                names::successor(&pool.key, limits, &taken)?
            };
            taken.insert(new.clone());
            replacement.new = new;
            replaced.push(pool.key.clone());
        }
        Ok(replaced)
    }

    /// Which pool takes the place of which, for good or for a while: old name, new name.
    pub(super) fn stand_ins(&self) -> Vec<(String, String)> {
        let of = |pool: &PoolGoal| match &pool.fate {
            Fate::Replace(replacement) => Some((pool.key.clone(), replacement.new.clone())),
            Fate::Keep | Fate::Add(_) | Fate::Delete(_) => None,
        };
        self.pools.iter().filter_map(of).collect()
    }

    /// The goal of a pool.
    pub(super) fn pool(&self, key: &str) -> Option<&PoolGoal> {
        self.pools.iter().find(|pool| pool.key == key)
    }
}

/// What is asked for of a pool; none where it cannot be told, or nothing becomes of it.
fn goal(
    query: Query<'_>,
    change: &ClusterChange<'_>,
    pool: PoolChange<'_>,
    rulings: &[&Ruling<'_>],
) -> Option<PoolGoal> {
    let one = pool.pool()?;
    let profile = one.profile()?;
    let key = one.name.key();
    let name = one.name.text.clone();
    if !one.name.known || one.condition().is_some() {
        return None;
    }
    let own: Vec<&&Ruling<'_>> = rulings
        .iter()
        .filter(|ruling| ruling.pool.as_deref() == Some(key.as_str()))
        .collect();
    let told = |ruling: &Ruling<'_>| sentence(query.book(), Some(change), ruling).0;
    let wanted = pool.after.and_then(|pool| {
        let profile = pool.profile()?;
        let body = match (&pool.inline, &pool.child) {
            (Some(inline), Some(child)) => {
                after_put(query.facts, Scope::Pool, &inline.body, &child.body)
            }
            _ => profile.body.clone(),
        };
        Some(without_name(query.facts, &body))
    });
    let fate = match (pool.before, pool.after) {
        (Some(_), Some(_)) => match own.iter().find(|ruling| replaces(ruling)) {
            Some(ruling) => Fate::Replace(Replacement {
                new: String::new(),
                reason: told(ruling),
                azure: ruling.says.azure(ruling.form),
                body: replacement_body(query.facts, pool, wanted.as_ref()?),
            }),
            None => Fate::Keep,
        },
        (None, Some(_)) => {
            if change.opens_before() {
                return None;
            }
            // That something else happens at the same time is no reason.
            let is_reason = |ruling: &&&&Ruling<'_>| {
                ruling.anchor == Anchor::Pool
                    && (ruling.refuses() || ruling.says.way_out == WayOut::ReplacePool)
            };
            let refused = own.iter().find(is_reason);
            Fate::Add(refused.map_or_else(|| format!("pool '{name}' is new"), |one| told(one)))
        }
        (Some(before), None) => {
            Fate::Delete(goes(query, change, &key, before.child.as_ref(), rulings)?)
        }
        (None, None) => return None,
    };
    Some(PoolGoal {
        key,
        name,
        fate,
        wanted,
        api: profile.api.clone(),
    })
}

/// Whether a ruling is a refusal that another pool gets round.
fn replaces(ruling: &Ruling<'_>) -> bool {
    ruling.refuses()
        && matches!(ruling.anchor, Anchor::Member(Scope::Pool, _))
        && matches!(
            ruling.way.way_out,
            WayOut::ReplacePool | WayOut::RollBackPool
        )
}

/// Why a pool that left the template is deleted; none where it stays.
fn goes(
    query: Query<'_>,
    change: &ClusterChange<'_>,
    key: &str,
    child: Option<&Profile>,
    rulings: &[&Ruling<'_>],
) -> Option<String> {
    if change.opens_after() {
        return None;
    }
    let left = rulings.iter().find(|ruling| {
        ruling.pool.as_deref() == Some(key) && ruling.says.way_out == WayOut::DeletePool
    });
    let renamed = || {
        rulings.iter().find(|ruling| {
            let old = ruling.values.iter().find(|(name, _)| *name == "before");
            ruling.anchor == Anchor::Pool
                && ruling.says.way_out == WayOut::ReplacePool
                && old.is_some_and(|(_, old)| old.eq_ignore_ascii_case(key))
        })
    };
    if let Some(ruling) = left {
        return Some(sentence(query.book(), Some(change), ruling).0);
    }
    if let Some(ruling) = renamed() {
        let new = ruling.pool.as_deref().unwrap_or_default();
        return Some(format!("pool '{new}' has taken its place"));
    }
    let by_stack = query.options.mode == Mode::Stack && child.is_some();
    by_stack.then(|| {
        format!(
            "pool '{key}' left the template, and the stack deletes it without draining its nodes"
        )
    })
}

/// The body of the pool that takes the place of another: what is asked for, and what the old one has besides.
fn replacement_body(facts: &Facts, pool: PoolChange<'_>, wanted: &Value) -> Value {
    let before = pool.before.and_then(|pool| pool.profile());
    let mut body = match before {
        Some(before) => after_put(facts, Scope::Pool, &before.body, wanted),
        None => wanted.clone(),
    };
    for row in facts.properties() {
        let of_service = row.comparison.read_only
            || matches!(row.role, Some(Role::PoolNodeImage | Role::PoolPowerState));
        if row.scope == Scope::Pool && of_service {
            body = edit::with(&body, &row.path, None);
        }
    }
    // Without a version of its own it gets the control plane's.
    if let Some(row) = facts.role(Role::PoolVersion)
        && read(wanted, &row.path).is_absent()
    {
        body = edit::with(&body, &row.path, None);
    }
    without_name(facts, &body)
}

fn without_name(facts: &Facts, body: &Value) -> Value {
    match facts.role(Role::PoolName) {
        Some(row) => edit::with(body, &row.path, None),
        None => body.clone(),
    }
}
