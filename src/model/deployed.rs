//! A condition that is not known to whether that which has it is deployed perhaps, or certainly not.

use std::rc::Rc;

use super::heads::eval;
use super::level::Level;
use super::loops::Loops;
use crate::eval::Data;
use crate::finding::Deployed;
use crate::ir::{Expr, ExprKind};
use crate::text::FileId;

/// A condition is evaluated up to the first part that is not known, as the engine does. If another part of it is false,
/// it never holds. With one of its own, the template fails where it takes that way, and so does the engine; a module has ways
/// for all its callers, and this one perhaps never takes it.
pub(super) fn deployed(level: &Rc<Level<'_>>, condition: &Expr, loops: &Loops) -> Deployed {
    if fails_to_hold(level, condition, loops) {
        Deployed::No
    } else if condition.span.file == outermost(level) {
        Deployed::Yes
    } else {
        Deployed::Perhaps
    }
}

fn outermost(level: &Rc<Level<'_>>) -> FileId {
    let mut level = level;
    while let Some(parent) = &level.parent {
        level = parent;
    }
    level.template.file
}

fn fails_to_hold(level: &Rc<Level<'_>>, condition: &Expr, loops: &Loops) -> bool {
    let condition = condition.own();
    if let ExprKind::Call { name, args, .. } = &condition.kind
        && name.eq_ignore_ascii_case("and")
    {
        return args.iter().any(|part| fails_to_hold(level, part, loops));
    }
    // What is read of other resources is not looked at before its turn.
    !reads_state(condition)
        && eval(level, condition, loops).is_ok_and(|value| matches!(value.data, Data::Bool(false)))
}

fn reads_state(expr: &Expr) -> bool {
    match &expr.own().kind {
        ExprKind::Call { name, args, .. } => {
            let name = name.to_ascii_lowercase();
            name.starts_with("reference")
                || name.starts_with("list")
                || args.iter().any(reads_state)
        }
        ExprKind::Property { base, .. } => reads_state(base),
        ExprKind::Index { base, index } => reads_state(base) || reads_state(index),
        ExprKind::Array(items) => items.iter().any(reads_state),
        ExprKind::Object(_) => true,
        _ => false,
    }
}
