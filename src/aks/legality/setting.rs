//! Settings of a cluster that only make sense together, or that a later change needs.

use super::{Anchor, Ruling, Subject};
use crate::aks::change::ClusterChange;
use crate::aks::facts::{Facts, Form, Property, Role, Scope, SupportState};
use crate::aks::read::Reading;

/// Settings of one cluster.
pub(super) fn judge<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    windows_pool(subject, rulings);
    principal_and_identity(subject, rulings);
    leaves_long_term(subject, rulings);
    channel(subject, rulings);
}

fn reading(subject: Subject<'_>, role: Role) -> Option<(&Property, Reading, Reading)> {
    let row = subject.facts.role(role)?;
    Some((
        row,
        subject.before(row.scope, &row.path),
        subject.after(row.scope, &row.path),
    ))
}

fn at(row: &Property) -> Anchor {
    Anchor::Member(row.scope, row.path.clone())
}

/// A cluster that was created without a Windows profile never gets a Windows pool.
fn windows_pool<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let Some(before) = subject.cluster.before.filter(|before| before.own.is_some()) else {
        return;
    };
    let Some(profile) = subject.facts.role(Role::ClusterWindowsProfile) else {
        return;
    };
    if !before.read(Scope::Cluster, &profile.path).is_absent() {
        return;
    }
    let windows = subject.facts.role(Role::PoolOsType);
    for pool in subject
        .cluster
        .judged()
        .filter(|pool| pool.before.is_none())
    {
        let with = subject.with_pool(pool);
        let text = windows.and_then(|row| with.after(row.scope, &row.path).text());
        let (Some(row), Some(text)) = (windows, text) else {
            continue;
        };
        let is_default =
            super::default_text(row).is_some_and(|default| default.eq_ignore_ascii_case(&text));
        if !is_default {
            rulings.extend(with.of_fact("windows-pool-without-profile", at(row)));
        }
    }
}

/// A managed identity takes the place of a service principal.
fn principal_and_identity<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let Some((row, before, after)) = reading(subject, Role::ClusterServicePrincipal) else {
        return;
    };
    let Some((_, identity_before, identity)) = reading(subject, Role::ClusterIdentityType) else {
        return;
    };
    let has_identity = |reading: &Reading| {
        reading
            .text()
            .is_some_and(|text| !text.eq_ignore_ascii_case("none"))
    };
    // A managed cluster shows `msi` for the principal that it has not.
    let is_placeholder = |reading: &Reading| {
        reading.known().is_some_and(|member| {
            member.value.as_object().is_some_and(|object| {
                object.entries.len() == 1
                    && object.entries.iter().all(|entry| {
                        entry
                            .value
                            .as_text()
                            .is_some_and(|text| text.eq_ignore_ascii_case("msi"))
                    })
            })
        })
    };
    let both = |principal: &Reading, identity: &Reading| {
        principal.known().is_some() && !is_placeholder(principal) && has_identity(identity)
    };
    if both(&after, &identity) && !both(&before, &identity_before) {
        rulings.extend(subject.of_fact("cluster-sp-and-identity", at(row)));
    }
}

/// Long-term support is left only while the version is in community support.
fn leaves_long_term<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let Some((row, before, after)) = reading(subject, Role::ClusterSupportPlan) else {
        return;
    };
    let Some(fact) = subject.facts.fact("lts-plan") else {
        return;
    };
    let long = |reading: &Reading| reading.text().is_some_and(|plan| fact.lists("plan", &plan));
    if !long(&before) || after.known().is_none() || long(&after) {
        return;
    }
    let version = &subject.cluster.versions(subject.facts).before;
    let Some(version) = version.known() else {
        return;
    };
    let state = subject
        .facts
        .calendar()
        .state(version.minor(), subject.options.as_of);
    if state.is_some_and(|state| {
        !matches!(
            state,
            SupportState::Community | SupportState::Preview | SupportState::Future
        )
    }) {
        rulings.extend(
            subject
                .of_fact("lts-left", at(row))
                .map(|ruling| ruling.value("before", version)),
        );
    }
}

/// What a newly set channel will do by itself.
fn channel<'a>(subject: Subject<'a>, rulings: &mut Vec<Ruling<'a>>) {
    let Some((row, before, after)) = reading(subject, Role::ClusterUpgradeChannel) else {
        return;
    };
    let Some(channel) = after.text().filter(|_| subject.cluster.is_update()) else {
        return;
    };
    let same = before
        .text()
        .is_some_and(|before| before.eq_ignore_ascii_case(&channel));
    let fact = subject.facts.fact("autoupgrade-channels");
    let Some(target) = fact.and_then(|fact| fact.list(&channel.to_ascii_lowercase()).first())
    else {
        return;
    };
    if !same {
        rulings.extend(
            subject
                .of_fact("autoupgrade-channels", at(row))
                .map(|ruling| ruling.value("channel", &channel).value("target", target)),
        );
    }
}

/// One cluster goes and one comes: another name is another cluster.
pub(super) fn renamed_cluster<'a>(
    facts: &'a Facts,
    changes: &'a [ClusterChange<'a>],
    rulings: &mut Vec<Ruling<'a>>,
) {
    let own = |cluster: Option<&'a crate::aks::cluster::Cluster>| {
        cluster.filter(|cluster| cluster.own.is_some())
    };
    let gone: Vec<_> = changes
        .iter()
        .filter(|change| change.after.is_none())
        .filter_map(|change| own(change.before))
        .collect();
    let new: Vec<_> = changes
        .iter()
        .filter(|change| change.before.is_none())
        .filter_map(|change| own(change.after))
        .collect();
    let ([gone], [new]) = (gone.as_slice(), new.as_slice()) else {
        return;
    };
    let Some(fact) = facts.fact("cluster-renamed") else {
        return;
    };
    let differs = if gone.name == new.name {
        (gone.id.clone(), new.id.clone())
    } else {
        (gone.name.text.clone(), new.name.text.clone())
    };
    rulings.push(Ruling {
        row: &fact.id,
        case: "",
        verdict: fact.verdict,
        doubt: None,
        level: fact.says.level,
        by_date: false,
        says: &fact.says,
        way: &fact.says,
        cluster: new.address.cluster_key(),
        pool: None,
        form: Form::Inline,
        anchor: Anchor::Cluster,
        values: vec![("before", differs.0), ("after", differs.1)],
        gate: None,
    });
}
