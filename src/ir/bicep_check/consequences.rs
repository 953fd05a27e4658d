//! Uses of what has an error where it is declared: its type and value are unknown, so nothing that is made of it holds.

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use super::symbols::SymbolKind;
use crate::finding::{Problem, ProblemKind};
use crate::syntax::bicep::Node;
use crate::syntax::bicep::ast::{Expr, ExprKind, StatementKind};
use crate::text::Span;

/// Problems that leave an expression without a value.
const FATAL: [ProblemKind; 5] = [
    ProblemKind::UndefinedSymbol,
    ProblemKind::UnknownFunction,
    ProblemKind::WrongArity,
    ProblemKind::DuplicateDeclaration,
    ProblemKind::Cycle,
];

impl Check<'_> {
    /// Reports the uses of broken declarations, and of what is made of them.
    pub(super) fn check_consequences(&mut self) {
        let mut users: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (number, one) in self.uses.iter().enumerate() {
            users.entry(one.to).or_default().push(number);
        }
        let mut waiting: Vec<usize> = (0..self.symbols.all.len())
            .filter(|index| self.is_broken(*index))
            .collect();
        let mut broken: BTreeSet<usize> = waiting.iter().copied().collect();
        let mut reported = BTreeSet::new();
        while let Some(to) = waiting.pop() {
            for number in users.get(&to).into_iter().flatten() {
                let Some(one) = self.uses.get(*number).filter(|one| one.from != Some(to)) else {
                    continue;
                };
                // What is handed to a module that is not there is not looked at.
                if one.from.is_some_and(|from| self.is_absent_module(from)) {
                    continue;
                }
                reported.insert(*number);
                if let Some(from) = one.from.filter(|from| self.takes_over(*from, one.place))
                    && broken.insert(from)
                {
                    waiting.push(from);
                }
            }
        }
        let uses: Vec<_> = reported
            .into_iter()
            .filter_map(|number| self.uses.get(number).copied())
            .collect();
        for one in uses {
            let Some(declaration) = self.symbols.all.get(one.to) else {
                continue;
            };
            let name = declaration.name;
            let known = |problem: &Problem| problem.place == one.place;
            if self.is_full() || self.problems.iter().any(known) {
                continue;
            }
            let message = format!("`{}` has an error where it is declared", name.text);
            let problem = Problem::error(ProblemKind::UndefinedSymbol, one.place, message)
                .help("mend its declaration")
                .related(name.span, "declared here");
            self.problems.push(problem);
        }
    }

    /// Whether a declaration has a problem that leaves it without a value or type.
    fn is_broken(&self, index: usize) -> bool {
        let Some(declaration) = self.symbols.all.get(index) else {
            return false;
        };
        match (&declaration.statement.kind, declaration.kind) {
            (
                StatementKind::Var {
                    ty: None, value, ..
                },
                _,
            ) => {
                self.has(value.span, &FATAL)
                    || is_unreadable(Node::Expr(value))
                    || self
                        .without_value
                        .iter()
                        .any(|place| value.span.contains(*place))
            }
            (StatementKind::Type { name, ty }, _) => {
                self.has(ty.span, &[ProblemKind::UndefinedSymbol])
                    || self
                        .problems
                        .iter()
                        .any(|one| one.kind == ProblemKind::Cycle && one.place == name.span)
            }
            (StatementKind::Resource(resource), _) => {
                let wrong_type = |one: &Problem| {
                    one.kind == ProblemKind::ExpressionSyntax && one.place == resource.ty.span
                };
                self.problems.iter().any(wrong_type) || self.needs_itself(index)
            }
            (StatementKind::Module { .. }, _) => self.is_absent_module(index),
            (_, SymbolKind::Imported | SymbolKind::Namespace) => self.is_broken_import(index),
            _ => false,
        }
    }

    fn is_absent_module(&self, index: usize) -> bool {
        let declaration = self.symbols.all.get(index);
        match declaration.map(|one| &one.statement.kind) {
            Some(StatementKind::Module { path, .. }) => self.absent.contains(&path.span),
            _ => false,
        }
    }

    fn needs_itself(&self, index: usize) -> bool {
        let mut own = self
            .uses
            .iter()
            .filter(|one| one.from == Some(index) && one.to == index);
        own.next().is_some()
    }

    fn has(&self, span: Span, kinds: &[ProblemKind]) -> bool {
        let mut problems = self.problems.iter();
        problems.any(|one| kinds.contains(&one.kind) && span.contains(one.place))
    }

    /// Whether a declaration has no value of its own when what stands at `place` has none.
    fn takes_over(&self, index: usize, place: Span) -> bool {
        let declaration = self.symbols.all.get(index);
        match declaration.map(|one| &one.statement.kind) {
            Some(StatementKind::Var {
                ty: None, value, ..
            }) => value.span.contains(place),
            Some(StatementKind::Type { ty, .. } | StatementKind::Param { ty: Some(ty), .. }) => {
                ty.span.contains(place)
            }
            _ => false,
        }
    }
}

/// Whether a part of an expression could not be read.
fn is_unreadable(node: Node<'_>) -> bool {
    let mut found = matches!(
        node,
        Node::Expr(Expr {
            kind: ExprKind::Error,
            ..
        })
    );
    node.children(&mut |child| found = found || is_unreadable(child));
    found
}
