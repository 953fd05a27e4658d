//! What all parts of one evaluation share: problems, what was not decided, the bounds, and the resources of the plan so far.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::instance::Instance;
use super::level::Level;
use super::{Loader, NotEvaluated, Resource};
use crate::eval::{Budget, Failure, Reason, Value};
use crate::finding::Problem;
use crate::text::Span;

/// Nested deployments below each other.
pub(super) const MAX_NESTING: usize = 32;
/// Resources waiting for each other; beyond it only their order may differ.
pub(super) const MAX_WAITING: usize = 60;
/// Resources of one evaluation, all nested deployments together.
const MAX_RESOURCES: usize = 20_000;

/// Shared state of one evaluation.
pub(super) struct Run<'r> {
    pub(super) loader: &'r dyn Loader,
    pub(super) budget: Budget,
    pub(super) problems: RefCell<Vec<Problem>>,
    pub(super) not_evaluated: RefCell<Vec<NotEvaluated>>,
    /// Finished resources, in the order in which they are deployed.
    pub(super) resources: RefCell<Vec<Resource>>,
    /// Every resource that has a key, under it. Of equal ids the first.
    pub(super) by_id: RefCell<BTreeMap<String, Rc<Instance<'r>>>>,
    /// Outputs of nested deployments under their keys.
    pub(super) outputs: RefCell<BTreeMap<String, Value>>,
    /// All deployments, kept for their resources.
    pub(super) levels: RefCell<Vec<Rc<Level<'r>>>>,
    /// How many resources wait for another at the moment.
    pub(super) waiting: Cell<usize>,
    count: Cell<usize>,
}

impl<'r> Run<'r> {
    pub(super) fn new(loader: &'r dyn Loader) -> Self {
        Self {
            loader,
            budget: Budget::default(),
            problems: RefCell::default(),
            not_evaluated: RefCell::default(),
            resources: RefCell::default(),
            by_id: RefCell::default(),
            outputs: RefCell::default(),
            levels: RefCell::default(),
            waiting: Cell::new(0),
            count: Cell::new(0),
        }
    }

    /// Records a problem, once.
    pub(super) fn problem(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        let known = problems
            .iter()
            .any(|old| old.place == problem.place && old.message == problem.message);
        if !known {
            problems.push(problem);
        }
    }

    /// Records a failure, and that what it belongs to is not known.
    pub(super) fn failure(&self, what: impl Into<String>, failure: Failure) {
        let place = failure.0.place;
        self.problem(*failure.0);
        self.undecided(what, Reason::Failed, place);
    }

    /// Records something that was not decided and may hide a change or a refusal.
    pub(super) fn undecided(&self, what: impl Into<String>, reason: Reason, place: Span) {
        self.not_evaluated.borrow_mut().push(NotEvaluated {
            what: what.into(),
            reason,
            place,
        });
    }

    /// Counts a resource; false beyond the bound.
    pub(super) fn admit(&self) -> bool {
        let count = self.count.get() + 1;
        self.count.set(count);
        count <= MAX_RESOURCES
    }
}
