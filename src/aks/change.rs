//! Two states to pairs: which cluster and which pool is which, on both sides.

use std::borrow::Cow;
use std::cell::OnceCell;
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
    judged: Vec<(PoolChange<'a>, Found)>,
    /// Whether that is not all of them.
    narrow: bool,
    /// The control plane's versions, once they were asked for.
    versions: OnceCell<Versions>,
}

/// A pool on both sides.
#[derive(Clone, Copy, Debug)]
pub struct PoolChange<'a> {
    /// As it is deployed; none for a new one.
    pub before: Option<&'a Pool>,
    /// As it is asked for; none where it leaves the template.
    pub after: Option<&'a Pool>,
    /// Where it is judged by itself, what was found of it so far.
    found: Option<&'a Found>,
}

/// What many rules ask of a pool that is judged, each found when first asked for. A change is judged by one set of facts.
#[derive(Clone, Debug, Default)]
struct Found {
    versions: OnceCell<Versions>,
    open_rows: OnceCell<Vec<usize>>,
    is_touched: OnceCell<bool>,
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
        .filter(|(counterpart, cluster)| {
            counterpart.is_some()
                || before.tells_of(cluster) && !may_be_there(before, after, cluster)
        })
        .map(|(counterpart, cluster)| ClusterChange::of(counterpart, Some(cluster)))
        .collect();
    // One of them may be what a cluster whose name is not known was.
    let is_open = |cluster: &Cluster| {
        cluster.own.is_some() && !cluster.name.known && before.counterpart(cluster).is_none()
    };
    let any_open = after.clusters.values().any(is_open);
    for cluster in before.clusters.values() {
        if !any_open && after.counterpart(cluster).is_none() && after.tells_of(cluster) {
            changes.push(ClusterChange::of(Some(cluster), None));
        }
    }
    changes
}

/// Whether a cluster whose name is not known may be one that the state before has and the other names of the state after
/// leave over.
fn may_be_there(before: &State, after: &State, cluster: &Cluster) -> bool {
    let is_left = |old: &Cluster| old.own.is_some() && after.counterpart(old).is_none();
    !cluster.name.known && before.clusters.values().any(is_left)
}

/// The pools of both sides, those of after first.
fn both<'a>(
    before: Option<&'a Cluster>,
    after: Option<&'a Cluster>,
) -> impl Iterator<Item = PoolChange<'a>> {
    let stays = move |(key, pool): (&'a Arc<str>, &'a Arc<Pool>)| {
        let old = before.and_then(|cluster| cluster.pools.get(key));
        PoolChange::of(old.map(Arc::as_ref), Some(pool.as_ref()))
    };
    let goes = move |(key, pool): (&'a Arc<str>, &'a Arc<Pool>)| {
        let is_gone = after.is_none_or(|cluster| !cluster.pools.contains_key(key));
        is_gone.then(|| PoolChange::of(Some(pool.as_ref()), None))
    };
    let pools = |cluster: Option<&'a Cluster>| cluster.into_iter().flat_map(|one| &one.pools);
    pools(after)
        .map(stays)
        .chain(pools(before).filter_map(goes))
}

impl<'a> ClusterChange<'a> {
    /// One cluster with all its pools.
    pub fn of(before: Option<&'a Cluster>, after: Option<&'a Cluster>) -> Self {
        // Where pools may be missing before, one that was not seen is not new for certain; nor is one without a name that may
        // be that of a pool which is not named any more.
        let is_partial = before.is_some_and(|cluster| cluster.gap.is_some());
        let is_left = |key: &Arc<str>| after.is_some_and(|after| !after.pools.contains_key(key));
        let is_short = before.is_some_and(|cluster| cluster.pools.keys().any(is_left));
        let is_known = |pool: &Pool| !is_partial && (pool.name.known || !is_short);
        let mut all: Vec<PoolChange<'a>> = both(before, after).collect();
        let count = all.len();
        all.retain(|pool| pool.before.is_some() || pool.after.is_none_or(is_known));
        Self {
            before,
            after,
            narrow: all.len() < count,
            judged: all.into_iter().map(unjudged).collect(),
            versions: OnceCell::new(),
        }
    }

