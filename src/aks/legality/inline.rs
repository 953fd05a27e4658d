//! Inline profiles and child resources: what a request for the cluster does with pools it names, and with those it does not.

use super::{Anchor, Mode, Ruling, Subject, rows};
use crate::aks::change::{PoolChange, StatedVersion, stated_version};
use crate::aks::cluster::{Cluster, InlinePools};
use crate::aks::facts::{Role, Scope};
use crate::aks::pool::{Pool, Profile};
use crate::aks::read::read;
use crate::aks::{Move, Version};
use crate::diff::Sameness;

/// Everything about the two forms of pools of one cluster.
pub(super) fn judge<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    if subject.cluster.is_new() {
        no_pools_at_first(subject, rulings);
    }
    if subject.cluster.is_update() {
        array_left_out(subject, rulings);
        partly_set_versions(subject, rulings);
    }
    let renamed = renames(subject);
    for pool in subject.cluster.judged() {
        let with = subject.with_pool(pool);
        if let Some(after) = pool.after {
            twice(with, after, rulings);
        }
        match (pool.before, pool.after) {
            (None, Some(after)) => added(with, after, renamed.as_ref(), rulings),
            (Some(before), None) => dropped(with, before, renamed.as_ref(), rulings),
            (Some(before), Some(after)) => moved(with, before, after, rulings),
            (None, None) => {}
        }
    }
}

/// A pool that went, and the one that came in its place.
struct Rename {
    old: String,
    new: String,
    old_name: String,
}

/// One pool goes and one comes with the same members in the same form: a new name.
fn renames(subject: Subject<'_>) -> Option<Rename> {
    subject.cluster.before?;
    let mut judged = subject.cluster.judged();
    let new = only(judged.by_ref().filter(|pool| pool.before.is_none()))?;
    let gone = only(subject.cluster.pools().filter(|pool| pool.after.is_none()))?;
    let (old, new) = (gone.before?, new.after?);
    let (from, to) = (old.profile()?, new.profile()?);
    let alike = subject.facts.role(Role::PoolVmSize).is_some_and(|size| {
        let one = read(&from.body, &size.path).text();
        one.is_some()
            && one.map(|text| text.to_ascii_lowercase())
                == read(&to.body, &size.path)
                    .text()
                    .map(|text| text.to_ascii_lowercase())
    });
    // A snapshot lists pools in whichever form it was asked for.
    let same_form = from.form == to.form || subject.live_before;
    (same_form && alike).then(|| Rename {
        old: old.name.key(),
        new: new.name.key(),
        old_name: old.name.text.clone(),
    })
}

/// The item, if there is one and no other.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next();
    first.filter(|_| items.next().is_none())
}

/// A new cluster needs a pool in its array.
fn no_pools_at_first<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let Some(own) = subject
        .cluster
        .after
        .and_then(|cluster| cluster.own.as_ref())
    else {
        return;
    };
    let without = match &own.inline {
        InlinePools::Absent => true,
        InlinePools::Stated(None) => subject
            .cluster
            .pools()
            .all(|pool| pool.after.is_none_or(|pool| pool.inline.is_none())),
        InlinePools::Stated(Some(_)) | InlinePools::Unknown(_) => false,
    };
    if without && !needs_no_pools(subject, "inline-pools-missing") {
        rulings.extend(subject.of_fact("inline-pools-missing", Anchor::Cluster));
    }
}

/// Kinds of clusters whose pools AKS makes by itself.
pub(super) fn needs_no_pools(subject: Subject<'_>, fact: &str) -> bool {
    let Some(row) = subject.facts.role(Role::ClusterSkuName) else {
        return false;
    };
    let fact = subject.facts.fact(fact);
    match subject.after(row.scope, &row.path) {
        crate::aks::read::Reading::Unknown(..) => true,
        other => other
            .text()
            .is_some_and(|name| fact.is_some_and(|fact| fact.lists("except-sku", &name))),
    }
}

