//! The names that exist only inside of a part of an expression: items of loops, variables of lambdas, parameters of functions.

use std::sync::Arc;

use crate::ir::Expr;

/// Where an expression stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Ctx<'c> {
    /// Innermost first.
    pub(super) locals: Option<&'c Local<'c>>,
    /// The resource whose body it stands in: sees the resources of that body.
    pub(super) within: Option<usize>,
}

/// One name.
pub(super) struct Local<'c> {
    pub(super) name: &'c str,
    pub(super) binding: Binding,
    pub(super) outer: Option<&'c Local<'c>>,
}

/// What it stands for.
pub(super) enum Binding {
    /// The item of an array at an index.
    Item(Arc<Expr>, Arc<Expr>),
    /// An expression.
    Value(Arc<Expr>),
    /// One of the modules of a loop, in a lambda over them: the statement.
    Module(Arc<Expr>, usize),
}

impl<'c> Ctx<'c> {
    /// The innermost local of this name.
    pub(super) fn local(self, name: &str) -> Option<&'c Local<'c>> {
        let mut at = self.locals;
        while let Some(local) = at {
            if *local.name == *name {
                return Some(local);
            }
            at = local.outer;
        }
        None
    }
}
