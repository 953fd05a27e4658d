//! Expressions that stand at several places to values that are computed once: the array of a loop is the same for each of
//! its copies.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::functions;
use super::value::Value;
use crate::ir::{Expr, ExprKind, Member, is_user_defined};

/// Nodes that are looked at to tell whether an expression is the same everywhere; of larger ones it is not said.
const MAX_NODES: usize = 4_000;

/// What became of the shared expressions of one template, by where they stand in memory: each is kept with its value.
#[derive(Debug, Default)]
pub struct SharedValues(RefCell<BTreeMap<usize, Kept>>);

#[derive(Debug)]
struct Kept {
    /// Held, so that no other expression takes its place in memory.
    _expr: Arc<Expr>,
    /// Its value; none where that is another one at each place.
    value: Option<Value>,
}

/// What is known of a shared expression.
pub(super) enum Seen {
    /// It was not evaluated yet.
    Never,
    /// Its value depends on the place.
    Varying,
    /// Its value.
    Value(Value),
}

impl SharedValues {
    pub(super) fn get(&self, expr: &Arc<Expr>) -> Seen {
        match self.0.borrow().get(&address(expr)) {
            None => Seen::Never,
            Some(Kept { value: None, .. }) => Seen::Varying,
            Some(Kept {
                value: Some(value), ..
            }) => Seen::Value(value.clone()),
        }
    }

    pub(super) fn keep(&self, expr: &Arc<Expr>, value: &Value) {
        let mut fuel = MAX_NODES;
        let constant = is_constant(expr, &mut Vec::new(), &mut fuel);
        let kept = Kept {
            _expr: Arc::clone(expr),
            value: constant.then(|| value.clone()),
        };
        self.0.borrow_mut().insert(address(expr), kept);
    }
}

fn address(expr: &Arc<Expr>) -> usize {
    Arc::as_ptr(expr).addr()
}

/// Whether an expression has one value wherever it stands: it uses no index of a loop, no variable of a lambda around it, and
/// nothing that only some places may ask for. `bound` are the variables of lambdas inside of it.
fn is_constant<'e>(expr: &'e Expr, bound: &mut Vec<&'e str>, fuel: &mut usize) -> bool {
    let Some(left) = fuel.checked_sub(1) else {
        return false;
    };
    *fuel = left;
    match &expr.kind {
        ExprKind::Array(items) => items.iter().all(|item| is_constant(item, bound, fuel)),
        ExprKind::Object(members) => members.iter().all(|member| match member {
            Member::Entry { key, value } => {
                is_constant(key, bound, fuel) && is_constant(value, bound, fuel)
            }
            Member::Loop(_) => false,
        }),
        ExprKind::Call { name, args, .. } if is_user_defined(name) => {
            args.iter().all(|arg| is_constant(arg, bound, fuel))
        }
        ExprKind::Call { name, args, .. } => {
            let outer = bound.len();
            let constant = match (name.to_ascii_lowercase().as_str(), &**args) {
                ("lambdavariables", [name]) => text(name).is_some_and(|name| bound.contains(&name)),
                ("lambda", [names @ .., _]) => {
                    bound.extend(names.iter().filter_map(text));
                    true
                }
                (name, _) => functions::is_constant(name),
            };
            let constant = constant && args.iter().all(|arg| is_constant(arg, bound, fuel));
            bound.truncate(outer);
            constant
        }
        ExprKind::Property { base, .. } => is_constant(base, bound, fuel),
        ExprKind::Index { base, index } => {
            is_constant(base, bound, fuel) && is_constant(index, bound, fuel)
        }
        ExprKind::Shared(inner) => is_constant(inner, bound, fuel),
        ExprKind::Invalid(_) | ExprKind::Absent(_) => false,
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::BigInt(_)
        | ExprKind::Float(_)
        | ExprKind::Text(_) => true,
    }
}

fn text(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Text(text) => Some(text),
        _ => None,
    }
}