/// The array was there and is left out now.
fn array_left_out<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let inline = |cluster: Option<&'a Cluster>| {
        cluster
            .and_then(|cluster| cluster.own.as_ref())
            .map(|own| &own.inline)
    };
    let left_out = matches!(inline(subject.cluster.after), Some(InlinePools::Absent))
        && matches!(inline(subject.cluster.before), Some(InlinePools::Stated(_)));
    if left_out {
        rulings.extend(subject.of_fact("inline-pools-null-later", Anchor::Cluster));
    }
}

/// A pool that no state before has.
fn added<'a>(
    subject: Subject<'a>,
    after: &'a Pool,
    renamed: Option<&Rename>,
    rulings: &mut Vec<Ruling<'a>>,
) {
    // A cluster that is not in the state before, or is new itself, is created with its pools.
    let Some(before) = subject.cluster.before else {
        return;
    };
    // It may be one of those whose names were not known.
    if subject.cluster.opens_before() || !after.name.known {
        return;
    }
    let rename = renamed.filter(|rename| rename.new == after.name.key());
    let fact = if after.inline.is_some() {
        // Where only pools of the cluster are known before, its array is not.
        if before.own.is_none() {
            return;
        }
        match rename {
            Some(_) => "pool-renamed",
            None if subject.live_before => "pool-portal-deleted",
            None => "inline-pool-added",
        }
    } else if rename.is_some() {
        "child-pool-renamed"
    } else {
        "child-pool-added"
    };
    let ruling = subject.of_fact(fact, Anchor::Pool);
    rulings.extend(ruling.map(|ruling| {
        match (rename, after.condition()) {
            (Some(rename), _) => ruling
                .value("before", &rename.old_name)
                .value("after", &after.name.text),
            (None, Some(reason)) => ruling.doubted(super::Doubt::Deployed(reason.clone())),
            (None, None) => ruling,
        }
    }));
}

/// A pool that the state after does not name any more.
fn dropped<'a>(
    subject: Subject<'a>,
    before: &'a Pool,
    renamed: Option<&Rename>,
    rulings: &mut Vec<Ruling<'a>>,
) {
    if renamed.is_some_and(|rename| rename.old == before.name.key()) {
        return;
    }
    let Some(after) = subject.cluster.after else {
        // The cluster goes with it, or is no longer this template's.
        return;
    };
    if subject.cluster.opens_after() || !before.name.known {
        return;
    }
    let array = after.own.as_ref().map(|own| &own.inline);
    let fact = if before.child.is_some() && !subject.live_before {
        if subject.options.mode == Mode::Stack {
            return;
        }
        "child-pool-removed"
    } else {
        // Without an array the request says nothing about pools; a snapshot's pools may be children of elsewhere.
        match array {
            Some(InlinePools::Stated(_)) => "inline-pool-removed",
            _ => return,
        }
    };
    rulings.extend(subject.of_fact(fact, Anchor::Pool));
}

/// A pool on both sides: members that change in the cluster's request.
fn moved<'a>(
    subject: Subject<'a>,
    before: &'a Pool,
    after: &'a Pool,
    rulings: &mut Vec<Ruling<'a>>,
) {
    let both_inline = before.inline.is_some() && after.inline.is_some() && after.child.is_none();
    if !both_inline || subject.pool.is_some_and(|pool| pool.is_untouched()) {
        return;
    }
    let mutable = rows::open(subject)
        .into_iter()
        .filter(|row| !row.fixed && !row.comparison.read_only)
        .any(|row| {
            let (before, after) = (before.read(&row.path), after.read(&row.path));
            super::sameness::sameness(subject, row, &before, &after) == Sameness::Changed
        });
    if mutable {
        rulings.extend(subject.of_fact("inline-pool-mutable-change", Anchor::Pool));
    }
}

