//! System pools: a cluster always keeps one.

use super::{Anchor, Doubt, Mode, Ruling, Subject};
use crate::aks::ApiVersion;
use crate::aks::change::PoolChange;
use crate::aks::facts::{Property, Role};
use crate::aks::pool::Pool;
use crate::aks::read::Reading;
use crate::eval::Reason;

/// Whether a pool is a System pool.
#[derive(Clone, Debug, PartialEq, Eq)]
enum System {
    Yes,
    No,
    Unknown(Reason),
}

/// Whether a System pool is there, and stays.
pub(super) fn judge<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let Some(mode) = subject.facts.role(Role::PoolMode) else {
        return;
    };
    for pool in subject.cluster.judged() {
        too_few(subject.with_pool(pool), pool, mode, rulings);
    }
    if subject.cluster.is_new() {
        required(subject, mode, rulings);
    } else if subject.cluster.before.is_some() {
        last_one(subject, mode, rulings);
    }
}

/// A System pool has nodes: those that are asked for, or the least that the autoscaler keeps.
fn too_few<'a>(
    subject: Subject<'a>,
    pool: PoolChange<'a>,
    mode: &Property,
    rulings: &mut Vec<Ruling<'a>>,
) {
    let Some(fact) = subject.facts.fact("system-pool-count") else {
        return;
    };
    let Some(after) = pool.after else { return };
    let scaled = subject
        .role_text(Role::PoolAutoscaler)
        .is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let role = if scaled {
        Role::PoolMinCount
    } else {
        Role::PoolCount
    };
    let Some(row) = subject.facts.role(role) else {
        return;
    };
    let few = |pool: &Pool| {
        let nodes = pool.read(&row.path).number();
        let least = fact.number("limit");
        nodes.is_some_and(|nodes| least.is_some_and(|least| nodes < least))
            && of_state(subject, pool, mode) == System::Yes
    };
    if few(after) && !pool.before.is_some_and(few) {
        let anchor = Anchor::Member(row.scope, row.path.clone());
        rulings.extend(subject.of_fact("system-pool-count", anchor));
    }
}

/// A new cluster has a System pool.
fn required<'a>(subject: Subject<'a>, mode: &Property, rulings: &mut Vec<Ruling<'a>>) {
    let Some(after) = subject.cluster.after else {
        return;
    };
    let pools: Vec<&Pool> = after.pools.values().map(AsRef::as_ref).collect();
    if pools.is_empty()
        || after.open_pools().is_some()
        || super::inline::needs_no_pools(subject, "system-pool-required")
    {
        return;
    }
    let none = pools
        .iter()
        .all(|pool| of_state(subject, pool, mode) == System::No);
    if none {
        rulings.extend(subject.of_fact("system-pool-required", Anchor::Cluster));
    }
}

/// The System pools that were there go or become something else.
fn last_one<'a>(subject: Subject<'a>, mode: &Property, rulings: &mut Vec<Ruling<'a>>) {
    let mut lost = None;
    let mut doubt = subject.cluster.before.and_then(|before| {
        let elsewhere = before
            .own
            .is_none()
            .then(|| Reason::Module(before.name.text.as_str().into()));
        elsewhere.or_else(|| before.open_pools().cloned())
    });
    for pool in subject.cluster.pools() {
        let was = pool
            .before
            .map_or(System::No, |pool| of_state(subject, pool, mode));
        match afterwards(subject, pool, mode) {
            System::Yes => return,
            System::Unknown(reason) => doubt = Some(reason),
            System::No if was == System::Yes => lost = Some(pool),
            System::No => {}
        }
    }
    let Some(pool) = lost else { return };
    let with = subject.with_pool(pool);
    let ruling = if pool.after.is_some() {
        let anchor = Anchor::Member(mode.scope, mode.path.clone());
        with.of_fact("last-system-pool-converted", anchor)
    } else {
        with.of_fact("last-system-pool-deleted", Anchor::Pool)
    };
    rulings.extend(ruling.map(|ruling| match doubt {
        Some(reason) => ruling.doubted(Doubt::Value(reason)),
        None => ruling,
    }));
}

/// What a pool is once the deployment has run.
fn afterwards(subject: Subject<'_>, pool: PoolChange<'_>, mode: &Property) -> System {
    match (pool.before, pool.after) {
        (Some(before), None) => {
            let deleted = subject.options.mode == Mode::Stack
                && before.child.is_some()
                && !subject.live_before;
            if deleted {
                System::No
            } else {
                of_state(subject, before, mode)
            }
        }
        (before, Some(after)) => match (after.read(&mode.path), before) {
            // Left out, the mode stays.
            (Reading::Absent, Some(before)) => of_state(subject, before, mode),
            (stated, _) => of_mode(subject, after, mode, stated),
        },
        (None, None) => System::No,
    }
}

/// What a pool is in one state. An API version without modes makes System pools only.
fn of_state(subject: Subject<'_>, pool: &Pool, mode: &Property) -> System {
    of_mode(subject, pool, mode, pool.read(&mode.path))
}

/// What a pool with a mode is.
fn of_mode(subject: Subject<'_>, pool: &Pool, mode: &Property, stated: Reading) -> System {
    match stated {
        Reading::Unknown(reason, _) => System::Unknown(reason),
        Reading::Known(_) => match stated.text() {
            Some(text) if is_system(subject, &text) => System::Yes,
            _ => System::No,
        },
        Reading::Absent => {
            let api: Option<&ApiVersion> = pool.profile().and_then(|profile| profile.api.as_ref());
            match api {
                Some(api) if mode.api.has(api) => System::No,
                Some(_) => System::Yes,
                None => System::Unknown(Reason::Failed),
            }
        }
    }
}

fn is_system(subject: Subject<'_>, mode: &str) -> bool {
    subject
        .facts
        .fact("system-pool-required")
        .is_some_and(|fact| fact.lists("modes", mode))
}
