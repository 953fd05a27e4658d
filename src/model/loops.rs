//! The copy loops around a place: an index for each, innermost first.

use std::rc::Rc;
use std::sync::Arc;

use crate::eval::Value;

/// The loops around a place.
pub(super) type Loops = Option<Rc<LoopIndex>>;

/// One loop of resources or of an output.
#[derive(Debug)]
pub(super) struct LoopIndex {
    /// Its name; an output's loop has none.
    pub(super) name: Option<Arc<str>>,
    /// The index; unknown where the count is.
    pub(super) index: Value,
    /// The loops around it.
    pub(super) outer: Loops,
}

/// The index of a loop by name in any case, or of the innermost one.
pub(super) fn find(loops: &Loops, name: Option<&str>) -> Option<Value> {
    let mut at = loops.as_ref();
    while let Some(this) = at {
        let matches = match (name, &this.name) {
            (None, _) => true,
            (Some(wanted), Some(name)) => crate::eval::equal_ignoring_case(wanted, name),
            (Some(_), None) => false,
        };
        if matches {
            return Some(this.index.clone());
        }
        at = this.outer.as_ref();
    }
    None
}