/// One pool written twice in one state.
fn twice<'a>(subject: Subject<'a>, pool: &'a Pool, rulings: &mut Vec<Ruling<'a>>) {
    let (Some(inline), Some(child)) = (&pool.inline, &pool.child) else {
        return;
    };
    let was_twice = subject
        .pool
        .and_then(|pool| pool.before)
        .filter(|pool| pool.inline.is_some() && pool.child.is_some());
    let differing = differing(subject, inline, child);
    if let Some(before) = was_twice
        && let (Some(one), Some(two)) = (&before.inline, &before.child)
        && self::differing(subject, one, two) == differing
    {
        return;
    }
    let (fact, at) = match &differing {
        Some(path) => (
            "duplicate-pool-differs",
            Anchor::Member(Scope::Pool, path.clone()),
        ),
        None => ("duplicate-pool-definition", Anchor::Pool),
    };
    rulings.extend(subject.of_fact(fact, at).map(|ruling| {
        let text = |profile: &Profile| {
            differing
                .as_ref()
                .and_then(|path| read(&profile.body, path).text())
                .unwrap_or_default()
        };
        ruling
            .value("path", differing.clone().unwrap_or_default())
            .value("before", text(inline))
            .value("after", text(child))
    }));
}

/// The first member that both forms state with different values.
fn differing(subject: Subject<'_>, inline: &Profile, child: &Profile) -> Option<String> {
    subject
        .facts
        .properties()
        .iter()
        .filter(|row| {
            row.scope == Scope::Pool
                && !row.comparison.read_only
                && row.role != Some(Role::PoolName)
        })
        .find(|row| {
            let (one, two) = (read(&inline.body, &row.path), read(&child.body, &row.path));
            one.known().is_some()
                && two.known().is_some()
                && super::sameness::sameness(subject, row, &one, &two) == Sameness::Changed
        })
        .map(|row| row.path.clone())
}

/// Versions of inline pools in a request that moves one: all or none, each unchanged or the control plane's.
fn partly_set_versions<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let inline = inline_versions(subject);
    if inline.is_empty() || !subject.cluster.sends_inline() {
        return;
    }
    let versions = subject.cluster.versions(subject.facts);
    let (plane, rises) = (&versions.after, versions.rise());
    if inline
        .iter()
        .any(|(_, stated)| *stated == StatedVersion::Unknown)
    {
        return;
    }
    let (set, bare): (Vec<_>, Vec<_>) = inline
        .into_iter()
        .partition(|(_, stated)| stated.known().is_some());
    let moving: Vec<_> = set
        .iter()
        .filter(|(pool, stated)| {
            let before = &pool.versions(subject.facts).before;
            match (before.known(), stated.known()) {
                (Some(before), Some(after)) => before.move_to(after) != Move::Same,
                _ => false,
            }
        })
        .collect();
    let Some((first, _)) = set.first() else {
        if rises {
            pools_may_follow(subject, rulings);
        }
        return;
    };
    if !rises && moving.is_empty() {
        return;
    }
    let unlisted = subject
        .cluster
        .pools()
        .any(|pool| pool.before.is_some() && pool.after.is_none_or(|pool| pool.inline.is_none()));
    let foreign = moving
        .iter()
        .find(|(_, stated)| match (stated.known(), plane.known()) {
            (Some(after), Some(plane)) => !after.agrees_with(plane),
            _ => false,
        });
    if let Some((pool, _)) = foreign {
        not_the_control_plane(subject.with_pool(*pool), plane.known(), rulings);
    } else if !bare.is_empty() || unlisted {
        let bare = bare.first().map(|(pool, _)| *pool);
        let about = moving.first().map(|(pool, _)| *pool).or(bare);
        let at = if bare.is_some() && moving.is_empty() {
            Anchor::Pool
        } else {
            version_anchor(subject)
        };
        not_all_of_them(
            subject.with_pool(about.unwrap_or(*first)),
            bare,
            at,
            rulings,
        );
    } else if rises && moving.is_empty() {
        control_plane_alone(subject, plane.known(), rulings);
    } else if rises {
        spot_in_full_upgrade(subject, rulings);
    }
}

