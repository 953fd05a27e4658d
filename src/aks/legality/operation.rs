//! Operations that one deployment asks for at the same time, and the state in which AKS takes them.

use std::collections::BTreeSet;

use super::sameness::sameness;
use super::{Anchor, Ruling, Subject, rows};
use crate::aks::Version;
use crate::aks::change::PoolChange;
use crate::aks::cluster::Cluster;
use crate::aks::facts::{Property, Role, Scope, Verdict};
use crate::aks::pool::Profile;
use crate::diff::Sameness;

/// Everything about operations on one cluster. `rulings` already has what the members say.
pub(super) fn judge<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let Some(after) = subject.cluster.after else {
        return;
    };
    let mut found = Vec::new();
    let resized = resized(subject, rulings);
    for pool in subject.cluster.judged() {
        let with = subject.with_pool(pool);
        upgrade_and_scale(with, pool, &mut found);
        autoscaler_and_count(with, &mut found);
        if pool.key().is_some_and(|key| resized.contains(&key)) {
            resize_and_other(with, &mut found);
        }
        surge_fits(with, pool, &mut found);
    }
    network_moves(subject, &mut found);
    if subject.cluster.before.is_some() {
        readiness(subject, &mut found);
        disruption_policy(subject, rulings, &mut found);
    }
    order(subject, after, rulings, &mut found);
    rulings.append(&mut found);
}

fn row_anchor(row: &Property) -> Anchor {
    Anchor::Member(row.scope, row.path.clone())
}

/// Whether the member of a role certainly changes.
pub(super) fn changes(subject: Subject<'_>, role: Role) -> bool {
    subject
        .facts
        .role(role)
        .is_some_and(|row| row_changes(subject, row))
}

fn row_changes(subject: Subject<'_>, row: &Property) -> bool {
    let both = match row.scope {
        Scope::Pool => subject
            .pool
            .is_some_and(|pool| pool.before.is_some() && pool.after.is_some()),
        Scope::Cluster | Scope::Resource => subject.cluster.is_update(),
    };
    if !both {
        return false;
    }
    let (before, after) = (
        subject.before(row.scope, &row.path),
        subject.after(row.scope, &row.path),
    );
    sameness(subject, row, &before, &after) == Sameness::Changed
}

/// Whether anything of a pool or of the cluster certainly changes.
pub(super) fn touched(subject: Subject<'_>) -> bool {
    let any_row = || {
        let mut rows = rows::open(subject).into_iter();
        rows.any(|row| row_changes(subject, row))
    };
    match subject.pool {
        Some(pool) => pool.is_touched(|| {
            let is_new = pool.before.is_none() && pool.after.is_some();
            is_new || !pool.is_untouched() && any_row()
        }),
        None => subject.cluster.is_update() && any_row(),
    }
}

fn is_true(subject: Subject<'_>, role: Role) -> bool {
    subject
        .role_text(role)
        .is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// Whether the control plane goes up.
fn control_plane_rises(subject: Subject<'_>) -> bool {
    subject.cluster.versions(subject.facts).rise()
}

pub(super) fn pool_rises(subject: Subject<'_>, pool: PoolChange<'_>) -> bool {
    pool.versions(subject.facts).rise()
}

fn upgrade_and_scale<'a>(subject: Subject<'a>, pool: PoolChange<'a>, found: &mut Vec<Ruling<'a>>) {
    let Some(count) = subject.facts.role(Role::PoolCount) else {
        return;
    };
    if !row_changes(subject, count) || is_true(subject, Role::PoolAutoscaler) {
        return;
    }
    let through_cluster = pool.after.is_some_and(|pool| pool.inline.is_some());
    let fact = if pool_rises(subject, pool) {
        "upgrade-and-scale"
    } else if control_plane_rises(subject) && through_cluster {
        "cluster-upgrade-and-scale"
    } else {
        return;
    };
    found.extend(subject.of_fact(fact, row_anchor(count)));
}

fn autoscaler_and_count<'a>(subject: Subject<'a>, found: &mut Vec<Ruling<'a>>) {
    let Some(count) = subject.facts.role(Role::PoolCount) else {
        return;
    };
    // Left out, it is turned off: what is deployed does not stay.
    let states = |row: &Property| subject.after(row.scope, &row.path).text();
    let stated = subject.facts.role(Role::PoolAutoscaler).and_then(states);
    let is_on = stated.is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let turned_on = is_on && changes(subject, Role::PoolAutoscaler);
    if turned_on && row_changes(subject, count) {
        found.extend(subject.of_fact("autoscale-and-count", row_anchor(count)));
    }
}

