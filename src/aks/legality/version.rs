//! Kubernetes versions: moves of the control plane and of pools, their distance, support, operating system images.

use super::support::{has_long_term, long_term_plan, os_image, pinned_patch, support};
use super::{Anchor, Ruling, Subject};
use crate::aks::change::{PoolChange, StatedVersion, Versions};
use crate::aks::facts::{Role, SupportState, Verdict};
use crate::aks::{ApiVersion, Minor, Move, Version};

/// Everything about versions of one cluster and its pools.
pub(super) fn judge<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    if subject.cluster.after.is_none() {
        return;
    }
    control_plane(subject, rulings);
    let plane = Plane {
        is_refused: control_plane_refused(subject),
        versions: subject.cluster.versions(subject.facts),
    };
    for pool in subject.cluster.judged() {
        let Some(after) = pool.after else { continue };
        let subject = subject.with_pool(pool);
        if !after.name.known && pool.before.is_none() && after.condition().is_some() {
            continue;
        }
        let versions = pool.versions(subject.facts);
        pool_move(subject, pool, &versions, rulings);
        skew(subject, pool, (&plane, &versions), rulings);
        os_image(subject, pool, (plane.versions, &versions), rulings);
    }
    long_term_plan(subject, rulings);
    pinned_patch(subject, rulings);
}

pub(super) fn anchor(subject: Subject<'_>, role: Role) -> Option<Anchor> {
    subject
        .facts
        .role(role)
        .map(|row| Anchor::Member(row.scope, row.path.clone()))
}

/// Whether the request says something new about the version of the control plane.
pub(super) fn control_plane_moves(subject: Subject<'_>) -> bool {
    subject.cluster.versions(subject.facts).are_moved()
}

/// Whether it says something new about the version of a pool.
pub(super) fn pool_moves(pool: PoolChange<'_>, versions: &Versions) -> bool {
    pool.before.is_none() || versions.are_moved()
}

/// What pools are held against: the control plane, and whether its move is refused by itself.
struct Plane<'a> {
    versions: &'a Versions,
    is_refused: bool,
}

/// The version that is asked for; one that is newly set and no version gets a ruling.
fn readable<'a>(
    subject: Subject<'a>,
    before: &StatedVersion,
    stated: &StatedVersion,
    at: &Anchor,
    rulings: &mut Vec<Ruling<'a>>,
) -> Option<Version> {
    match stated {
        StatedVersion::Known(version) => Some(version.clone()),
        StatedVersion::Malformed(text) => {
            if before != stated {
                let ruling = subject.of_fact("version-syntax", at.clone());
                rulings.extend(ruling.map(|ruling| ruling.value("after", text)));
            }
            None
        }
        _ => None,
    }
}

fn control_plane<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let Some(at) = anchor(subject, Role::ClusterVersion) else {
        return;
    };
    let versions = subject.cluster.versions(subject.facts);
    let before = &versions.before;
    let Some(after) = readable(subject, before, &versions.stated, &at, rulings) else {
        return;
    };
    match before.known() {
        None => support(subject, &after, at, true, rulings),
        Some(before) => {
            let names = |ruling: Ruling<'a>| {
                ruling
                    .value("before", before)
                    .value("after", &after)
                    .value("version", &after)
            };
            let fact = match before.move_to(&after) {
                Move::Same => return,
                Move::Down => downgrade(subject, "cp-downgrade", "template-older-than-live"),
                Move::UnknownPatch => "alias-compare",
                Move::Up => {
                    rise(subject, before, &after, &at, rulings);
                    return;
                }
            };
            rulings.extend(subject.of_fact(fact, at).map(names));
        }
    }
}

