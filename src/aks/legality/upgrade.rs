//! What an upgrade needs besides AKS's consent: quota for its surge, pods that let go; and when AKS upgrades by itself.

use std::collections::BTreeSet;

use super::operation::{pool_rises, surge_nodes, touched};
use super::support::has_long_term;
use super::version::{anchor, control_plane_moves};
use super::{Anchor, Ruling, Subject};
use crate::aks::VmSize;
use crate::aks::change::PoolChange;
use crate::aks::facts::{Role, SupportState};

/// Everything about upgrades of one cluster.
pub(super) fn judge<'a>(subject: Subject<'a>, found: &mut Vec<Ruling<'a>>) {
    if !subject.cluster.is_update() {
        return;
    }
    // What is refused drains no node and takes no quota.
    let refused: BTreeSet<String> = found
        .iter()
        .filter(|ruling| ruling.refuses())
        .filter_map(|ruling| ruling.pool.clone())
        .collect();
    let is_refused = |pool: &PoolChange<'_>| pool.key().is_some_and(|key| refused.contains(&key));
    let rising: Vec<PoolChange<'a>> = subject
        .cluster
        .judged()
        .filter(|pool| pool_rises(subject.with_pool(*pool), *pool) && !is_refused(pool))
        .collect();
    for pool in &rising {
        found.extend(quota(subject.with_pool(*pool)));
    }
    if !rising.is_empty() {
        let names: Vec<&str> = rising
            .iter()
            .filter_map(|pool| pool.pool().map(|pool| pool.name.text.as_str()))
            .collect();
        let ruling = subject.of_fact("pdb-block", Anchor::Cluster);
        found.extend(ruling.map(|ruling| ruling.value("list", names.join(", "))));
    }
    found.extend(forced(subject));
    found.extend(throttled(subject));
}

/// The surge of an upgrade is paid for from the regional quota; a single node is what every upgrade takes.
fn quota(subject: Subject<'_>) -> Option<Ruling<'_>> {
    let fact = subject.facts.fact("quota-surge")?;
    let count: i64 = subject.role_text(Role::PoolCount)?.parse().ok()?;
    let nodes = surge_nodes(&subject.role_text(Role::PoolMaxSurge)?, count)?;
    let size = VmSize::parse(&subject.role_text(Role::PoolVmSize)?)?;
    let vcpus = nodes.checked_mul(i64::from(size.vcpus))?;
    if nodes < fact.number("nodes")? {
        return None;
    }
    let ruling = subject.of_fact("quota-surge", anchor(subject, Role::PoolMaxSurge)?)?;
    Some(ruling.value("nodes", nodes).value("vcpus", vcpus))
}

/// A cluster that is changed but stays at a version that AKS is about to move.
fn forced(subject: Subject<'_>) -> Option<Ruling<'_>> {
    let version = &subject.cluster.versions(subject.facts).after;
    let version = version.known()?;
    let state = subject
        .facts
        .calendar()
        .state(version.minor(), subject.options.as_of)?;
    let leaves = matches!(
        state,
        SupportState::Platform | SupportState::LongTerm | SupportState::Ended
    );
    if !leaves
        || has_long_term(subject) != Some(false)
        || control_plane_moves(subject)
        || !touched(subject)
    {
        return None;
    }
    let mut ruling = subject.of_fact("forced-upgrade", anchor(subject, Role::ClusterVersion)?)?;
    ruling.by_date = true;
    Some(ruling.value("before", version))
}

/// A deployment sends one request for the cluster and one for each pool of its own, changed or not.
fn throttled(subject: Subject<'_>) -> Option<Ruling<'_>> {
    let fact = subject.facts.fact("throttle")?;
    let anything = touched(subject)
        || subject
            .cluster
            .judged()
            .any(|pool| pool.after.is_some() && touched(subject.with_pool(pool)));
    let own = subject.cluster.after.and_then(|after| after.own.as_ref());
    let of_pools = subject
        .cluster
        .pools()
        .filter(|pool| pool.after.is_some_and(|pool| pool.child.is_some()))
        .count();
    let count = of_pools.saturating_add(usize::from(own.is_some()));
    let limit = usize::try_from(fact.number("limit")?).ok()?;
    if !anything || count <= limit {
        return None;
    }
    let ruling = subject.of_fact("throttle", Anchor::Cluster)?;
    Some(ruling.value("count", count))
}
