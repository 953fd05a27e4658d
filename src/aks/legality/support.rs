//! What Kubernetes versions are offered and supported, for how long, and on which operating systems.

use super::version::{anchor, control_plane_moves, pool_moves};
use super::{Anchor, Ruling, Subject};
use crate::aks::Version;
use crate::aks::change::{PoolChange, StatedVersion, Versions};
use crate::aks::facts::{OsRange, Property, Role, Scope, SupportState};
use crate::aks::read::Reading;
use crate::finding::Level;

/// Whether the cluster has long-term support; none where that is not known.
pub(super) fn has_long_term(subject: Subject<'_>) -> Option<bool> {
    let row = subject.facts.role(Role::ClusterSupportPlan)?;
    if subject.after(row.scope, &row.path).unknown().is_some() {
        return None;
    }
    let plan = subject.role_text(Role::ClusterSupportPlan);
    let fact = subject.facts.fact("lts-plan")?;
    Some(plan.is_some_and(|plan| fact.lists("plan", &plan)))
}

/// What the calendar says of a version that is newly asked for.
pub(super) fn support<'a>(
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

/// Whether an image of the pool's operating system exists for its version, and whether the system changes with it.
pub(super) fn os_image<'a>(
    subject: Subject<'a>,
    pool: PoolChange<'a>,
    (plane, versions): (&Versions, &Versions),
    rulings: &mut Vec<Ruling<'a>>,
) {
    let Some(sku) = subject.role_text(Role::PoolOsSku) else {
        return;
    };
    let version = match &versions.after {
        StatedVersion::Absent if pool.before.is_none() => &plane.after,
        version => version,
    };
    let Some(version) = version.known() else {
        return;
    };
    let row = subject.facts.role(Role::PoolOsSku);
    let sku_before = row.and_then(|row| subject.before(row.scope, &row.path).text());
    let sku_moved = pool.before.is_none() || sku_before.as_deref() != Some(sku.as_str());
    if !pool_moves(pool, versions) && !sku_moved {
        return;
    }
    let calendar = subject.facts.calendar();
    let stated = versions.stated.known().is_some();
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
    let shift = versions
        .before
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
pub(super) fn long_term_plan<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
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
    let moved = |row: &Property, after: &Reading| {
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
pub(super) fn pinned_patch<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let Some(fact) = subject.facts.fact("autoupgrade-pinned") else {
        return;
    };
    let stated = &subject.cluster.versions(subject.facts).stated;
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