/// A snapshot that is newer than the template has a row of its own.
fn downgrade(subject: Subject<'_>, plain: &'static str, than_live: &'static str) -> &'static str {
    if subject.live_before {
        than_live
    } else {
        plain
    }
}

fn rise<'a>(
    subject: Subject<'a>,
    before: &Version,
    after: &Version,
    at: &Anchor,
    rulings: &mut Vec<Ruling<'a>>,
) {
    let names = |ruling: Ruling<'a>| {
        ruling
            .value("before", before)
            .value("after", after)
            .value("version", after)
            .value("next", before.minor().next())
    };
    let minors = after.minor().minors_above(before.minor());
    if minors.is_none_or(|minors| minors > most(subject, "cp-skip-minor")) {
        let fact = skip(subject, before.minor(), after.minor());
        rulings.extend(subject.of_fact(fact, at.clone()).map(names));
    } else if minors == Some(1) {
        let checked = subject
            .facts
            .fact("deprecated-api-block")
            .is_some_and(|fact| {
                let from = fact
                    .number("from-minor")
                    .and_then(|minor| u64::try_from(minor).ok());
                from.is_none_or(|from| from <= after.minor().minor)
            });
        if checked && !overrides(subject) {
            rulings.extend(
                subject
                    .of_fact("deprecated-api-block", at.clone())
                    .map(names),
            );
        }
    }
    stays_behind(subject, after, at, rulings);
    support(subject, after, at.clone(), false, rulings);
}

/// Minor versions that a row lets one step span.
fn most(subject: Subject<'_>, fact: &str) -> u64 {
    let number = subject
        .facts
        .fact(fact)
        .and_then(|fact| fact.number("minors"));
    number
        .and_then(|number| u64::try_from(number).ok())
        .unwrap_or(1)
}

/// Whether the request overrides the check of removed APIs.
fn overrides(subject: Subject<'_>) -> bool {
    subject
        .role_text(Role::ClusterUpgradeOverride)
        .is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// Which row speaks of a move over more than one minor.
fn skip(subject: Subject<'_>, before: Minor, after: Minor) -> &'static str {
    let calendar = subject.facts.calendar();
    let today = subject.options.as_of;
    if has_long_term(subject) == Some(true) && calendar.in_long_term(after, today) {
        return "cp-skip-minor-lts";
    }
    let out_of_support = matches!(
        calendar.state(before, today),
        Some(SupportState::LongTerm | SupportState::Ended)
    );
    if out_of_support && calendar.oldest_supported(today) == Some(after) {
        "cp-skip-minor-unsupported"
    } else {
        "cp-skip-minor"
    }
}

/// Pools that a rising control plane leaves where they are.
fn stays_behind<'a>(
    subject: Subject<'a>,
    after: &Version,
    at: &Anchor,
    rulings: &mut Vec<Ruling<'a>>,
) {
    for pool in subject.cluster.pools().filter(|pool| pool.before.is_some()) {
        let versions = pool.versions(subject.facts);
        let Some(version) = versions.after.known() else {
            continue;
        };
        if version.minor() < after.minor() {
            let ruling = subject.with_pool(pool).of_fact("np-behind-cp", at.clone());
            rulings.extend(ruling.map(|ruling| {
                ruling
                    .value("control-plane", after)
                    .value("pool-version", version)
            }));
        }
    }
}

fn pool_move<'a>(
    subject: Subject<'a>,
    pool: PoolChange<'a>,
    versions: &Versions,
    rulings: &mut Vec<Ruling<'a>>,
) {
    let Some(at) = anchor(subject, Role::PoolVersion) else {
        return;
    };
    let before = &versions.before;
    let Some(after) = readable(subject, before, &versions.stated, &at, rulings) else {
        return;
    };
    if pool.before.is_none() {
        if !subject.cluster.is_new() {
            support(subject, &after, at, false, rulings);
        }
        return;
    }
    // A pool that states no version has the control plane's, where it never got one of its own.
    let Some(before) = before.known() else { return };
    let fact = match before.move_to(&after) {
        Move::Same => return,
        Move::UnknownPatch => "alias-compare",
        Move::Up => {
            if after
                .minor()
                .minors_above(before.minor())
                .is_some_and(|minors| minors > most(subject, "np-skip-minor"))
            {
                "np-skip-minor"
            } else {
                return;
            }
        }
        Move::Down if rolls_back(subject, pool) => "np-rollback",
        Move::Down => downgrade(subject, "np-downgrade", "pool-older-than-live"),
    };
    rulings.extend(subject.of_fact(fact, at).map(|ruling| {
        ruling
            .value("before", before)
            .value("after", &after)
            .value("version", &after)
            .value("next", before.minor().next())
    }));
}

