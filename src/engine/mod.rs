//! The whole pipeline, start to end: which deployments, what they would deploy, what was deployed before, what differs,
//! what AKS does with it, and how it ends.

mod base;
mod collect;
mod emission;
mod evaluate;
mod failure;
mod folders;
mod gaps;
mod hints;
mod judge;
mod links;
mod outcome;
mod pairing;
mod request;
mod secrets;
mod side;
mod targets;
mod way;
mod why;
mod work;
mod world;

pub use emission::emission;
pub use failure::Failure;
pub use outcome::{
    BeforeKind, BeforeState, Changed, DeploymentOutcome, Outcome, Planned, Reported, Undecided,
    Verdict,
};
pub use request::{ConfigChoice, Request, Task};
pub use way::Way;
pub use why::{Found, NotFound, find};
pub use world::{Evaluation, World, evaluate_one, run};

use std::sync::Arc;

use crate::model::Library;
use crate::text::Files;

use collect::Parts;
use side::Side;

/// Runs a request on given trees of files.
pub fn run_in(request: &Request, world: &World<'_>) -> Outcome {
    run_with(request, world, |library| drop(library))
}

/// Runs a request; what becomes of all that was read and parsed is the caller's.
fn run_with(request: &Request, world: &World<'_>, done: fn(Library<'_>)) -> Outcome {
    let files = Files::default();
    let mut failures = Vec::new();
    let configured = world::configurations(request, world, &files, &mut failures);
    let unread = !failures.is_empty();
    let places = world::places(request, world, &files, &configured, &mut failures);
    let library = Library::new(Arc::new(world.after), &files, &places);
    let mut targets = targets::find(request, world.workspace, &library, &configured);
    failures.extend(targets.take_failures(unread));

    let shelf = Arc::clone(library.shelf());
    let mut parts = Parts::default();
    let mut sides: Vec<Side> = Vec::new();
    for work in work::on_all(request, world, &places, library, targets.deployments, done) {
        failures.extend(work.failures);
        let Some(mut side) = work.side else { continue };
        parts.append(sides.len(), work.parts);
        let owner = [(sides.len(), &side)];
        parts.plan(&owner, work.plan, (world.facts, &files), &mut failures);
        if side.target.configured.is_none() {
            side.forget_unchanged();
        }
        sides.push(side);
    }
    // Companions stand behind all that was asked for.
    let asked = sides.partition_point(|side| !side.target.companion);
    let shared = |group: &Vec<usize>| {
        let first = group.first().and_then(|index| sides.get(*index));
        first.is_some_and(|side| side.target.configured.is_some())
    };
    for group in side::groups(&sides).into_iter().filter(shared) {
        let judged = judge::group(request, world, &files, &sides, &group);
        for finding in judged.judged.findings {
            let owner = side::owner(&sides, &group, &finding);
            if owner < asked {
                parts.found(owner, finding);
            }
        }
        for open in judged.judged.open_values {
            let owner = side::owner_of_place(&sides, &group, open.what.place);
            if owner < asked {
                parts.open(owner, open);
            }
        }
        let owners: Vec<(usize, &Side)> = group
            .iter()
            .filter_map(|index| Some((*index, sides.get(*index)?)))
            .collect();
        parts.plan(&owners, judged.plan, (world.facts, &files), &mut failures);
    }
    sides.truncate(asked);
    let library = Library::of(shelf);
    let mut count = sides.len();
    for path in &targets.lone_parameters {
        match parts.lone_parameter_file(count, world, &library, path) {
            Ok(()) => count += 1,
            Err(error) => failures.push(error.into()),
        }
    }
    done(library);
    parts.outcome(request, files, sides, failures)
}
