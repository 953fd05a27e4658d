//! The proof of a plan: its steps, run in the model of the service, with what has to hold between them.

use std::sync::Arc;

use crate::aks::facts::Role;
use crate::aks::service::{Operation, Service};
use crate::eval::Value;

use super::Query;
use super::goals::{Fate, Goals, PoolGoal};
use super::names::Limits;
use super::step::{Sequence, Step, StepKind};
use super::walk;

/// Runs the steps; the first thing that does not hold, in words.
pub(super) fn prove(
    query: Query<'_>,
    goals: &Goals,
    start: &Service,
    sequence: &Sequence,
) -> Result<(), String> {
    let mut service = start.clone();
    let held = Held::of(query, start);
    for step in &sequence.steps {
        let at = |what: &str| {
            format!(
                "step {} ({} {}): {what}",
                step.number,
                step.kind.word(),
                step.target
            )
        };
        let next = service
            .apply(query.book(), &step.operation)
            .map_err(|refusal| at(&format!("it is refused: {}", refusal.message)))?;
        one_kind(query, step, &service).map_err(|what| at(&what))?;
        held.still(query, &service, &next)
            .map_err(|what| at(&what))?;
        legal_name(query, step, &service, &next).map_err(|what| at(&what))?;
        service = next;
    }
    reached(query, goals, &service, sequence)
}

/// What held before the first step, and has to go on holding.
struct Held {
    system: bool,
    skew: bool,
    count: bool,
}

impl Held {
    fn of(query: Query<'_>, start: &Service) -> Self {
        Self {
            system: has_system(query, start),
            skew: skewed(query, None, start).is_none(),
            count: few_enough(query, start),
        }
    }

    fn still(&self, query: Query<'_>, before: &Service, service: &Service) -> Result<(), String> {
        if self.system && !has_system(query, service) {
            return Err("no System pool with a node is left".to_owned());
        }
        if self.skew
            && let Some(pool) = skewed(query, Some(before), service)
        {
            return Err(format!(
                "pool '{pool}' is out of the window of its control plane"
            ));
        }
        if self.count && !few_enough(query, service) {
            return Err("the cluster has too many pools".to_owned());
        }
        Ok(())
    }
}

/// Invariant (a): a System pool with a node.
fn has_system(query: Query<'_>, service: &Service) -> bool {
    let facts = query.facts;
    let fact = facts.fact("system-pool-required");
    service.pool_keys().any(|key| {
        let mode = service.pool_text(key, Role::PoolMode, facts);
        let count = service.pool_text(key, Role::PoolCount, facts);
        mode.is_some_and(|mode| fact.is_some_and(|fact| fact.lists("modes", &mode)))
            && count.is_none_or(|count| count != "0")
    })
}

/// Invariant (b): the first pool that its control plane does not bear. What a step left as it was before, pool and
/// control plane, stands as it stood.
fn skewed(query: Query<'_>, before: Option<&Service>, service: &Service) -> Option<String> {
    let facts = query.facts;
    let plane = service.control_plane(facts)?;
    let window = facts.calendar().window(plane.minor())?;
    let same_plane = before.filter(|before| before.control_plane(facts).as_ref() == Some(&plane));
    let is_out = |key: &&Arc<str>| {
        let Some(version) = service.version(key, facts) else {
            return false;
        };
        let behind = plane.minor().minors_above(version.minor());
        version.is_later_than(&plane) || behind.is_none_or(|behind| behind > window)
    };
    let out = match (service.cluster()?, same_plane.and_then(Service::cluster)) {
        (cluster, Some(before)) => cluster.pools_since(before).find(is_out),
        (cluster, None) => cluster.pools.keys().find(is_out),
    };
    out.map(ToString::to_string)
}

/// Invariant (f), as far as the model counts: pools. Nodes with their surge are judged with each upgrade.
fn few_enough(query: Query<'_>, service: &Service) -> bool {
    let limit = query
        .facts
        .fact("cluster-pool-limit")
        .and_then(|fact| fact.number("limit"));
    let count = service.cluster().map_or(0, |cluster| cluster.pools.len());
    limit.is_none_or(|limit| i64::try_from(count).is_ok_and(|count| count <= limit))
}

/// Invariants (c) and (d): a step changes what it says, and no two of version, count and the rest.
fn one_kind(query: Query<'_>, step: &Step, before: &Service) -> Result<(), String> {
    let Operation::Put(resource) = &step.operation else {
        return Ok(());
    };
    let key = step.pool.as_deref();
    if key.is_some_and(|key| before.pool(key).is_none()) {
        return Ok(());
    }
    let request = before.request(resource, query.facts);
    let changed = walk::changed(query, before, &request, key);
    let mut kinds = [false; 3];
    for one in &changed {
        let at = match one.row.role {
            Some(Role::PoolVersion | Role::ClusterVersion) => 0,
            Some(Role::PoolCount) => 1,
            _ => 2,
        };
        if let Some(kind) = kinds.get_mut(at) {
            *kind = true;
        }
        if !step.paths.contains(&one.row.path) {
            return Err(format!("it changes {} besides", one.row.path));
        }
    }
    if kinds.iter().filter(|kind| **kind).count() > 1 {
        return Err("it changes versions, nodes and settings at the same time".to_owned());
    }
    Ok(())
}

/// Invariant (e): names that come are names, and new.
fn legal_name(
    query: Query<'_>,
    step: &Step,
    before: &Service,
    after: &Service,
) -> Result<(), String> {
    let (StepKind::AddPool, Some(key)) = (step.kind, &step.pool) else {
        return Ok(());
    };
    let os = after.pool_text(key, Role::PoolOsType, query.facts);
    let limits = Limits::of(query.facts, os.as_deref());
    if before.pool(key).is_some() {
        return Err(format!("there is a pool '{key}' already"));
    }
    let name = after
        .pool(key)
        .map(|pool| pool.name.text.clone())
        .unwrap_or_default();
    if limits.admits(&name) {
        Ok(())
    } else {
        Err(format!("'{name}' is no name for a pool"))
    }
}