/// Whether the request is sent with an API version that knows rolling back, and goes back no further than that does.
fn rolls_back(subject: Subject<'_>, pool: PoolChange<'_>) -> bool {
    let Some(fact) = subject.facts.fact("np-rollback") else {
        return false;
    };
    let Some(api) = pool
        .after
        .and_then(|pool| pool.profile())
        .and_then(|profile| profile.api.as_ref())
    else {
        return false;
    };
    let line = if api.is_preview() {
        "preview-from"
    } else {
        "api-from"
    };
    let from = fact
        .list(line)
        .first()
        .and_then(|text| text.parse::<ApiVersion>().ok());
    let versions = pool.versions(subject.facts);
    let near = match (versions.before.known(), versions.stated.known()) {
        (Some(before), Some(after)) => before
            .minor()
            .minors_above(after.minor())
            .is_some_and(|minors| minors <= most(subject, "np-rollback")),
        _ => false,
    };
    near && from.is_some_and(|from| from <= *api)
}

/// Whether the move of the control plane is refused by itself.
fn control_plane_refused(subject: Subject<'_>) -> bool {
    let versions = subject.cluster.versions(subject.facts);
    let (Some(before), Some(after)) = (versions.before.known(), versions.stated.known()) else {
        return false;
    };
    let fact = match before.move_to(after) {
        Move::Down => downgrade(subject, "cp-downgrade", "template-older-than-live"),
        Move::Up
            if after
                .minor()
                .minors_above(before.minor())
                .is_none_or(|minors| minors > most(subject, "cp-skip-minor")) =>
        {
            skip(subject, before.minor(), after.minor())
        }
        Move::Same | Move::Up | Move::UnknownPatch => return false,
    };
    subject
        .facts
        .fact(fact)
        .is_some_and(|fact| fact.verdict == Verdict::Refused)
}

/// How far a pool and its control plane are apart.
fn skew<'a>(
    subject: Subject<'a>,
    pool: PoolChange<'a>,
    (plane, versions): (&Plane<'_>, &Versions),
    rulings: &mut Vec<Ruling<'a>>,
) {
    let pool_moved = pool_moves(pool, versions);
    // A move of the control plane that is refused says all there is to say about pools that stay.
    if !pool_moved && (!plane.versions.are_moved() || plane.is_refused) {
        return;
    }
    let (Some(plane), Some(version)) = (plane.versions.after.known(), versions.after.known())
    else {
        return;
    };
    let stated = versions.stated.known().is_some();
    let Some(fact) = skew_fact(subject, pool, plane, version) else {
        return;
    };
    // A downgrade says more than the distance it makes.
    let role = if pool_moved && stated {
        Role::PoolVersion
    } else {
        Role::ClusterVersion
    };
    let Some(at) = anchor(subject, role) else {
        return;
    };
    let limit = subject.facts.calendar().window(plane.minor());
    rulings.extend(subject.of_fact(fact, at).map(|ruling| {
        let ruling = ruling
            .value("pool-version", version)
            .value("control-plane", plane)
            .value(
                "behind",
                plane
                    .minor()
                    .minors_above(version.minor())
                    .unwrap_or_default(),
            );
        match limit {
            Some(limit) => ruling.value("limit", limit),
            None => ruling,
        }
    }));
}

fn skew_fact(
    subject: Subject<'_>,
    pool: PoolChange<'_>,
    plane: &Version,
    version: &Version,
) -> Option<&'static str> {
    let inline = pool.after.is_some_and(|pool| pool.inline.is_some());
    if subject.cluster.is_new() && inline && !version.agrees_with(plane) {
        return Some("create-pool-version-equal");
    }
    if version.minor().major != plane.minor().major {
        return Some("skew-major");
    }
    if version.is_later_than(plane) {
        return Some("skew-newer");
    }
    let behind = plane.minor().minors_above(version.minor())?;
    let limit = subject.facts.calendar().window(plane.minor())?;
    match behind.cmp(&limit) {
        std::cmp::Ordering::Greater => Some("skew-too-old"),
        std::cmp::Ordering::Equal => Some("skew-at-limit"),
        std::cmp::Ordering::Less => None,
    }
}
