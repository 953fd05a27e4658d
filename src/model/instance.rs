//! One resource of the plan: its head as soon as its deployment is opened, its body when its turn comes.

use std::cell::{Cell, RefCell};
use std::rc::Weak;
use std::sync::Arc;

use super::level::Level;
use super::loops::Loops;
use crate::eval::{Object, Value};
use crate::finding::Deployed;
use crate::ir::ResourceDeclaration;

/// How far a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Waiting,
    Running,
    Done,
}

/// One resource: of a loop one for each index.
pub(super) struct Instance<'r> {
    pub(super) level: Weak<Level<'r>>,
    pub(super) declaration: Arc<ResourceDeclaration>,
    pub(super) loops: Loops,
    /// Symbolic name, for children `parent::child`, for loops with `[index]`.
    pub(super) symbol: Option<String>,
    /// Symbolic name without the index.
    pub(super) loop_symbol: Option<String>,
    /// Name of its loop.
    pub(super) loop_name: Option<Arc<str>>,
    pub(super) full_type: Arc<str>,
    pub(super) name: Value,
    pub(super) id: Value,
    /// The id in lower case, where it is known but for scope values that were not given.
    pub(super) key: Option<String>,
    pub(super) api_version: Value,
    /// An unknown condition.
    pub(super) condition: Option<Value>,
    /// Whether it is deployed, conditions around it included.
    pub(super) deployed: Deployed,
    /// A condition that is false: only kept so that its name resolves.
    pub(super) skipped: bool,
    pub(super) state: Cell<State>,
    /// The evaluated members.
    pub(super) body: RefCell<Option<Object>>,
    /// Outputs of a nested deployment: an object of `{type, value}`.
    pub(super) outputs: RefCell<Option<Value>>,
}

impl Instance<'_> {
    /// Whether the plan tells what it contains.
    pub(super) fn is_deployed(&self) -> bool {
        !self.skipped && !self.declaration.existing
    }
}
