//! Kubernetes versions: moves of the control plane and of pools, their distance, support, operating system images.

use super::{Anchor, Ruling, Subject};
use crate::aks::change::{PoolChange, StatedVersion};
use crate::aks::facts::{OsRange, Role, Scope, SupportState};
use crate::aks::{ApiVersion, Minor, Move, Version};
use crate::finding::Level;

/// Everything about versions of one cluster and its pools.
pub(super) fn judge<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    if subject.cluster.after.is_none() {
        return;
    }
    control_plane(subject, rulings);
    for pool in &subject.cluster.pools {
        let Some(after) = pool.after else { continue };
        let subject = subject.with_pool(*pool);
        if !after.name.known && pool.before.is_none() && after.condition().is_some() {
            continue;
        }
        pool_move(subject, *pool, rulings);
        skew(subject, *pool, rulings);
        os_image(subject, *pool, rulings);
    }
    long_term_plan(subject, rulings);
    pinned_patch(subject, rulings);
}

fn anchor(subject: Subject<'_>, role: Role) -> Option<Anchor> {
    subject
        .facts
        .role(role)
        .map(|row| Anchor::Member(row.scope, row.path.clone()))
}

/// Whether the request says something new about the version of the control plane.
fn control_plane_moves(subject: Subject<'_>) -> bool {
    let before = subject.cluster.control_plane_before(subject.facts);
    let stated = subject.cluster.control_plane_stated(subject.facts);
    match (before, stated) {
        (_, StatedVersion::Absent) => false,
        (StatedVersion::Known(before), StatedVersion::Known(after)) => {
            before.move_to(&after) != Move::Same
        }
        _ => true,
    }
}

fn pool_moves(subject: Subject<'_>, pool: PoolChange<'_>) -> bool {
    match (
        pool.before,
        pool.version_before(subject.facts),
        pool.version_stated(subject.facts),
    ) {
        (None, _, _) => true,
        (_, _, StatedVersion::Absent) => false,
        (_, StatedVersion::Known(before), StatedVersion::Known(after)) => {
            before.move_to(&after) != Move::Same
        }
        _ => true,
    }
}

fn control_plane<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let Some(at) = anchor(subject, Role::ClusterVersion) else {
        return;
    };
    let stated = subject.cluster.control_plane_stated(subject.facts);
    let before = subject.cluster.control_plane_before(subject.facts);
    if let StatedVersion::Malformed(text) = &stated
        && before != stated
    {
        rulings.extend(
            subject
                .of_fact("version-syntax", at)
                .map(|ruling| ruling.value("after", text)),
        );
        return;
    }
    let StatedVersion::Known(after) = stated else {
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

/// Whether the cluster has long-term support; none where that is not known.
fn has_long_term(subject: Subject<'_>) -> Option<bool> {
    let row = subject.facts.role(Role::ClusterSupportPlan)?;
    if subject.after(row.scope, &row.path).unknown().is_some() {
        return None;
    }
    let plan = subject.role_text(Role::ClusterSupportPlan);
    let fact = subject.facts.fact("lts-plan")?;
    Some(plan.is_some_and(|plan| fact.lists("plan", &plan)))
}

/// Pools that a rising control plane leaves where they are.
fn stays_behind<'a>(
    subject: Subject<'a>,
    after: &Version,
    at: &Anchor,
    rulings: &mut Vec<Ruling<'a>>,
) {
    for pool in subject
        .cluster
        .pools
        .iter()
        .filter(|pool| pool.before.is_some())
    {
        let version = pool.version_after(subject.facts);
        let Some(version) = version.known() else {
            continue;
        };
        if version.minor() < after.minor() {
            let ruling = subject.with_pool(*pool).of_fact("np-behind-cp", at.clone());
            rulings.extend(ruling.map(|ruling| {
                ruling
                    .value("control-plane", after)
                    .value("pool-version", version)
            }));
        }
    }
}

