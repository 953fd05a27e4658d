//! Two states to pairs: which cluster and which pool is which, on both sides.

use super::cluster::{Cluster, InlinePools, State};
use super::facts::{Facts, Role, Scope};
use super::pool::Pool;
use super::read::Reading;
use super::{NotAVersion, Version};

/// A cluster on both sides.
#[derive(Clone, Debug)]
pub struct ClusterChange<'a> {
    /// As it is deployed; none for a new one.
    pub before: Option<&'a Cluster>,
    /// As it is asked for; none where it leaves the template.
    pub after: Option<&'a Cluster>,
    /// Its pools, those of after first.
    pub pools: Vec<PoolChange<'a>>,
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

/// All clusters of both states, those of `after` first.
pub fn pairs<'a>(before: &'a State, after: &'a State) -> Vec<ClusterChange<'a>> {
    let mut changes: Vec<_> = after
        .clusters
        .values()
        .map(|cluster| (before.counterpart(cluster), cluster))
        .filter(|(counterpart, cluster)| counterpart.is_some() || before.tells_of(cluster))
        .map(|(counterpart, cluster)| pair(counterpart, Some(cluster)))
        .collect();
    for cluster in before.clusters.values() {
        if after.counterpart(cluster).is_none() {
            changes.push(pair(Some(cluster), None));
        }
    }
    changes
}

fn pair<'a>(before: Option<&'a Cluster>, after: Option<&'a Cluster>) -> ClusterChange<'a> {
    let mut pools: Vec<_> = after
        .into_iter()
        .flat_map(|cluster| &cluster.pools)
        .map(|(key, pool)| PoolChange {
            before: before.and_then(|cluster| cluster.pools.get(key)),
            after: Some(pool),
        })
        .collect();
    for (key, pool) in before.into_iter().flat_map(|cluster| &cluster.pools) {
        if after.is_none_or(|cluster| !cluster.pools.contains_key(key)) {
            pools.push(PoolChange {
                before: Some(pool),
                after: None,
            });
        }
    }
    ClusterChange {
        before,
        after,
        pools,
    }
}

impl<'a> ClusterChange<'a> {
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
        self.pools
            .iter()
            .copied()
            .find(|pool| pool.key().as_deref() == Some(key))
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
        let stated = self.control_plane_stated(facts);
        match (stated, self.control_plane_before(facts)) {
            (StatedVersion::Absent, before) => before,
            // An alias of what runs leaves it where it is.
            (StatedVersion::Known(after), StatedVersion::Known(before))
                if before.move_to(&after) == super::Move::Same =>
            {
                StatedVersion::Known(before)
            }
            (after, _) => after,
        }
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
        match (self.version_stated(facts), self.version_before(facts)) {
            (StatedVersion::Absent, before) => before,
            (StatedVersion::Known(after), StatedVersion::Known(before))
                if before.move_to(&after) == super::Move::Same =>
            {
                StatedVersion::Known(before)
            }
            (after, _) => after,
        }
    }
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
