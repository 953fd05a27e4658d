//! A request that names one pool is judged for that pool alone: the judgement of the whole cluster says nothing else.

use armplan::aks::change::{ClusterChange, pairs};
use armplan::aks::cluster::State;
use armplan::aks::legality::{Mode, Options, Ruling, judge};
use armplan::aks::service::{Operation, Service};
use armplan::text::Files;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::facts;
use super::generate::{cluster, manner, wished, wishes};

const PAIRS: u32 = 150;

/// What is said of one pool, and of the cluster as a whole.
fn said<'r>(rulings: &'r [Ruling<'_>], key: &str) -> Vec<String> {
    let own = |ruling: &&'r Ruling<'_>| ruling.pool.as_deref().is_none_or(|pool| pool == key);
    rulings
        .iter()
        .filter(own)
        .map(|ruling| format!("{ruling:?}"))
        .collect()
}

fn refused(rulings: &[Ruling<'_>]) -> Vec<String> {
    let refusals = rulings.iter().filter(|ruling| ruling.refuses());
    refusals.map(|ruling| format!("{ruling:?}")).collect()
}

/// Both judgements of a request for a pool.
fn same(before: &State, request: &State, key: &str, mode: Mode) -> Result<(), TestCaseError> {
    let files = Files::default();
    let options = Options {
        features: std::collections::BTreeSet::new(),
        as_of: "2026-11-23".parse().unwrap(),
        mode,
        plan: true,
    };
    let all = pairs(before, request);
    let one: Vec<ClusterChange<'_>> = all
        .iter()
        .map(|change| ClusterChange::of_pool(change.before, change.after, key))
        .collect();
    let whole = judge(facts(), &files, &options, &all, before, request);
    let narrow = judge(facts(), &files, &options, &one, before, request);
    prop_assert_eq!(said(&whole, key), said(&narrow, key));
    prop_assert_eq!(refused(&whole), refused(&narrow));
    Ok(())
}

/// Every pool that is asked for, and every pool away.
fn requests(service: &Service, after: &State) -> Result<(), TestCaseError> {
    for pool in after.clusters.values().flat_map(|one| one.pools.values()) {
        let (key, profile) = (pool.name.key(), pool.profile().expect("a form"));
        if service.pool(&key).is_some() {
            let api = profile.api.clone();
            let request = service.asked_of_pool(facts(), &key, &profile.body, api);
            same(service.state(), &request, &key, Mode::Incremental)?;
        } else if let Some(cluster) = service.cluster() {
            let mut asked = cluster.without_pools();
            asked.own = None;
            asked
                .pools
                .insert(key.as_str().into(), std::sync::Arc::clone(pool));
            let request = service
                .state()
                .with_only(Some((cluster.address.cluster_key(), asked)));
            same(service.state(), &request, &key, Mode::Incremental)?;
        }
    }
    for key in service.pool_keys() {
        let cluster = service.cluster().expect("the pool's");
        let mut rest = cluster.clone();
        rest.own = None;
        rest.pools.shift_remove(key);
        let request = service
            .state()
            .with_only(Some((cluster.address.cluster_key(), rest)));
        same(service.state(), &request, key, Mode::Stack)?;
    }
    Ok(())
}

#[test]
fn a_request_for_a_pool_is_judged_as_the_whole_cluster_would_be() {
    let strategy = (cluster(), wishes(), manner());
    let result = super::runner(PAIRS, 11).run(&strategy, |(before, wishes, manner)| {
        let after = wished(&before, &wishes);
        let outcome = super::plan(&before.template(), &after.template(), manner);
        let deployment = outcome.deployments.first().expect("one");
        let kind = armplan::aks::cluster::StateKind::Template;
        let wanted = State::of(&[&deployment.after], kind, facts());
        for planned in &outcome.sequences {
            for (service, step) in planned.sequence.states.iter().zip(&planned.sequence.steps) {
                requests(service, &wanted)?;
                if let (Operation::Put(resource), Some(key)) = (&step.operation, &step.pool) {
                    let request = service.request(resource, facts());
                    same(service.state(), &request, key, Mode::Incremental)?;
                }
            }
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
