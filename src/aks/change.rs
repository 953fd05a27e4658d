//! Two states to pairs: which cluster and which pool is which, on both sides.

use std::sync::Arc;

use super::cluster::{Cluster, InlinePools, State};
use super::facts::{Facts, Role, Scope};
use super::pool::Pool;
use super::read::{Reading, read};
use super::{NotAVersion, Version};
use crate::eval::Value;

/// A cluster on both sides.
#[derive(Clone, Debug)]
pub struct ClusterChange<'a> {
    /// As it is deployed; none for a new one.
    pub before: Option<&'a Cluster>,
    /// As it is asked for; none where it leaves the template.
    pub after: Option<&'a Cluster>,
    /// The pools that are judged one by one: all of them, or the one that a request is about.
    judged: Vec<PoolChange<'a>>,
    /// Whether that is not all of them.
    narrow: bool,
}

/// A pool on both sides.
#[derive(Clone, Copy, Debug)]
pub struct PoolChange<'a> {
    /// As it is deployed; none for a new one.
    pub before: Option<&'a Pool>,
    /// As it is asked for; none where it leaves the template.
    pub after: Option<&'a Pool>,
}

/// A version as a body states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatedVersion {
    /// Not stated.
    Absent,
    /// A version or an alias.
    Known(Version),
    /// Stated, and no version.
    Malformed(String),
    /// Not known.
    Unknown,
}

impl StatedVersion {
    /// The version, where it is one.
    pub const fn known(&self) -> Option<&Version> {
        match self {
            Self::Known(version) => Some(version),
            Self::Absent | Self::Malformed(_) | Self::Unknown => None,
        }
    }

    fn of(reading: &Reading) -> Self {
        match reading {
            Reading::Absent => Self::Absent,
            Reading::Unknown(..) => Self::Unknown,
            Reading::Known(_) => match reading.text() {
                Some(text) if text.is_empty() => Self::Absent,
                Some(text) => text
                    .parse()
                    .map_or_else(|_: NotAVersion| Self::Malformed(text.clone()), Self::Known),
                None => Self::Malformed("not text".to_owned()),
            },
        }
    }
}

/// The versions of a control plane or of a pool.
#[derive(Clone, Debug)]
pub struct Versions {
    /// The one that is deployed.
    pub before: StatedVersion,
    /// As the request states it.
    pub stated: StatedVersion,
    /// Afterwards.
    pub after: StatedVersion,
}

impl Versions {
    fn of(before: StatedVersion, stated: StatedVersion) -> Self {
        let after = match (&stated, &before) {
            (StatedVersion::Absent, before) => before.clone(),
            // An alias of what runs leaves it where it is.
            (StatedVersion::Known(after), StatedVersion::Known(runs))
                if runs.move_to(after) == super::Move::Same =>
            {
                before.clone()
            }
            (stated, _) => stated.clone(),
        };
        Self {
            before,
            stated,
            after,
        }
    }

    /// Whether the request says something new.
    pub fn are_moved(&self) -> bool {
        match (&self.before, &self.stated) {
            (_, StatedVersion::Absent) => false,
            (StatedVersion::Known(before), StatedVersion::Known(after)) => {
                before.move_to(after) != super::Move::Same
            }
            _ => true,
        }
    }

    /// Whether the version surely goes up.
    pub fn rise(&self) -> bool {
        match (self.before.known(), self.after.known()) {
            (Some(before), Some(after)) => before.move_to(after) == super::Move::Up,
            _ => false,
        }
    }
}

/// All clusters of both states, those of `after` first.
pub fn pairs<'a>(before: &'a State, after: &'a State) -> Vec<ClusterChange<'a>> {
    let mut changes: Vec<_> = after
        .clusters
        .values()
        .map(|cluster| (before.counterpart(cluster), cluster))
        .filter(|(counterpart, cluster)| counterpart.is_some() || before.tells_of(cluster))
        .map(|(counterpart, cluster)| ClusterChange::of(counterpart, Some(cluster)))
        .collect();
    for cluster in before.clusters.values() {
        if after.counterpart(cluster).is_none() {
            changes.push(ClusterChange::of(Some(cluster), None));
        }
    }
    changes
}

