//! The whole pipeline, start to end: which deployments, what they would deploy, what was deployed before, what differs,
//! what AKS does with it, and how it ends.

mod base;
mod collect;
mod emission;
mod evaluate;
mod failure;
mod folders;
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

use std::rc::Rc;

use crate::model::Library;
use crate::text::Files;

use base::Bases;
use collect::Parts;
use side::Side;

/// Runs a request on given trees of files.
pub fn run_in(request: &Request, world: &World<'_>) -> Outcome {
    run_with(request, world, |library| drop(library))
}

/// Runs a request; what becomes of all that was read and parsed is the caller's.
fn run_with(request: &Request, world: &World<'_>, done: impl FnOnce(Library<'_>)) -> Outcome {
    let files = Files::default();
    let mut failures = Vec::new();
    let configured = world::configurations(request, world, &files, &mut failures);
    let places = world::places(request, world, &files, &configured, &mut failures);
    let library = Library::new(Rc::new(world.after), &files, &places);
    let targets = targets::find(request, world.workspace, &library, &configured);
    failures.extend(targets.failures);

    let bases = Bases::new(world, &library, &places);
    let mut parts = Parts::default();
    let mut companion_failures = Vec::new();
    let mut sides: Vec<Side> = Vec::new();
    for target in targets.deployments {
        let told = if target.companion {
            &mut companion_failures
        } else {
            &mut failures
        };
        let Some(mut side) = Side::load(request, world, &bases, target, told) else {
            continue;
        };
        if !side.target.companion {
            parts.of_one(sides.len(), &side, &files, request.is_plan());
        }
        // Whoever shares its state with nobody is judged at once: of thousands of templates no two need to be held.
        if side.target.configured.is_none() {
            let judged = judge::group(request, world, &files, std::slice::from_ref(&side), &[0]);
            for finding in judged.judged.findings {
                parts.found(sides.len(), finding);
            }
            for open in judged.judged.open_values {
                parts.open(sides.len(), open);
            }
            let owner = [(sides.len(), &side)];
            parts.plan(&owner, judged.plan, (world.facts, &files), &mut failures);
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
    let mut count = sides.len();
    for path in &targets.lone_parameters {
        match parts.lone_parameter_file(count, world, &library, path) {
            Ok(()) => count += 1,
            Err(error) => failures.push(error.into()),
        }
    }
    drop(bases);
    done(library);
    parts.outcome(request, files, sides, failures)
}