    /// The same cluster in a request that is about one of its pools, by lower-case name: of the others it says nothing.
    pub fn of_pool(before: Option<&'a Cluster>, after: Option<&'a Cluster>, key: &str) -> Self {
        let of = |cluster: Option<&'a Cluster>| cluster?.pools.get(key).map(Arc::as_ref);
        Self {
            before,
            after,
            judged: vec![unjudged(PoolChange::of(of(before), of(after)))],
            narrow: true,
            versions: OnceCell::new(),
        }
    }

    /// The pools that are judged one by one: what a rule says of a pool by itself is said of these.
    pub fn judged(&self) -> impl Iterator<Item = PoolChange<'_>> {
        self.judged.iter().map(|(pool, found)| PoolChange {
            found: Some(found),
            ..*pool
        })
    }

    /// All its pools, those of after first: for rules that look from one pool at the others.
    pub fn pools(&self) -> impl Iterator<Item = PoolChange<'_>> {
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

    /// Whether pools may have been there that are not known by name.
    pub fn opens_before(&self) -> bool {
        opens(self.before, self.after)
    }

    /// Whether pools may be asked for that are not known by name.
    pub fn opens_after(&self) -> bool {
        opens(self.after, self.before)
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
        (before.is_some() || after.is_some()).then(|| PoolChange::of(before, after))
    }

    /// Whether the request for the cluster names its pools.
    pub fn sends_inline(&self) -> bool {
        self.after
            .and_then(|cluster| cluster.own.as_ref())
            .is_some_and(|own| matches!(own.inline, InlinePools::Stated(_)))
    }

    /// The control plane's versions. Deployed is the one that runs, else the stated one.
    pub fn versions(&self, facts: &Facts) -> &Versions {
        self.versions.get_or_init(|| {
            let of = |cluster: Option<&Cluster>, read: fn(&Cluster, &Facts) -> StatedVersion| {
                cluster.map_or(StatedVersion::Absent, |cluster| read(cluster, facts))
            };
            Versions::of(of(self.before, control_plane), of(self.after, wanted))
        })
    }
}

/// Whether one side may have more pools than are known: of an array, of what could not be evaluated, or by the name of one
/// that the other side has not got under the same expression.
fn opens(one: Option<&Cluster>, other: Option<&Cluster>) -> bool {
    let Some(one) = one else {
        return false;
    };
    let has = |key: &Arc<str>| other.is_some_and(|other| other.pools.contains_key(key));
    one.open_pools().is_some()
        || one
            .pools
            .iter()
            .any(|(key, pool)| !pool.name.known && !has(key))
}

/// A pool of which nothing was found yet.
fn unjudged(pool: PoolChange<'_>) -> (PoolChange<'_>, Found) {
    (pool, Found::default())
}

impl<'a> PoolChange<'a> {
    /// A pool on both sides.
    pub const fn of(before: Option<&'a Pool>, after: Option<&'a Pool>) -> Self {
        Self {
            before,
            after,
            found: None,
        }
    }

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

    /// The pool's versions. Deployed is the one that runs, else the stated one.
    pub fn versions(&self, facts: &Facts) -> Cow<'a, Versions> {
        let read = || {
            let before = self.before.map(|pool| pool_version(pool, facts));
            let stated = self
                .after
                .map(|pool| member(facts, Role::PoolVersion, |path| pool.read(path)));
            let absent = StatedVersion::Absent;
            Versions::of(before.unwrap_or(absent.clone()), stated.unwrap_or(absent))
        };
        match self.found {
            Some(found) => Cow::Borrowed(found.versions.get_or_init(read)),
            None => Cow::Owned(read()),
        }
    }

    /// Numbers of the rows that something may be to be said by, found once of a pool that is judged.
    pub fn open_rows(&self, find: impl FnOnce() -> Vec<usize>) -> Cow<'a, [usize]> {
        match self.found {
            Some(found) => Cow::Borrowed(found.open_rows.get_or_init(find)),
            None => Cow::Owned(find()),
        }
    }

    /// Whether anything of it certainly changes, found once of a pool that is judged.
    pub fn is_touched(&self, find: impl FnOnce() -> bool) -> bool {
        match self.found {
            Some(found) => *found.is_touched.get_or_init(find),
            None => find(),
        }
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
