//! What the networks of the same template say about pools: route tables, room for addresses, ranges that grow.

use std::collections::BTreeSet;

use super::operation::{changes, pool_rises, surge_nodes};
use super::{Anchor, Ruling, Subject};
use crate::aks::cluster::State;
use crate::aks::facts::{Fact, Role};
use crate::aks::network::{network_of, texts};
use crate::aks::read::read;
use crate::aks::wording::telling;

/// Everything about networks of one cluster.
pub(super) fn judge<'a>(subject: Subject<'a>, before: &State, found: &mut Vec<Ruling<'a>>) {
    let mut seen = BTreeSet::new();
    for pool in subject.cluster.judged() {
        let with = subject.with_pool(pool);
        if pool.after.is_none() {
            continue;
        }
        let Some(subnet) = subnet(with) else {
            continue;
        };
        if pool.before.is_none() && subject.cluster.is_update() {
            found.extend(grown(with, before, &subnet));
        }
        if pool.before.is_none() {
            found.extend(other_network(with, &subnet));
        }
        let moves =
            pool.before.is_none() || pool_rises(with, pool) || changes(with, Role::PoolCount);
        if moves && seen.insert((true, subnet.to_lowercase())) {
            found.extend(room(with, &subnet));
        }
        if pool.before.is_some() && seen.insert((false, subnet.to_lowercase())) {
            found.extend(route_table(with, before, &subnet));
        }
    }
}

/// The id of the subnet of a pool's nodes.
fn subnet(subject: Subject<'_>) -> Option<String> {
    let row = subject.facts.role(Role::PoolSubnet)?;
    subject.after(row.scope, &row.path).text()
}

fn at_subnet(subject: Subject<'_>) -> Option<Anchor> {
    let row = subject.facts.role(Role::PoolSubnet)?;
    Some(Anchor::Member(row.scope, row.path.clone()))
}

fn path<'f>(fact: &'f Fact, list: &str) -> Option<&'f str> {
    fact.list(list).first().map(String::as_str)
}

/// With kubenet, the route table of the subnet is fixed.
fn route_table<'a>(subject: Subject<'a>, before: &State, id: &str) -> Option<Ruling<'a>> {
    let fact = subject.facts.fact("cluster-routetable")?;
    let plugin = subject.role_text(Role::ClusterNetworkPlugin)?;
    let items = path(fact, "subnets")?;
    let table = |state: &State| -> Option<String> {
        let subnet = state.networks.subnet(id, items)?;
        read(&subnet, path(fact, "path")?).text()
    };
    let (old, new) = (table(before)?, table(subject.after)?);
    let is_other = fact.lists("plugins", &plugin) && !old.eq_ignore_ascii_case(&new);
    is_other
        .then(|| subject.of_fact("cluster-routetable", at_subnet(subject)?))
        .flatten()
}

/// A pool comes in another network than that of a pool that is there.
fn other_network<'a>(subject: Subject<'a>, id: &str) -> Option<Ruling<'a>> {
    let own = network_of(id)?;
    let row = subject.facts.role(Role::PoolSubnet)?;
    let pools = subject.cluster.pools();
    let other = pools
        .filter_map(|pool| pool.before?.read(&row.path).text())
        .find(|other| network_of(other).is_some_and(|other| !other.eq_ignore_ascii_case(own)))?;
    let ruling = subject.of_fact("same-vnet", at_subnet(subject)?)?;
    let (own, other) = (own.to_owned(), network_of(&other)?.to_owned());
    Some(
        ruling
            .value("after", telling(&own, &other))
            .value("before", telling(&other, &own)),
    )
}

/// A pool is added while its network gets another range.
fn grown<'a>(subject: Subject<'a>, before: &State, id: &str) -> Option<Ruling<'a>> {
    let fact = subject.facts.fact("vnet-expanded")?;
    let network = network_of(id)?;
    let ranges = |state: &State| -> Option<Vec<String>> {
        let network = state.networks.network(network)?;
        Some(texts(&read(network, path(fact, "path")?)))
    };
    let (old, new) = (ranges(before)?, ranges(subject.after)?);
    let grows = !old.is_empty() && new.iter().any(|range| !old.contains(range));
    grows
        .then(|| subject.of_fact("vnet-expanded", Anchor::Pool))
        .flatten()
}

/// Nodes, and with a flat network their pods, need addresses of the subnet; so do the nodes of a surge.
fn room<'a>(subject: Subject<'a>, id: &str) -> Option<Ruling<'a>> {
    let fact = subject.facts.fact("subnet-surge")?;
    let subnet = subject.after.networks.subnet(id, path(fact, "subnets")?)?;
    let prefixes: Vec<String> = fact
        .list("paths")
        .iter()
        .flat_map(|path| texts(&read(&subnet, path)))
        .collect();
    let [prefix] = prefixes.as_slice() else {
        return None;
    };
    let length: u32 = prefix.rsplit_once('/')?.1.parse().ok()?;
    if prefix.contains(':') {
        return None;
    }
    let size = 1_i64.checked_shl(32_u32.checked_sub(length)?)?;
    let free = size.saturating_sub(fact.number("reserved")?);
    let mut needed = 0_i64;
    for pool in subject.cluster.pools() {
        let with = subject.with_pool(pool);
        let is_in = self::subnet(with).is_some_and(|own| own.eq_ignore_ascii_case(id));
        if pool.after.is_some() && is_in {
            needed = needed.checked_add(addresses(with, fact)?)?;
        }
    }
    if needed <= free {
        return None;
    }
    let ruling = subject.of_fact("subnet-surge", at_subnet(subject)?)?;
    Some(
        ruling
            .value("needed", needed)
            .value("range", prefix)
            .value("free", free),
    )
}

/// Addresses that a pool takes of the subnet of its nodes while it is upgraded.
fn addresses(subject: Subject<'_>, fact: &Fact) -> Option<i64> {
    let count: i64 = subject.role_text(Role::PoolCount)?.parse().ok()?;
    let surge = subject.role_text(Role::PoolMaxSurge);
    let surge = match surge {
        Some(surge) => surge_nodes(&surge, count)?,
        None => fact.number("surge")?,
    };
    let plugin = subject.role_text(Role::ClusterNetworkPlugin)?;
    let is_flat = fact.lists("flat", &plugin)
        && subject.role_text(Role::ClusterPluginMode).is_none()
        && subject.role_text(Role::PoolPodSubnet).is_none();
    let pods = match subject.role_text(Role::PoolMaxPods) {
        _ if !is_flat => 0,
        Some(pods) => pods.parse().ok()?,
        None => fact.number("pods")?,
    };
    count.checked_add(surge)?.checked_mul(pods.checked_add(1)?)
}