/// What the calendar says of a version that is newly asked for.
fn support<'a>(
    subject: Subject<'a>,
    version: &Version,
    at: Anchor,
    control_plane: bool,
    rulings: &mut Vec<Ruling<'a>>,
) {
    let state = subject
        .facts
        .calendar()
        .state(version.minor(), subject.options.as_of);
    let creates = control_plane && subject.cluster.before.is_none();
    let long_term = has_long_term(subject);
    let for_pool = subject.pool.is_some();
    // An error hangs on more than the date only where a plan newly sets the version.
    let ended = if subject.options.plan {
        "version-ended"
    } else {
        "version-unsupported"
    };
    let pool_ended = if subject.options.plan {
        "pool-version-ended"
    } else {
        "pool-version-unsupported"
    };
    let fact = match state {
        None | Some(SupportState::Community) => return,
        Some(SupportState::Preview) => "version-preview",
        Some(SupportState::Ended) if for_pool => pool_ended,
        Some(SupportState::Ended) => ended,
        Some(SupportState::Future) if for_pool => "pool-version-unsupported",
        Some(SupportState::Platform | SupportState::LongTerm) if long_term == Some(true) => return,
        Some(SupportState::Platform | SupportState::LongTerm) if for_pool => {
            "pool-add-deprecated-patch"
        }
        Some(SupportState::Platform) if creates => "create-platform-support",
        Some(SupportState::LongTerm) if creates => "create-lts-version",
        Some(SupportState::Future | SupportState::Platform | SupportState::LongTerm) => {
            "version-unsupported"
        }
    };
    let Some(mut ruling) = subject.of_fact(fact, at) else {
        return;
    };
    if !subject.options.plan || long_term.is_none() {
        ruling.level = ruling.level.map(|level| level.max(Level::Warning));
        ruling.by_date = true;
    }
    rulings.push(
        ruling
            .value("after", version)
            .value("day", subject.options.as_of),
    );
}

fn pool_move<'a>(subject: Subject<'a>, pool: PoolChange<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let Some(at) = anchor(subject, Role::PoolVersion) else {
        return;
    };
    let stated = pool.version_stated(subject.facts);
    let before = pool.version_before(subject.facts);
    if let StatedVersion::Malformed(text) = &stated
        && before != stated
    {
        rulings.extend(
            subject
                .of_fact("version-syntax", at)
                .map(|ruling| ruling.value("after", text)),
        );
        return;
    }
    let StatedVersion::Known(after) = stated else {
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
    let (before, after) = (
        pool.version_before(subject.facts),
        pool.version_stated(subject.facts),
    );
    let near = match (before.known(), after.known()) {
        (Some(before), Some(after)) => before
            .minor()
            .minors_above(after.minor())
            .is_some_and(|minors| minors <= most(subject, "np-rollback")),
        _ => false,
    };
    near && from.is_some_and(|from| from <= *api)
}

/// How far a pool and its control plane are apart.
fn skew<'a>(subject: Subject<'a>, pool: PoolChange<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let pool_moved = pool_moves(subject, pool);
    let plane_moved = control_plane_moves(subject);
    if !pool_moved && !plane_moved {
        return;
    }
    let plane = subject.cluster.control_plane_after(subject.facts);
    let version = pool.version_after(subject.facts);
    let (Some(plane), Some(version)) = (plane.known(), version.known()) else {
        return;
    };
    let stated = pool.version_stated(subject.facts).known().is_some();
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

