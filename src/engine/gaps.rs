//! Two sides of a deployment to what each may lack: a declaration or a module that only the other one could read.

use crate::eval::Reason;
use crate::model::{Deployment, NotEvaluated};
use crate::text::Files;

/// Why resources may be missing on a side where the other has them; none where what is missing is not there.
#[derive(Clone, Debug, Default)]
pub(super) struct Gaps {
    /// In the state before: what is only after may be there already.
    pub(super) before: Option<Reason>,
    /// In the state after: what is only before may stay in the template.
    pub(super) after: Option<Reason>,
}

impl Gaps {
    /// The same gap on both sides hides the same.
    pub(super) fn between(files: &Files, before: Option<&Deployment>, after: &Deployment) -> Self {
        let Some(before) = before else {
            return Self::default();
        };
        let first = |ours: &[NotEvaluated], theirs: &[NotEvaluated]| {
            let alone =
                |one: &&NotEvaluated| !theirs.iter().any(|other| hides_same(files, one, other));
            ours.iter().find(alone).map(|one| one.reason.clone())
        };
        Self {
            before: first(&before.gaps, &after.gaps),
            after: first(&after.gaps, &before.gaps),
        }
    }
}

/// A module is known by the name of its deployment, anything else by its text.
fn hides_same(files: &Files, one: &NotEvaluated, other: &NotEvaluated) -> bool {
    let is_module = matches!(
        (&one.reason, &other.reason),
        (Reason::Module(_), Reason::Module(_))
    );
    one.what == other.what && (is_module || files.slice(one.place) == files.slice(other.place))
}
