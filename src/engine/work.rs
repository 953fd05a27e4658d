//! Targets to what is found in each by itself, with as many threads as the machine has processors.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::model::{Library, Places, Shelf};
use crate::plan::{Mistake, Plan};
use crate::source::side_by_side;

use super::base::Bases;
use super::collect::Parts;
use super::failure::Failure;
use super::judge;
use super::request::{Request, Task};
use super::side::Side;
use super::targets::Target;
use super::world::World;

/// What is found in one deployment by itself.
pub(super) struct Work {
    /// Both sides of it; none where its template cannot be read.
    pub(super) side: Option<Side>,
    /// What is said of it, as of deployment 0.
    pub(super) parts: Parts,
    /// The steps of a plan, where it shares its state with nobody.
    pub(super) plan: Option<Result<Plan, Mistake>>,
    /// What could not be read or used; nothing is told of a companion.
    pub(super) failures: Vec<Failure>,
}

/// The work on one deployment.
pub(super) fn on_one(
    request: &Request,
    world: &World<'_>,
    bases: &Bases<'_>,
    target: Target,
) -> Work {
    let files = bases.library().files();
    let mut work = Work {
        side: None,
        parts: Parts::default(),
        plan: None,
        failures: Vec::new(),
    };
    let companion = target.companion;
    let side = Side::load(request, world, bases, target, &mut work.failures);
    if companion {
        work.failures.clear();
    }
    let Some(mut side) = side else { return work };
    if !companion {
        work.parts.of_one(0, &side, files, request.is_plan());
    }
    // Whoever shares its state with nobody is judged at once: of thousands of templates no two need to be held.
    if side.target.configured.is_none() {
        let judged = judge::group(request, world, files, std::slice::from_ref(&side), &[0]);
        for finding in judged.judged.findings {
            work.parts.found(0, finding);
        }
        for open in judged.judged.open_values {
            work.parts.open(0, open);
        }
        work.plan = judged.plan;
        if work.plan.is_none() {
            side.forget_unchanged();
        }
    }
    work.side = Some(side);
    work
}

/// The work on all deployments of a request, in their order. A revision is opened once and complained about once, so that
/// only deployments that are compared with nothing are worked on side by side.
pub(super) fn on_all(
    request: &Request,
    world: &World<'_>,
    places: &Places,
    library: Library<'_>,
    targets: Vec<Target>,
    done: fn(Library<'_>),
) -> Vec<Work> {
    let is_alone = matches!(request.task, Task::Check { base: None, .. });
    if !is_alone || targets.len() < FEW {
        let bases = Bases::new(world, library, places);
        let one = |target| on_one(request, world, &bases, target);
        let all = targets.into_iter().map(one).collect();
        done(bases.into_library());
        return all;
    }
    let shelf = Arc::clone(library.shelf());
    done(library);
    let all = side_by_side(2, &bundles(&shelf, targets), |bundle| {
        let bases = Bases::new(world, Library::of(Arc::clone(&shelf)), places);
        let one = |target: &Target| on_one(request, world, &bases, target.clone());
        bundle.iter().map(one).collect::<Vec<Work>>()
    });
    all.into_iter().flatten().collect()
}

/// Fewer deployments are done by the time that threads have started.
const FEW: usize = 8;

/// Most deployments that use the same templates of modules.
const LONGEST: usize = 8;

/// Deployments behind each other that use the same modules stay together: each bundle makes its own templates of them, and
/// they go with it. What stands in a bundle does not depend on the number of threads, and so does nothing that is found.
fn bundles(shelf: &Shelf<'_>, targets: Vec<Target>) -> Vec<Vec<Target>> {
    let mut bundles: Vec<Vec<Target>> = Vec::new();
    let mut used: BTreeSet<PathBuf> = BTreeSet::new();
    for target in targets {
        let mut uses = shelf.uses(&target.template);
        uses.insert(target.template.clone());
        let open = bundles.last_mut().filter(|bundle| bundle.len() < LONGEST);
        if let Some(bundle) = open
            && !used.is_disjoint(&uses)
        {
            bundle.push(target);
            used.extend(uses);
        } else {
            bundles.push(vec![target]);
            used = uses;
        }
    }
    bundles
}