/// Pools that are resized in place, by lower-case name.
fn resized(subject: Subject<'_>, rulings: &[Ruling<'_>]) -> BTreeSet<String> {
    let Some(size) = subject.facts.role(Role::PoolVmSize) else {
        return BTreeSet::new();
    };
    rulings
        .iter()
        .filter(|ruling| ruling.row == size.id && ruling.verdict == Verdict::ReimagesPool)
        .filter_map(|ruling| ruling.pool.clone())
        .collect()
}

/// Resizing in place, where the API version allows it, goes alone.
fn resize_and_other<'a>(subject: Subject<'a>, found: &mut Vec<Ruling<'a>>) {
    let Some(size) = subject.facts.role(Role::PoolVmSize) else {
        return;
    };
    let other = [Role::PoolVersion, Role::PoolCount]
        .into_iter()
        .filter_map(|role| subject.facts.role(role))
        .find(|row| row_changes(subject, row));
    if let Some(other) = other {
        let ruling = subject.of_fact("resize-and-other", row_anchor(size));
        found.extend(ruling.map(|ruling| ruling.value("path", &other.path)));
    }
}

/// An upgrade adds surge nodes to the scale set, which holds so many.
fn surge_fits<'a>(subject: Subject<'a>, pool: PoolChange<'a>, found: &mut Vec<Ruling<'a>>) {
    let (Some(fact), Some(surge_row), Some(count_row)) = (
        subject.facts.fact("vmss-1000"),
        subject.facts.role(Role::PoolMaxSurge),
        subject.facts.role(Role::PoolCount),
    ) else {
        return;
    };
    if !pool_rises(subject, pool) {
        return;
    }
    let read = |row: &Property| {
        let after = subject.after(row.scope, &row.path);
        if after.is_absent() {
            subject.before(row.scope, &row.path).text()
        } else {
            after.text()
        }
    };
    let count = read(count_row).and_then(|text| text.parse::<i64>().ok());
    let (Some(count), Some(surge), Some(limit)) = (count, read(surge_row), fact.number("limit"))
    else {
        return;
    };
    let Some(nodes) = surge_nodes(&surge, count) else {
        return;
    };
    if count.saturating_add(nodes) > limit {
        found.extend(
            subject
                .of_fact("vmss-1000", row_anchor(surge_row))
                .map(|ruling| ruling.value("count", count).value("nodes", nodes)),
        );
    }
}

/// A number of nodes, or a share of them rounded up.
pub fn surge_nodes(surge: &str, count: i64) -> Option<i64> {
    match surge.trim().strip_suffix('%') {
        Some(percent) => {
            let percent: i64 = percent.trim().parse().ok()?;
            let hundredths = percent.checked_mul(count)?;
            Some(hundredths.checked_add(99)?.div_euclid(100))
        }
        None => surge.trim().parse().ok(),
    }
}

fn network_moves<'a>(subject: Subject<'a>, found: &mut Vec<Ruling<'a>>) {
    let dataplane = subject.facts.role(Role::ClusterDataplane);
    if let Some(row) = dataplane
        && row_changes(subject, row)
        && changes(subject, Role::ClusterPluginMode)
    {
        found.extend(subject.of_fact("ipam-and-dataplane", row_anchor(row)));
    }
    let Some(fact) = subject.facts.fact("nap-cluster") else {
        return;
    };
    let provisions = subject
        .role_text(Role::ClusterNodeProvisioning)
        .is_some_and(|mode| fact.lists("modes", &mode));
    if !provisions
        || changes(subject, Role::ClusterNodeProvisioning) && subject.cluster.before.is_none()
    {
        return;
    }
    for row in [Role::ClusterOutboundType, Role::ClusterDataplane]
        .into_iter()
        .filter_map(|role| subject.facts.role(role))
    {
        if row_changes(subject, row) {
            let ruling = subject.of_fact("nap-cluster", row_anchor(row));
            found.extend(ruling.map(|ruling| ruling.value("path", &row.path)));
        }
    }
}