/// Invariant (g): in the end everything is as asked for, but for what the plan lists.
fn reached(
    query: Query<'_>,
    goals: &Goals,
    end: &Service,
    sequence: &Sequence,
) -> Result<(), String> {
    for goal in &goals.pools {
        pool_reached(query, goal, end, sequence)?;
    }
    let Some(root) = &goals.root else {
        return Ok(());
    };
    let name = &sequence.cluster.text;
    for path in open(query, end, root, None) {
        if !is_listed(sequence, name, None, &path) {
            return Err(format!(
                "{path} of '{name}' is not what is asked for in the end"
            ));
        }
    }
    Ok(())
}

fn pool_reached(
    query: Query<'_>,
    goal: &PoolGoal,
    end: &Service,
    sequence: &Sequence,
) -> Result<(), String> {
    let is_unreachable = |target: &str| {
        sequence
            .unreachable
            .iter()
            .any(|one| one.target == target && one.path.is_none())
    };
    if is_unreachable(&goal.key) {
        return Ok(());
    }
    let key = match &goal.fate {
        Fate::Delete(_) => {
            return match end.pool(&goal.key) {
                Some(_) => Err(format!("pool '{}' is still there in the end", goal.key)),
                None => Ok(()),
            };
        }
        Fate::Replace(_) => sequence
            .renamed
            .iter()
            .find(|(old, _)| *old == goal.key)
            .map_or(&goal.key, |(_, new)| new),
        Fate::Keep | Fate::Add(_) => &goal.key,
    };
    let Some(wanted) = &goal.wanted else {
        return Ok(());
    };
    if end.pool(key).is_none() {
        return Err(format!("pool '{key}' is not there in the end"));
    }
    for path in open(query, end, wanted, Some(key)) {
        if !is_listed(sequence, key, Some(key), &path)
            && !is_listed(sequence, &goal.key, Some(&goal.key), &path)
        {
            return Err(format!(
                "{path} of pool '{key}' is not what is asked for in the end"
            ));
        }
    }
    Ok(())
}

fn is_listed(sequence: &Sequence, target: &str, pool: Option<&str>, path: &str) -> bool {
    let as_difference = sequence
        .differences
        .iter()
        .any(|one| one.pool.as_deref() == pool && one.path.as_deref() == Some(path));
    let as_unreachable = sequence
        .unreachable
        .iter()
        .any(|one| one.target == target && one.path.as_deref().is_none_or(|own| own == path));
    as_difference || as_unreachable
}

/// Members of the cluster or of a pool that are other than in a body.
fn open(query: Query<'_>, service: &Service, wanted: &Value, pool: Option<&str>) -> Vec<String> {
    let state = service.asked(query.facts, pool, wanted);
    walk::changed(query, service, &state, pool)
        .into_iter()
        .map(|one| one.row.path.clone())
        .collect()
}

/// Finds which neighbours could change places: those of one part of the walk on different pools, if the steps also
/// run with the pools the other way round.
pub(super) fn independence(query: Query<'_>, start: &Service, sequence: &mut Sequence) {
    let mut from = 0;
    while let Some(first) = sequence.steps.get(from) {
        let phase = first.phase;
        let run = sequence
            .steps
            .iter()
            .skip(from)
            .take_while(|step| step.phase == phase && step.pool.is_some())
            .count();
        let to = from + run.max(1);
        let state = sequence.states.get(from).map_or(start, AsRef::as_ref);
        if run > 1
            && turns_round(
                query,
                state,
                sequence.steps.get(from..to).unwrap_or_default(),
            )
        {
            for at in from..to {
                let own = sequence.steps.get(at).and_then(|step| step.pool.clone());
                let others: Vec<usize> = (from..to)
                    .filter(|other| {
                        sequence.steps.get(*other).is_some_and(|step| {
                            step.pool != own
                                && !succeeds(sequence, step.pool.as_ref(), own.as_ref())
                        })
                    })
                    .map(|other| other + 1)
                    .collect();
                if let Some(step) = sequence.steps.get_mut(at) {
                    step.independent = others;
                }
            }
        }
        from = to;
    }
}

/// Whether one pool takes the place of the other.
fn succeeds(sequence: &Sequence, one: Option<&String>, other: Option<&String>) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return false;
    };
    sequence
        .renamed
        .iter()
        .any(|(old, new)| (old == one && new == other) || (old == other && new == one))
}

/// Whether steps also run with their pools in the other order, the steps of each pool staying in theirs.
fn turns_round(query: Query<'_>, start: &Service, steps: &[Step]) -> bool {
    let mut chains: Vec<Vec<&Step>> = Vec::new();
    for step in steps {
        let begins = match chains.last().and_then(|chain| chain.last()) {
            None => true,
            // An addition begins what is done with another pool.
            Some(last) => {
                step.pool != last.pool
                    && (step.kind == StepKind::AddPool || last.kind != StepKind::AddPool)
            }
        };
        if begins {
            chains.push(Vec::new());
        }
        if let Some(chain) = chains.last_mut() {
            chain.push(step);
        }
    }
    if chains.len() < 2 {
        return false;
    }
    let mut service = start.clone();
    for step in chains.iter().rev().flatten() {
        match service.apply(query.book(), &step.operation) {
            Ok(next) => service = next,
            Err(_) => return false,
        }
    }
    true
}