/// The pools of both sides, those of after first.
fn both<'a>(
    before: Option<&'a Cluster>,
    after: Option<&'a Cluster>,
) -> impl Iterator<Item = PoolChange<'a>> {
    let stays = move |(key, pool): (&'a Arc<str>, &'a Arc<Pool>)| PoolChange {
        before: before
            .and_then(|cluster| cluster.pools.get(key))
            .map(Arc::as_ref),
        after: Some(pool.as_ref()),
    };
    let goes = move |(key, pool): (&'a Arc<str>, &'a Arc<Pool>)| {
        let is_gone = after.is_none_or(|cluster| !cluster.pools.contains_key(key));
        is_gone.then_some(PoolChange {
            before: Some(pool.as_ref()),
            after: None,
        })
    };
    let pools = |cluster: Option<&'a Cluster>| cluster.into_iter().flat_map(|one| &one.pools);
    pools(after)
        .map(stays)
        .chain(pools(before).filter_map(goes))
}

impl<'a> ClusterChange<'a> {
    /// One cluster with all its pools.
    pub fn of(before: Option<&'a Cluster>, after: Option<&'a Cluster>) -> Self {
        Self {
            before,
            after,
            judged: both(before, after).collect(),
            narrow: false,
        }
    }

    /// The same cluster in a request that is about one of its pools, by lower-case name: of the others it says nothing.
    pub fn of_pool(before: Option<&'a Cluster>, after: Option<&'a Cluster>, key: &str) -> Self {
        let of = |cluster: Option<&'a Cluster>| cluster?.pools.get(key).map(Arc::as_ref);
        Self {
            before,
            after,
            judged: vec![PoolChange {
                before: of(before),
                after: of(after),
            }],
            narrow: true,
        }
    }

    /// The pools that are judged one by one: what a rule says of a pool by itself is said of these.
    pub fn judged(&self) -> impl Iterator<Item = PoolChange<'a>> + '_ {
        self.judged.iter().copied()
    }

    /// All its pools, those of after first: for rules that look from one pool at the others.
    pub fn pools(&self) -> impl Iterator<Item = PoolChange<'a>> + '_ {
        let others = self.narrow.then(|| both(self.before, self.after));
        let listed = (!self.narrow).then(|| self.judged());
        listed
            .into_iter()
            .flatten()
            .chain(others.into_iter().flatten())
    }

    /// The cluster, as it will be where it stays.
    pub fn cluster(&self) -> Option<&'a Cluster> {
        self.after.or(self.before)
    }

    /// Whether the cluster's own resource is deployed anew: no state before has it, nor a pool of it.
    pub fn is_new(&self) -> bool {
        self.before.is_none() && self.after.is_some_and(|cluster| cluster.own.is_some())
    }

    /// Whether the cluster's own resource is sent to a cluster that is there.
    pub fn is_update(&self) -> bool {
        self.before.is_some() && self.after.is_some_and(|cluster| cluster.own.is_some())
    }

    /// The id of what is told of: of the cluster, or of a pool of it.
    pub fn resource(&self, pool: Option<&str>) -> Option<String> {
        let cluster = self.cluster()?;
        let Some(pool) = pool.and_then(|key| self.pool(key)?.pool()) else {
            return Some(cluster.id.clone());
        };
        let own = pool.child.as_ref().map(|child| child.carrier.clone());
        Some(own.unwrap_or_else(|| cluster.pool_id(pool)))
    }

    /// A pool by lower-case name.
    pub fn pool(&self, key: &str) -> Option<PoolChange<'a>> {
        let of = |cluster: Option<&'a Cluster>| cluster?.pools.get(key).map(Arc::as_ref);
        let (before, after) = (of(self.before), of(self.after));
        (before.is_some() || after.is_some()).then_some(PoolChange { before, after })
    }

    /// Whether the request for the cluster names its pools.
    pub fn sends_inline(&self) -> bool {
        self.after
            .and_then(|cluster| cluster.own.as_ref())
            .is_some_and(|own| matches!(own.inline, InlinePools::Stated(_)))
    }

    /// The control plane's version that is deployed: the one that runs, else the stated one.
    pub fn control_plane_before(&self, facts: &Facts) -> StatedVersion {
        self.before.map_or(StatedVersion::Absent, |cluster| {
            control_plane(cluster, facts)
        })
    }

    /// The control plane's version afterwards: as stated, else as it is.
    pub fn control_plane_after(&self, facts: &Facts) -> StatedVersion {
        self.versions(facts).after
    }

    /// The control plane's versions, each read once.
    pub fn versions(&self, facts: &Facts) -> Versions {
        Versions::of(
            self.control_plane_before(facts),
            self.control_plane_stated(facts),
        )
    }

    /// The control plane's version as the request states it.
    pub fn control_plane_stated(&self, facts: &Facts) -> StatedVersion {
        self.after
            .map_or(StatedVersion::Absent, |cluster| wanted(cluster, facts))
    }
}