/// The state of the last operation decides whether AKS takes another one.
fn readiness<'a>(subject: Subject<'a>, found: &mut Vec<Ruling<'a>>) {
    let anything = touched(subject)
        || subject
            .cluster
            .judged()
            .any(|pool| pool.after.is_some() && touched(subject.with_pool(pool)));
    if !anything {
        return;
    }
    for (fact, list, role) in [
        ("cluster-not-ready", "busy", Role::ClusterProvisioningState),
        ("cluster-failed", "failed", Role::ClusterProvisioningState),
        ("cluster-stopped", "states", Role::ClusterPowerState),
    ] {
        found.extend(in_state(subject, (fact, list), role, Anchor::Cluster));
    }
    for pool in subject.cluster.judged() {
        let with = subject.with_pool(pool);
        if pool.before.is_none() || pool.after.is_none() || !touched(with) {
            continue;
        }
        found.extend(in_state(
            with,
            ("pool-deleting", "states"),
            Role::PoolProvisioningState,
            Anchor::Pool,
        ));
        if !changes(with, Role::PoolPowerState) {
            found.extend(in_state(
                with,
                ("pool-stopped", "states"),
                Role::PoolPowerState,
                Anchor::Pool,
            ));
        }
    }
}

/// Why a cluster takes no operation at all, whatever it is.
pub fn not_ready(subject: Subject<'_>) -> Option<Ruling<'_>> {
    let mut found = [
        ("cluster-not-ready", "busy", Role::ClusterProvisioningState),
        ("cluster-stopped", "states", Role::ClusterPowerState),
    ]
    .into_iter()
    .filter_map(|(fact, list, role)| in_state(subject, (fact, list), role, Anchor::Cluster));
    found.find(Ruling::refuses)
}

fn in_state<'a>(
    subject: Subject<'a>,
    (fact, list): (&str, &str),
    role: Role,
    anchor: Anchor,
) -> Option<Ruling<'a>> {
    let row = subject.facts.role(role)?;
    let state = subject.before(row.scope, &row.path).text()?;
    let is_in = subject.facts.fact(fact)?.lists(list, &state);
    let ruling = subject.of_fact(fact, anchor).filter(|_| is_in)?;
    Some(ruling.value("state", state))
}

/// A policy of the cluster refuses what reimages nodes.
fn disruption_policy<'a>(
    subject: Subject<'a>,
    rulings: &[Ruling<'a>],
    found: &mut Vec<Ruling<'a>>,
) {
    let Some(fact) = subject.facts.fact("node-disruption-policy") else {
        return;
    };
    let Some(policy) = subject.role_text(Role::ClusterDisruptionPolicy) else {
        return;
    };
    if !fact.lists("block", &policy) && !fact.lists("window", &policy) {
        return;
    }
    let key = subject.cluster_key();
    let reimaging = rulings.iter().filter(|ruling| {
        ruling.cluster == key
            && matches!(
                ruling.verdict,
                Verdict::ReimagesPool | Verdict::ReimagesCluster
            )
    });
    for ruling in reimaging {
        let Anchor::Member(_, path) = &ruling.anchor else {
            continue;
        };
        let Some(mut blocked) = subject.of_fact("node-disruption-policy", ruling.anchor.clone())
        else {
            return;
        };
        blocked.pool.clone_from(&ruling.pool);
        blocked.form = ruling.form;
        found.push(blocked.value("path", path).value("policy", &policy));
    }
}

/// Who waits for whom: the cluster and its pools, and the pools among each other.
fn order<'a>(
    subject: Subject<'a>,
    after: &'a Cluster,
    rulings: &[Ruling<'a>],
    found: &mut Vec<Ruling<'a>>,
) {
    let Some(own) = &after.own else {
        return parallel_pools(subject, found);
    };
    let rises = control_plane_rises(subject);
    let key = after.address.cluster_key();
    let long = rises
        || changes(subject, Role::ClusterOutboundType)
        || rulings
            .iter()
            .any(|ruling| ruling.cluster == key && ruling.verdict == Verdict::ReimagesCluster);
    for pool in subject.cluster.judged() {
        let Some(child) = pool.after.and_then(|pool| pool.child.as_ref()) else {
            continue;
        };
        let with = subject.with_pool(pool);
        // Across nested deployments the order is not seen from the resources.
        let waits = !child.beside(own.deployment, &own.modules)
            || subject.after.waits_for(&child.depends_on, &after.id)
            || subject.after.waits_for(&own.depends_on, &child.carrier);
        let fact = if subject.cluster.is_new() && !waits {
            "child-before-cluster"
        } else if subject.cluster.is_update() && long && !waits {
            if rises && !states_versions(subject) {
                "cluster-version-with-child-pools"
            } else {
                "cluster-and-child"
            }
        } else if subject.cluster.is_update() && long && touched(with) {
            "cluster-then-child"
        } else {
            continue;
        };
        let ruling = with.of_fact(fact, Anchor::Pool);
        let version = &subject.cluster.versions(subject.facts).after;
        found.extend(ruling.map(|ruling| match version.known() {
            Some(version) => ruling.value("after", version),
            None => ruling,
        }));
    }
    parallel_pools(subject, found);
}

