//! One deployment: a template with its names, where its resources go, and the resources it declares.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::heads;
use super::instance::Instance;
use super::loops::Loops;
use super::names::Names;
use super::names_ids::Target;
use super::resources;
use super::run::Run;
use crate::eval::Value;
use crate::ir::Template;

/// One deployment.
pub(super) struct Level<'r> {
    pub(super) run: Rc<Run<'r>>,
    /// The names that its expressions see: its own, or its parent's in an outer deployment.
    pub(super) names: Rc<Names<'r>>,
    /// Whether its expressions are evaluated with its parent's: they see the parent's names and loops, and no loops of their own.
    pub(super) outer: bool,
    /// The loops around it that its expressions see.
    pub(super) loops: Loops,
    pub(super) template: Arc<Template>,
    pub(super) target: Target,
    /// Names of the nested deployments it stands in, outermost first.
    pub(super) modules: Vec<String>,
    /// An unknown condition of a nested deployment around it.
    pub(super) condition: Option<Value>,
    pub(super) parent: Option<Rc<Level<'r>>>,
    pub(super) instances: RefCell<Vec<Rc<Instance<'r>>>>,
    /// The deployed ones of the first so many `instances` whose ids are expressions, by those as they print in one case;
    /// of equal ones the first.
    pub(super) by_open_id: RefCell<(usize, BTreeMap<String, usize>)>,
}

impl Level<'_> {
    /// Evaluates all of it: heads of all resources first, then bodies, each after what it waits for.
    pub(super) fn expand(self: &Rc<Self>) {
        self.run.levels.borrow_mut().push(Rc::clone(self));
        heads::open(self);
        let instances = self.instances.borrow().clone();
        let outermost = self.parent.is_none();
        for instance in &instances {
            if !outermost || self.run.is_asked(instance.declaration.place) {
                resources::finish(instance);
            }
        }
    }
}