/// The pools that the request for the cluster names, each with the version that it states there.
fn inline_versions(subject: Subject<'_>) -> Vec<(PoolChange<'_>, StatedVersion)> {
    let pools = subject.cluster.pools();
    pools
        .filter_map(|pool| {
            let inline = pool.after?.inline.as_ref()?;
            Some((pool, stated_version(&inline.body, subject.facts)))
        })
        .collect()
}

fn version_anchor(subject: Subject<'_>) -> Anchor {
    subject
        .facts
        .role(Role::PoolVersion)
        .map_or(Anchor::Pool, |row| {
            Anchor::Member(row.scope, row.path.clone())
        })
}

fn plane_anchor(subject: Subject<'_>) -> Anchor {
    subject
        .facts
        .role(Role::ClusterVersion)
        .map_or(Anchor::Cluster, |row| {
            Anchor::Member(row.scope, row.path.clone())
        })
}

fn not_the_control_plane<'a>(
    subject: Subject<'a>,
    plane: Option<&Version>,
    rulings: &mut Vec<Ruling<'a>>,
) {
    let ruling = subject.of_fact("inline-pool-version-change", version_anchor(subject));
    rulings.extend(ruling.map(|ruling| match plane {
        Some(plane) => ruling.value("control-plane", plane),
        None => ruling,
    }));
}

/// A pool moves with some others only; of those that stay, one that states no version is named.
fn not_all_of_them<'a>(
    subject: Subject<'a>,
    bare: Option<PoolChange<'a>>,
    at: Anchor,
    rulings: &mut Vec<Ruling<'a>>,
) {
    let ruling = subject.of_fact("inline-pool-version-change", at);
    let versions = subject.pool.map(|pool| pool.versions(subject.facts));
    let version = versions
        .as_ref()
        .and_then(|versions| versions.after.known());
    let text = version.map_or_else(|| "none".to_owned(), ToString::to_string);
    let other = bare
        .and_then(|pool| pool.pool())
        .map(|pool| pool.name.text.clone());
    rulings.extend(ruling.map(|ruling| {
        ruling
            .value("after", text)
            .value("list", other.unwrap_or_default())
    }));
}

/// No inline pool states a version and the control plane rises: what the pools do hangs on what the service stored.
fn pools_may_follow<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    rulings.extend(subject.of_fact("cluster-version-without-pools", plane_anchor(subject)));
    spot_in_full_upgrade(subject, rulings);
}

/// The control plane rises alone although a channel moves cluster and pools together.
fn control_plane_alone<'a>(
    subject: Subject<'a>,
    plane: Option<&Version>,
    rulings: &mut Vec<Ruling<'a>>,
) {
    let Some(fact) = subject.facts.fact("autoupgrade-cp-only") else {
        return;
    };
    let Some(channel) = subject.role_text(Role::ClusterUpgradeChannel) else {
        return;
    };
    if fact.lists("channels", &channel) {
        rulings.extend(
            subject
                .of_fact("autoupgrade-cp-only", plane_anchor(subject))
                .map(|ruling| {
                    let ruling = ruling.value("channel", &channel);
                    match plane {
                        Some(plane) => ruling.value("control-plane", plane),
                        None => ruling,
                    }
                }),
        );
    }
}

/// A Spot pool in a cluster whose control plane and pools go up in one request.
fn spot_in_full_upgrade<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let Some(fact) = subject.facts.fact("spot-with-full-upgrade") else {
        return;
    };
    let spot = subject.cluster.pools().find(|pool| {
        let with = subject.with_pool(*pool);
        with.role_text(Role::PoolPriority)
            .is_some_and(|priority| fact.lists("priority", &priority))
    });
    if let Some(pool) = spot {
        rulings.extend(
            subject
                .with_pool(pool)
                .of_fact("spot-with-full-upgrade", plane_anchor(subject)),
        );
    }
}