/// Whether an inline pool states its version.
fn states_versions(subject: Subject<'_>) -> bool {
    let stated = |pool: &PoolChange<'_>| -> Option<Version> {
        pool.versions(subject.facts).stated.known().cloned()
    };
    subject
        .cluster
        .pools()
        .filter(|pool| pool.after.is_some_and(|pool| pool.inline.is_some()))
        .any(|pool| stated(&pool).is_some())
}

/// The resource of a pool, with its id in lower case and all that it waits for.
struct Ordered<'a> {
    profile: &'a Profile,
    id: String,
    waits: BTreeSet<&'a str>,
}

/// Pools that are created or changed without an order between them.
fn parallel_pools<'a>(subject: Subject<'a>, found: &mut Vec<Ruling<'a>>) {
    let changed: Vec<(PoolChange<'a>, Ordered<'a>)> = subject
        .cluster
        .judged()
        .filter_map(|pool| {
            let profile = pool.after?.child.as_ref()?;
            let ordered = || Ordered {
                profile,
                id: profile.carrier.to_lowercase(),
                waits: subject.after.all_waits(&profile.depends_on),
            };
            touched(subject.with_pool(pool)).then(|| (pool, ordered()))
        })
        .collect();
    let apart: Vec<_> = changed
        .iter()
        .filter(|(_, one)| {
            changed.iter().any(|(_, other)| {
                one.profile.carrier != other.profile.carrier
                    && one
                        .profile
                        .beside(other.profile.deployment, &other.profile.modules)
                    && !one.waits.contains(other.id.as_str())
                    && !other.waits.contains(one.id.as_str())
            })
        })
        .collect();
    let Some((first, _)) = apart.get(1).or(apart.first()) else {
        return;
    };
    let all_new = apart.iter().all(|(pool, _)| pool.before.is_none());
    let fact = if all_new {
        "child-pools-added-unordered"
    } else {
        "several-pools-parallel"
    };
    let list: Vec<_> = apart
        .iter()
        .filter_map(|(pool, _)| pool.pool().map(|pool| pool.name.text.as_str()))
        .collect();
    let ruling = subject.with_pool(*first).of_fact(fact, Anchor::Pool);
    found.extend(ruling.map(|ruling| ruling.value("list", list.join(", "))));
}

/// Rows of the cluster whose members a request states and that were not stated before, where the service's own value
/// cannot be told: it may be a change.
pub fn newly_stated(subject: Subject<'_>) -> Vec<&Property> {
    let is_open = |row: &&Property| {
        let (before, after) = (
            subject.before(row.scope, &row.path),
            subject.after(row.scope, &row.path),
        );
        before.is_absent()
            && after.known().is_some()
            && matches!(
                sameness(subject, row, &before, &after),
                Sameness::CannotTell(_)
            )
    };
    let of_cluster = Subject {
        pool: None,
        ..subject
    };
    rows::open(of_cluster)
        .into_iter()
        .filter(|row| row.scope == Scope::Cluster && !row.comparison.read_only)
        .filter(is_open)
        .collect()
}

/// Rows whose members certainly change, of the subject's pool or of its cluster. What appears or goes away with a whole
/// object is its row's.
pub fn changed_rows(subject: Subject<'_>) -> Vec<&Property> {
    rows::open(subject)
        .into_iter()
        .filter(|row| !row.comparison.read_only && row.role != Some(Role::ClusterPools))
        .filter(|row| row_changes(subject, row))
        .filter(|row| !super::sameness::comes_or_goes_as_a_whole(subject, row))
        .collect()
}