impl<'a> PoolChange<'a> {
    /// The pool, as it will be where it stays.
    pub fn pool(&self) -> Option<&'a Pool> {
        self.after.or(self.before)
    }

    /// Whether both sides are one and the same value, and not merely equal: only steps of one plan share values.
    pub fn is_untouched(&self) -> bool {
        let object = |pool: Option<&'a Pool>| pool?.profile()?.body.as_object();
        match (object(self.before), object(self.after)) {
            (Some(before), Some(after)) => std::sync::Arc::ptr_eq(before, after),
            _ => false,
        }
    }

    /// Lower-case name.
    pub fn key(&self) -> Option<String> {
        self.pool().map(|pool| pool.name.key())
    }

    /// The pool's version that is deployed: the one that runs, else the stated one.
    pub fn version_before(&self, facts: &Facts) -> StatedVersion {
        self.before
            .map_or(StatedVersion::Absent, |pool| pool_version(pool, facts))
    }

    /// The pool's version as the request states it.
    pub fn version_stated(&self, facts: &Facts) -> StatedVersion {
        let Some(pool) = self.after else {
            return StatedVersion::Absent;
        };
        member(facts, Role::PoolVersion, |path| pool.read(path))
    }

    /// The pool's version afterwards: as stated, else as it is.
    pub fn version_after(&self, facts: &Facts) -> StatedVersion {
        self.versions(facts).after
    }

    /// The pool's versions, each read once.
    pub fn versions(&self, facts: &Facts) -> Versions {
        Versions::of(self.version_before(facts), self.version_stated(facts))
    }
}

/// The version that a pool's body states.
pub fn stated_version(body: &Value, facts: &Facts) -> StatedVersion {
    member(facts, Role::PoolVersion, |path| read(body, path))
}

/// The version of a pool in one state.
pub fn pool_version(pool: &Pool, facts: &Facts) -> StatedVersion {
    match member(facts, Role::PoolCurrentVersion, |path| pool.read(path)) {
        StatedVersion::Known(version) => StatedVersion::Known(version),
        _ => member(facts, Role::PoolVersion, |path| pool.read(path)),
    }
}

/// The version of a control plane in one state.
pub fn control_plane(cluster: &Cluster, facts: &Facts) -> StatedVersion {
    let running = member(facts, Role::ClusterCurrentVersion, |path| {
        cluster.read(Scope::Cluster, path)
    });
    match running {
        StatedVersion::Known(version) => StatedVersion::Known(version),
        _ => wanted(cluster, facts),
    }
}

fn wanted(cluster: &Cluster, facts: &Facts) -> StatedVersion {
    member(facts, Role::ClusterVersion, |path| {
        cluster.read(Scope::Cluster, path)
    })
}

fn member(facts: &Facts, role: Role, read: impl Fn(&str) -> Reading) -> StatedVersion {
    facts.role(role).map_or(StatedVersion::Absent, |property| {
        StatedVersion::of(&read(&property.path))
    })
}
