//! One template while it is made: what its expressions share, and the names that it takes from other files.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::Session;
use super::build::invalid;
use super::model::Model;
use super::params::ExternalInput;
use super::surroundings::CompiledModule;
use crate::finding::Problem;
use crate::ir::{Expr, Variable};
use crate::text::{FileId, Span};

/// Most nodes that one template may become, so that names that stand for each other cannot blow up.
const MAX_NODES: u32 = 4_000_000;

/// Stack left below which a new piece is taken: names that stand for each other nest deeper than a thread's stack may be.
const RED_ZONE: usize = 128 << 10;
const STACK_PIECE: usize = 2 << 20;

/// The kinds of things that a file can take from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Variable,
    Function,
    Type,
}

/// A thing of another file that the template gets a copy of.
#[derive(Clone)]
pub(super) struct Taken {
    pub(super) kind: Kind,
    pub(super) from: Origin,
    /// What it is called there, and in the template.
    pub(super) name: Arc<str>,
    pub(super) emitted: Arc<str>,
}

/// The file that a taken thing stands in.
#[derive(Clone)]
pub(super) enum Origin {
    Bicep(Rc<Model>),
    Arm(Arc<CompiledModule>),
}

impl Origin {
    fn file(&self) -> FileId {
        match self {
            Self::Bicep(model) => model.id(),
            Self::Arm(module) => module.document().file(),
        }
    }
}

/// What is in the middle of being lowered, against endless recursion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doing {
    Variable(FileId, usize),
    ResourceName(FileId, usize),
    ResourceScope(FileId, usize),
    ModuleName(FileId, usize),
    Condition(FileId, usize),
    ModuleCondition(FileId, usize),
    ModuleScope(FileId, usize),
    Dependencies(FileId, usize),
    Parents(FileId, usize),
}

type TypeAndVersion = (Arc<str>, Option<Arc<str>>);

/// Something of another file.
type Thing = (Kind, FileId, Arc<str>);

/// One template while it is made.
pub(super) struct Unit<'s> {
    pub(super) session: &'s Session<'s>,
    pub(super) main: FileId,
    /// Resources go by symbolic names.
    pub(super) symbolic: bool,
    pub(super) problems: RefCell<Vec<Problem>>,
    /// `$fxv#N`: what load functions gave.
    pub(super) loaded: RefCell<Vec<Variable>>,
    pub(super) loads: RefCell<BTreeMap<String, Arc<str>>>,
    /// Names in the template of what was taken from other files.
    names: RefCell<BTreeMap<Thing, Arc<str>>>,
    numbers: RefCell<Vec<FileId>>,
    queue: RefCell<Vec<Taken>>,
    doing: RefCell<BTreeSet<Doing>>,
    /// Expressions that stand for a name wherever it is used.
    pub(super) cache: RefCell<BTreeMap<(Doing, bool), Arc<Expr>>>,
    /// Types and versions of resources.
    pub(super) types: RefCell<BTreeMap<(FileId, usize), TypeAndVersion>>,
    /// The arrays of loops outside of others.
    pub(super) arrays: RefCell<BTreeMap<Span, Arc<Expr>>>,
    /// Calls of `externalInput`.
    pub(super) external_inputs: RefCell<Vec<ExternalInput>>,
    /// In parameter files: how many files up the chain of `extends` the names are.
    pub(super) base_depth: Cell<usize>,
    /// The file itself and those that it extends.
    pub(super) bases: RefCell<Vec<Rc<Model>>>,
    nodes: Cell<u32>,
}

impl<'s> Unit<'s> {
    pub(super) fn new(session: &'s Session<'s>, model: &Model, symbolic: bool) -> Self {
        Self {
            session,
            main: model.id(),
            symbolic,
            problems: RefCell::default(),
            loaded: RefCell::default(),
            loads: RefCell::default(),
            names: RefCell::default(),
            numbers: RefCell::default(),
            queue: RefCell::default(),
            doing: RefCell::default(),
            cache: RefCell::default(),
            types: RefCell::default(),
            arrays: RefCell::default(),
            external_inputs: RefCell::default(),
            base_depth: Cell::new(0),
            bases: RefCell::default(),
            nodes: Cell::new(0),
        }
    }

    pub(super) fn problem(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Counts a node; false when there are too many.
    pub(super) fn spend(&self) -> bool {
        self.nodes.set(self.nodes.get().saturating_add(1));
        self.nodes.get() < MAX_NODES
    }

    /// Does something that may lead back to itself: then it fails, in place of going on without end.
    pub(super) fn once(
        &self,
        what: Doing,
        name: &str,
        span: Span,
        run: impl FnOnce() -> Expr,
    ) -> Expr {
        if !self.doing.borrow_mut().insert(what) {
            return invalid(format!("The definition of '{name}' needs itself"), span);
        }
        let made = stacker::maybe_grow(RED_ZONE, STACK_PIECE, run);
        self.doing.borrow_mut().remove(&what);
        made
    }

    /// The same for what gives no expression; none where it leads back to itself.
    pub(super) fn guarded<T>(&self, what: Doing, run: impl FnOnce() -> T) -> Option<T> {
        if !self.doing.borrow_mut().insert(what) {
            return None;
        }
        let made = stacker::maybe_grow(RED_ZONE, STACK_PIECE, run);
        self.doing.borrow_mut().remove(&what);
        Some(made)
    }

    /// Gives a thing of another file a name in the template: the one of the import list.
    pub(super) fn take_as(&self, kind: Kind, from: Origin, name: &Arc<str>, emitted: &Arc<str>) {
        let key = (kind, from.file(), Arc::clone(name));
        let mut names = self.names.borrow_mut();
        if names.contains_key(&key) {
            return;
        }
        names.insert(key, Arc::clone(emitted));
        self.queue.borrow_mut().push(Taken {
            kind,
            from,
            name: Arc::clone(name),
            emitted: Arc::clone(emitted),
        });
    }

    /// The name in the template of a thing of another file: `_1.name`, where it was not imported by name.
    pub(super) fn take(&self, kind: Kind, from: &Origin, name: &Arc<str>) -> Arc<str> {
        let file = from.file();
        if file == self.main {
            return Arc::clone(name);
        }
        let key = (kind, file, Arc::clone(name));
        if let Some(emitted) = self.names.borrow().get(&key) {
            return Arc::clone(emitted);
        }
        let number = {
            let mut numbers = self.numbers.borrow_mut();
            let known = numbers.iter().position(|known| *known == file);
            known.unwrap_or_else(|| {
                numbers.push(file);
                numbers.len() - 1
            }) + 1
        };
        let emitted: Arc<str> = format!("_{number}.{name}").into();
        self.take_as(kind, from.clone(), name, &emitted);
        emitted
    }

    /// The next thing that was taken and is not in the template yet.
    pub(super) fn next_taken(&self) -> Option<Taken> {
        self.queue.borrow_mut().pop()
    }
}
