//! What a user-defined function may not contain: it makes the whole template invalid, even where nobody calls it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Lowering;
use crate::finding::{Problem, ProblemKind};
use crate::ir::{Expr, ExprKind, Member, UserFunction, is_user_defined};

impl Lowering {
    /// Reports run-time functions, parameters of the template and recursion in the bodies of functions.
    pub(super) fn check_function_bodies(&mut self, functions: &[Arc<UserFunction>]) {
        let positions: BTreeMap<String, usize> = functions
            .iter()
            .enumerate()
            .map(|(at, function)| (function.name.to_lowercase(), at))
            .collect();
        let mut calls = vec![Vec::new(); functions.len()];
        for (at, function) in functions.iter().enumerate() {
            visit(&function.body, &mut |expr| {
                let ExprKind::Call { name, args, .. } = &expr.kind else {
                    return;
                };
                if !is_user_defined(name) {
                    let problem = not_allowed(function, expr, name, args);
                    self.problems.extend(problem);
                } else if let Some(called) = positions.get(&name.to_lowercase())
                    && let Some(calls) = calls.get_mut(at)
                {
                    calls.push(*called);
                }
            });
        }
        for (at, function) in functions.iter().enumerate() {
            if reaches(&calls, at) {
                let message = format!("The function '{}' calls itself", function.name);
                self.problems
                    .push(Problem::error(ProblemKind::Cycle, function.span, message));
            }
        }
    }
}

fn not_allowed(function: &UserFunction, expr: &Expr, name: &str, args: &[Expr]) -> Option<Problem> {
    let lower = name.to_ascii_lowercase();
    let own = &function.name;
    if lower == "parameters"
        && let [
            Expr {
                kind: ExprKind::Text(parameter),
                span,
            },
        ] = args
    {
        let declared = function
            .parameters
            .iter()
            .any(|(name, _)| name.to_lowercase() == parameter.to_lowercase());
        return (!declared).then(|| {
            let message = format!("The function '{own}' has no parameter '{parameter}'");
            Problem::error(ProblemKind::UndefinedParameter, *span, message)
        });
    }
    let is_runtime = matches!(
        lower.as_str(),
        "reference" | "references" | "utcnow" | "newguid"
    ) || lower.starts_with("list");
    is_runtime.then(|| {
        let message = format!("'{name}' cannot be used in the function '{own}'");
        Problem::error(ProblemKind::ContextNotAllowed, expr.span, message)
    })
}

/// Whether a function calls itself, directly or through others.
fn reaches(calls: &[Vec<usize>], start: usize) -> bool {
    let mut seen = vec![false; calls.len()];
    let mut open: Vec<usize> = calls.get(start).cloned().unwrap_or_default();
    while let Some(at) = open.pop() {
        if at == start {
            return true;
        }
        if let Some(seen) = seen.get_mut(at)
            && !std::mem::replace(seen, true)
        {
            open.extend(calls.get(at).into_iter().flatten());
        }
    }
    false
}

fn visit(expr: &Expr, see: &mut dyn FnMut(&Expr)) {
    see(expr);
    match &expr.kind {
        ExprKind::Array(items) => items.iter().for_each(|item| visit(item, see)),
        ExprKind::Object(members) => {
            for member in members {
                match member {
                    Member::Entry { key, value } => {
                        visit(key, see);
                        visit(value, see);
                    }
                    Member::Loop(inner) => {
                        visit(&inner.count, see);
                        visit(&inner.input, see);
                    }
                }
            }
        }
        ExprKind::Call { args, .. } => args.iter().for_each(|arg| visit(arg, see)),
        ExprKind::Property { base, .. } => visit(base, see),
        ExprKind::Index { base, index } => {
            visit(base, see);
            visit(index, see);
        }
        ExprKind::Shared(inner) => visit(inner, see),
        _ => {}
    }
}
