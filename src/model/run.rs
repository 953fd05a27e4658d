//! What all parts of one evaluation share: problems, what was not decided, the bounds, and the resources of the plan so far.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::instance::Instance;
use super::level;
use super::{Loader, NotEvaluated, Resource};
use crate::eval::{Budget, Failure, Origin, Reason, Value};
use crate::finding::{Deployed, Level, Problem, ProblemKind};
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
    pub(super) gaps: RefCell<Vec<NotEvaluated>>,
    /// Where secrets are written.
    pub(super) secrets: RefCell<BTreeSet<Span>>,
    /// Finished resources, in the order in which they are deployed.
    pub(super) resources: RefCell<Vec<Resource>>,
    /// Every resource that has a key, under it. Of equal ids the first.
    pub(super) by_id: RefCell<BTreeMap<String, Rc<Instance<'r>>>>,
    /// Outputs of nested deployments under their keys.
    pub(super) outputs: RefCell<BTreeMap<String, Value>>,
    /// All deployments, kept for their resources.
    pub(super) levels: RefCell<Vec<Rc<level::Level<'r>>>>,
    /// Whether what is being evaluated is deployed.
    pub(super) deployed: Cell<Deployed>,
    /// How often something failed, what was told before included.
    pub(super) failed: Cell<usize>,
    /// What fails in the outermost template, by the places of its declarations; outputs by their own.
    pub(super) failing: RefCell<BTreeSet<Span>>,
    /// Of the outermost template only what is declared at these places, and what that needs.
    pub(super) only: Option<BTreeSet<Span>>,
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
            gaps: RefCell::default(),
            secrets: RefCell::default(),
            resources: RefCell::default(),
            by_id: RefCell::default(),
            outputs: RefCell::default(),
            levels: RefCell::default(),
            deployed: Cell::default(),
            failed: Cell::new(0),
            failing: RefCell::default(),
            only: None,
            waiting: Cell::new(0),
            count: Cell::new(0),
        }
    }

    /// Evaluates only what is declared at these places of the outermost template, where there are any.
    pub(super) fn in_part(loader: &'r dyn Loader, only: Option<BTreeSet<Span>>) -> Self {
        Self {
            only,
            ..Self::new(loader)
        }
    }

    /// Takes note of where a secret is written: the literal that was passed on, or the expression that made it.
    pub(super) fn secret(&self, origin: &Origin) {
        let mut origin = origin;
        while let Origin::Step(step) = origin
            && step.passes_on()
            && let [input] = step.inputs.as_slice()
            && !matches!(input, Origin::None)
        {
            origin = input;
        }
        self.secrets.borrow_mut().extend(origin.place());
    }

    /// Records a problem, once. If it is there of something that is deployed for sure, that counts.
    pub(super) fn problem(&self, mut problem: Problem) {
        if problem.level == Level::Error {
            self.failed.set(self.failed.get() + 1);
        }
        problem.deployed = self.deployed.get();
        let mut problems = self.problems.borrow_mut();
        let known = problems
            .iter_mut()
            .find(|old| old.place == problem.place && old.message == problem.message);
        match known {
            Some(known) => known.deployed = known.deployed.min(problem.deployed),
            None => problems.push(problem),
        }
    }

    /// Evaluates a declaration of the outermost template and remembers whether anything failed.
    pub(super) fn watch<T>(&self, place: Span, evaluate: impl FnOnce() -> T) -> T {
        let before = self.failed.get();
        let made = evaluate();
        if self.failed.get() > before {
            self.failing.borrow_mut().insert(place);
        }
        made
    }

    /// Whether a declaration of the outermost template is asked for.
    pub(super) fn is_asked(&self, place: Span) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(&place))
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

    /// Records a failure of something that has resources in it, or is one.
    pub(super) fn hiding_failure(&self, what: &str, failure: Failure) {
        self.gap(what, Reason::Failed, failure.0.place);
        self.failure(what, failure);
    }

    /// Records something that was not read or evaluated and may have resources in it.
    pub(super) fn gap(&self, what: impl Into<String>, reason: Reason, place: Span) {
        self.gaps.borrow_mut().push(NotEvaluated {
            what: what.into(),
            reason,
            place,
        });
    }

    /// Text that cannot be read may be a declaration.
    pub(super) fn gaps_of_text(&self, problems: &[Problem]) {
        let unread = problems.iter().filter(|problem| {
            problem.level == Level::Error
                && matches!(
                    problem.kind,
                    ProblemKind::JsonSyntax | ProblemKind::ExpressionSyntax
                )
        });
        for problem in unread {
            self.gap("a part of the text", Reason::Failed, problem.place);
        }
    }

    /// Counts a resource; false beyond the bound.
    pub(super) fn admit(&self) -> bool {
        let count = self.count.get() + 1;
        self.count.set(count);
        count <= MAX_RESOURCES
    }
}
