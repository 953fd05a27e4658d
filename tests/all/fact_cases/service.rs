//! The model of the service against the linter: what one refuses, the other refuses, row by row.

use armplan::aks::change::pairs;
use armplan::aks::cluster::{CLUSTER_TYPE, POOL_TYPE, State, StateKind};
use armplan::aks::facts::Facts;
use armplan::aks::legality::{self, Mode, Options};
use armplan::aks::service::{Operation, Rulebook, Service};
use armplan::model::{Deployment, Resource};
use armplan::text::Files;

use super::plan::outcome;
use super::{Entry, entries, facts, name};

/// What the linter refuses of a change: the rows.
fn linter(book: Rulebook<'_>, before: &State, after: &State) -> Vec<String> {
    let changes = pairs(before, after);
    legality::judge(
        book.facts,
        book.files,
        book.options,
        &changes,
        before,
        after,
    )
    .iter()
    .filter(|ruling| ruling.refuses())
    .map(|ruling| ruling.row.to_owned())
    .collect()
}

/// What Azure Resource Manager does with a template, against the model: dependencies first, the rest side by side.
fn deployed(book: Rulebook<'_>, before: &State, after: &Deployment, state: &State) -> Vec<String> {
    let mut refused = Vec::new();
    for cluster in state.clusters.values() {
        let key = before.counterpart(cluster).map_or_else(
            || cluster.address.cluster_key(),
            |old| old.address.cluster_key(),
        );
        let mut service = Service::of(before, &key, book.facts);
        let mut running: Vec<(Resource, Service)> = Vec::new();
        for resource in requests(after) {
            let id = |resource: &Resource| {
                resource
                    .id
                    .as_text()
                    .map(ToString::to_string)
                    .unwrap_or_default()
            };
            // Whatever it does not wait for still runs.
            let beside = running.iter().find(|(other, _)| {
                other.resource_type.eq_ignore_ascii_case(CLUSTER_TYPE)
                    && !state.waits_for(&resource.depends_on, &id(other))
            });
            let now = match beside {
                Some((_, long)) => long.clone(),
                None => service.clone(),
            };
            let operation = Operation::Put(Box::new(resource.clone()));
            match now.apply(book, &operation) {
                Ok(next) => {
                    let is_cluster = resource.resource_type.eq_ignore_ascii_case(CLUSTER_TYPE);
                    let is_long = service.cluster().is_none()
                        || next.told().reimages_cluster
                        || next.control_plane(book.facts) != service.control_plane(book.facts)
                        || text(&next, book.facts) != text(&service, book.facts);
                    let during = if service.cluster().is_none() {
                        service.clone()
                    } else {
                        service.during(book)
                    };
                    if is_cluster && is_long {
                        running.push((resource.clone(), during));
                    }
                    service = next;
                }
                Err(refusal) => refused.push(refusal.message.clone()),
            }
        }
        if book.options.mode == Mode::Stack {
            for (pool, old) in service
                .cluster()
                .into_iter()
                .flat_map(|one| one.pools.clone())
            {
                let gone = !cluster.pools.contains_key(&pool);
                let _ = old;
                if gone
                    && let Err(refusal) = service.apply(
                        book,
                        &Operation::DeletePool {
                            pool: pool.to_string(),
                        },
                    )
                {
                    refused.push(refusal.message.clone());
                }
            }
        }
    }
    refused
}

fn text(service: &Service, facts: &Facts) -> Option<String> {
    service.cluster_text(armplan::aks::facts::Role::ClusterOutboundType, facts)
}

fn requests(deployment: &Deployment) -> impl Iterator<Item = &Resource> {
    deployment.resources.iter().filter(|resource| {
        [CLUSTER_TYPE, POOL_TYPE]
            .iter()
            .any(|kind| resource.resource_type.eq_ignore_ascii_case(kind))
    })
}

fn disagreement(entry: &Entry) -> Option<String> {
    let outcome = outcome(entry, facts());
    let deployment = outcome.deployments.first()?;
    let files = Files::default();
    let options = Options {
        features: entry.features.iter().cloned().collect(),
        as_of: entry
            .as_of
            .as_deref()
            .unwrap_or("2026-11-23")
            .parse()
            .unwrap(),
        mode: if entry.mode.as_deref() == Some("stack") {
            Mode::Stack
        } else {
            Mode::Incremental
        },
        plan: true,
    };
    let book = Rulebook {
        facts: facts(),
        files: &files,
        options: &options,
    };
    let kind = if entry.before_kind.as_deref() == Some("live") {
        StateKind::Live
    } else {
        StateKind::Template
    };
    let old: Vec<&Deployment> = deployment.previous.iter().collect();
    let before = State::of(&old, kind, book.facts);
    let after = State::of(&[&deployment.after], StateKind::Template, book.facts);
    let (said, done) = (
        linter(book, &before, &after),
        deployed(book, &before, &deployment.after, &after),
    );
    (said.is_empty() != done.is_empty()).then(|| {
        format!(
            "{}: the linter refuses {said:?}, the model {done:?}",
            name(entry)
        )
    })
}

/// Rows that speak of more than requests to AKS: one name in two places, a name that is another cluster's, the route
/// table of a subnet.
const OF_THE_WHOLE: [&str; 3] = ["I9b", "M01a", "M56"];

#[test]
fn the_model_refuses_what_the_linter_refuses() {
    let wrong: Vec<String> = entries()
        .iter()
        .filter(|entry| !entry.unseen && !OF_THE_WHOLE.contains(&entry.row.as_str()))
        .filter_map(disagreement)
        .collect();
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
