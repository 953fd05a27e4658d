//! Bounds of one evaluation, so that no template can make it hang, overflow or eat the memory.

use std::cell::Cell;

use super::Failure;
use crate::finding::{Problem, ProblemKind};
use crate::text::Span;

/// Levels of calls, variables and containers at one time.
const MAX_DEPTH: u32 = 2_000;
/// Levels of a value.
pub(super) const MAX_VALUE_DEPTH: u16 = 480;
/// The weight of a value: a template with all that its loops and variables make may have 4 MB, says Azure
/// (<https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits>), which is less in
/// any form.
pub(super) const MAX_VALUE_WEIGHT: u32 = 64 << 20;
/// Nodes evaluated.
const MAX_STEPS: u64 = 10_000_000;
/// Bytes of text and items of containers made, and the weight of what was evaluated.
const MAX_SIZE: u64 = 256 << 20;

/// What one evaluation of a template may still use up. Shared by all of its expressions.
#[derive(Debug)]
pub struct Budget {
    depth: Cell<u32>,
    steps: Cell<u64>,
    size: Cell<u64>,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            depth: Cell::new(0),
            steps: Cell::new(MAX_STEPS),
            size: Cell::new(MAX_SIZE),
        }
    }
}

/// Gives a level back when it ends.
pub(super) struct Level<'b>(&'b Budget);

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.0.depth.set(self.0.depth.get().saturating_sub(1));
    }
}

impl Budget {
    /// For tests of the bounds themselves.
    #[cfg(test)]
    pub(super) fn small() -> Self {
        Self {
            depth: Cell::new(0),
            steps: Cell::new(100_000),
            size: Cell::new(1 << 20),
        }
    }

    /// One node of an expression: a step and, until the result is dropped, a level.
    pub(super) fn enter(&self, at: Span) -> Result<Level<'_>, Failure> {
        self.steps(1, at)?;
        if self.depth.get() >= MAX_DEPTH {
            return Err(limit(at, "The value is nested too deep to be evaluated"));
        }
        self.depth.set(self.depth.get() + 1);
        Ok(Level(self))
    }

    /// Uses up steps.
    pub(super) fn steps(&self, count: u64, at: Span) -> Result<(), Failure> {
        match self.steps.get().checked_sub(count) {
            Some(left) => {
                self.steps.set(left);
                Ok(())
            }
            None => Err(limit(at, "The template takes too many steps to evaluate")),
        }
    }

    /// Uses up memory: bytes of text, or items.
    pub(super) fn size(&self, count: usize, at: Span) -> Result<(), Failure> {
        match self.size.get().checked_sub(count as u64) {
            Some(left) => {
                self.size.set(left);
                Ok(())
            }
            None => Err(limit(at, "The values of the template take too much memory")),
        }
    }
}

fn limit(at: Span, text: &str) -> Failure {
    Problem::error(ProblemKind::LimitExceeded, at, text).into()
}