/// Whether an image of the pool's operating system exists for its version, and whether the system changes with it.
fn os_image<'a>(subject: Subject<'a>, pool: PoolChange<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let Some(sku) = subject.role_text(Role::PoolOsSku) else {
        return;
    };
    let plane = subject.cluster.control_plane_after(subject.facts);
    let version = match pool.version_after(subject.facts) {
        StatedVersion::Absent if pool.before.is_none() => plane,
        version => version,
    };
    let Some(version) = version.known() else {
        return;
    };
    let row = subject.facts.role(Role::PoolOsSku);
    let sku_before = row.and_then(|row| subject.before(row.scope, &row.path).text());
    let sku_moved = pool.before.is_none() || sku_before.as_deref() != Some(sku.as_str());
    if !pool_moves(subject, pool) && !sku_moved {
        return;
    }
    let calendar = subject.facts.calendar();
    let stated = pool.version_stated(subject.facts).known().is_some();
    let role = if stated {
        Role::PoolVersion
    } else {
        Role::PoolOsSku
    };
    let Some(at) = anchor(subject, role) else {
        return;
    };
    let range = calendar.os_range(&sku);
    if range.is_some_and(|range| !range.has(version.minor())) {
        rulings.extend(subject.of_fact("ossku-version-block", at).map(|ruling| {
            ruling
                .value("after", version)
                .value("sku", &sku)
                .value("range", range.map(range_text).unwrap_or_default())
        }));
        return;
    }
    let fips = subject
        .role_text(Role::PoolFips)
        .is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let before = pool.version_before(subject.facts);
    let shift = before
        .known()
        .and_then(|before| calendar.os_shift(&sku, before.minor(), version.minor()));
    if let Some(shift) = shift.filter(|_| !fips) {
        rulings.extend(subject.of_fact("ossku-default-shift", at).map(|ruling| {
            ruling
                .value("version", version)
                .value("before", &shift.before)
                .value("after", &shift.after)
                .value("sku", &sku)
        }));
    }
}

/// The versions for which an image exists, in words.
fn range_text(range: &OsRange) -> String {
    match (range.from, range.to) {
        (Some(from), Some(to)) => format!("there is one for {from} to {to}"),
        (Some(from), None) => format!("there is one from {from} on"),
        (None, Some(to)) => format!("there is one up to {to}"),
        (None, None) => String::new(),
    }
}

/// Long-term support needs its price tier, and the tier the plan.
fn long_term_plan<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let (Some(fact), Some(plan_row), Some(tier_row)) = (
        subject.facts.fact("lts-plan"),
        subject.facts.role(Role::ClusterSupportPlan),
        subject.facts.role(Role::ClusterTier),
    ) else {
        return;
    };
    if subject
        .cluster
        .after
        .is_none_or(|cluster| cluster.own.is_none())
    {
        return;
    }
    let (plan, tier) = (
        subject.after(plan_row.scope, &plan_row.path),
        subject.after(tier_row.scope, &tier_row.path),
    );
    if plan.unknown().is_some() || tier.unknown().is_some() {
        return;
    }
    let moved = |row: &crate::aks::facts::Property, after: &crate::aks::read::Reading| {
        subject.before(row.scope, &row.path).text() != after.text()
    };
    if subject.cluster.before.is_some() && !moved(plan_row, &plan) && !moved(tier_row, &tier) {
        return;
    }
    let wants = plan.text().is_some_and(|plan| fact.lists("plan", &plan));
    let pays = tier.text().is_some_and(|tier| fact.lists("tier", &tier));
    if wants != pays {
        let row = if wants { plan_row } else { tier_row };
        let at = Anchor::Member(row.scope, row.path.clone());
        rulings.extend(subject.of_fact("lts-plan", at).map(|ruling| {
            ruling
                .value("tier", tier.text().unwrap_or_else(|| "(none)".to_owned()))
                .value("plan", plan.text().unwrap_or_else(|| "(none)".to_owned()))
        }));
    }
}

/// An autoupgrade channel moves the version away from a patch that the template pins.
fn pinned_patch<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let Some(fact) = subject.facts.fact("autoupgrade-pinned") else {
        return;
    };
    let stated = subject.cluster.control_plane_stated(subject.facts);
    let Some(version) = stated.known().filter(|version| !version.is_alias()) else {
        return;
    };
    let Some(channel_row) = subject.facts.role(Role::ClusterUpgradeChannel) else {
        return;
    };
    let Some(channel) = subject.after(Scope::Cluster, &channel_row.path).text() else {
        return;
    };
    let channel_before = subject.before(Scope::Cluster, &channel_row.path).text();
    let moved = subject.cluster.before.is_none()
        || control_plane_moves(subject)
        || channel_before.as_deref() != Some(channel.as_str());
    if moved && fact.lists("channels", &channel) {
        let at = anchor(subject, Role::ClusterVersion);
        rulings.extend(
            at.and_then(|at| subject.of_fact("autoupgrade-pinned", at))
                .map(|ruling| ruling.value("after", version).value("channel", &channel)),
        );
    }
}
