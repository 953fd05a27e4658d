//! Random clusters and random wishes: every plan runs in the model, and leads to what is asked for.

use armplan::aks::legality::Options;
use armplan::aks::service::Rulebook;
use armplan::diff::{ChangeType, Delta};
use armplan::engine::{Failure, Outcome};
use armplan::plan::{Sequence, Wishes};
use armplan::text::Files;
use proptest::prelude::*;

use super::generate::{ClusterSpec, Wish, cluster, manner, wide, wide_wishes, wished, wishes};
use super::{facts, plan, runner, template_of};

/// Pairs of states in each of the tests of the normal run, which run side by side.
const PAIRS: u32 = 1000;

/// Pairs of which the last state is planned against what is asked for as well.
const ROUND: u32 = 8;

fn check(pairs: u32, seed: u8) {
    check_of((cluster(), wishes()), pairs, seed);
}

/// Members of all kinds in what is there and in what is wanted.
fn check_wide(pairs: u32, seed: u8) {
    check_of((wide(), wide_wishes()), pairs, seed);
}

fn check_of(changes: impl Strategy<Value = (ClusterSpec, Vec<Wish>)>, pairs: u32, seed: u8) {
    let strategy = (changes, manner(), 0..ROUND);
    let stepped = std::cell::Cell::new(0);
    let result = runner(pairs, seed).run(&strategy, |((before, wishes), manner, round)| {
        let after = wished(&before, &wishes);
        let outcome = plan(&before.template(), &after.template(), manner);
        proved(&outcome)?;
        for planned in &outcome.sequences {
            if !planned.sequence.steps.is_empty() {
                stepped.set(stepped.get() + 1);
            }
            runs(&planned.sequence)?;
            if round == 0 {
                arrives(&planned.sequence, &after)?;
            }
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    println!("{} of {pairs} pairs with steps", stepped.get());
    assert!(stepped.get() > pairs / 3, "{} with steps", stepped.get());
}

/// A plan that does not stand its proof is a failure of the run.
fn proved(outcome: &Outcome) -> Result<(), TestCaseError> {
    let faults: Vec<&Failure> = outcome
        .failures
        .iter()
        .filter(|failure| matches!(failure, Failure::Unproved { .. }))
        .collect();
    prop_assert!(faults.is_empty(), "{faults:?}");
    Ok(())
}

/// Every step is accepted in its turn.
fn runs(sequence: &Sequence) -> Result<(), TestCaseError> {
    let files = Files::default();
    let options = Options {
        features: std::collections::BTreeSet::new(),
        as_of: "2026-11-23".parse().unwrap(),
        mode: armplan::aks::legality::Mode::Incremental,
        plan: true,
    };
    let book = Rulebook {
        facts: facts(),
        files: &files,
        options: &options,
    };
    let mut service = sequence
        .states
        .first()
        .expect("a first state")
        .as_ref()
        .clone();
    for (at, step) in sequence.steps.iter().enumerate() {
        prop_assert_eq!(step.number, at + 1);
        prop_assert!(!step.reason.is_empty() && !step.commands.is_empty());
        service = match service.apply(book, &step.operation) {
            Ok(next) => next,
            Err(refusal) => {
                return Err(TestCaseError::fail(format!(
                    "step {}: {}",
                    step.number, refusal.message
                )));
            }
        };
    }
    Ok(())
}

/// Once the steps have run, planning what is asked for again shows no change but for what the plan lists.
fn arrives(sequence: &Sequence, after: &ClusterSpec) -> Result<(), TestCaseError> {
    if sequence.steps.is_empty() {
        return Ok(());
    }
    let mut wanted = after.clone();
    for (old, new) in &sequence.renamed {
        for pool in wanted.pools.iter_mut().filter(|pool| pool.name == *old) {
            pool.name.clone_from(new);
        }
    }
    let end = sequence.states.last().expect("a last state");
    let outcome = plan(&template_of(end), &wanted.template(), Wishes::default());
    let listed: Vec<&str> = sequence
        .differences
        .iter()
        .filter_map(|one| one.path.as_deref())
        .chain(
            sequence
                .unreachable
                .iter()
                .filter_map(|one| one.path.as_deref()),
        )
        .collect();
    let all_listed = sequence.unreachable.iter().any(|one| one.path.is_none());
    for changed in &outcome.changes {
        let change = &changed.change;
        match change.change_type {
            ChangeType::NoChange | ChangeType::Ignore => {}
            ChangeType::Modify => {
                for path in paths(&change.delta) {
                    let is_listed = listed.iter().any(|one| path.ends_with(one));
                    prop_assert!(
                        is_listed || all_listed,
                        "{} still changes: {path}",
                        change.resource_id
                    );
                }
            }
            other => prop_assert!(all_listed, "{} is still {other:?}", change.resource_id),
        }
    }
    Ok(())
}

/// Paths of members that differ, from the body of the pool or of the cluster.
fn paths(delta: &[Delta]) -> Vec<String> {
    let mut paths = Vec::new();
    for one in delta {
        if one.is_without_effect() {
            continue;
        }
        if one.children.is_empty() {
            paths.push(one.path.clone());
        } else {
            paths.extend(
                self::paths(&one.children)
                    .into_iter()
                    .map(|inner| format!("{}.{inner}", one.path)),
            );
        }
    }
    paths
}

#[test]
fn random_changes_have_plans_that_run() {
    check(PAIRS, 3);
}

#[test]
fn other_random_changes_have_plans_that_run() {
    check(PAIRS, 4);
}

#[test]
fn random_changes_of_a_third_seed_have_plans_that_run() {
    check(PAIRS, 5);
}

#[test]
fn random_changes_of_a_fourth_seed_have_plans_that_run() {
    check(PAIRS, 6);
}

#[test]
fn random_changes_of_all_kinds_have_plans_that_run() {
    check_wide(PAIRS, 7);
}

#[test]
#[ignore = "a longer run: ARMPLAN_PAIRS=100000 ARMPLAN_SEED=7 cargo test --release --test all steps::random -- --ignored"]
fn many_more_random_changes() {
    let number = |name: &str| std::env::var(name).ok()?.parse().ok();
    let pairs = number("ARMPLAN_PAIRS").unwrap_or(50_000);
    let seed = number("ARMPLAN_SEED").unwrap_or(7);
    let seed = u8::try_from(seed).unwrap_or(u8::MAX);
    check(pairs / 2, seed);
    check_wide(pairs / 2, seed);
}
