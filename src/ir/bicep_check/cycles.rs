//! Declarations that need themselves, alone or through others.

use std::collections::BTreeSet;

use super::symbols::SymbolKind;
use super::{Check, Use};
use crate::finding::ProblemKind;
use crate::syntax::bicep::ast::{StatementKind, Type, TypeKind};

/// Names of types that are followed from one.
const MAX_NAMES: usize = 64;

impl Check<'_> {
    /// Reports every use that is part of a cycle.
    pub(super) fn check_cycles(&mut self) {
        let groups = self.groups();
        let mut found: Vec<(Use, bool)> = Vec::new();
        for one in &self.uses {
            let Some(from) = one
                .from
                .filter(|from| self.counts(*from) && self.counts(one.to))
            else {
                continue;
            };
            let same = groups.get(from) == groups.get(one.to);
            if same && groups.get(from).is_some() {
                found.push((*one, from == one.to));
            }
        }
        let mut reported = BTreeSet::new();
        for (one, own) in found {
            // The compiler names one place of each declaration.
            if !own && !reported.insert((one.from, one.to)) {
                continue;
            }
            let name = self
                .symbols
                .all
                .get(one.to)
                .map(|to| to.name.text.to_string());
            let name = name.unwrap_or_default();
            let message = if own {
                format!("`{name}` needs itself")
            } else {
                format!("`{name}` needs what needs it: a cycle")
            };
            let help = "take one of the uses out of the circle";
            self.report(ProblemKind::Cycle, one.place, message, help);
        }
        self.endless_types();
    }

    /// Types may name themselves where a value can end: that is looked at apart.
    fn counts(&self, index: usize) -> bool {
        let kind = self.symbols.all.get(index).map(|one| one.kind);
        kind.is_some_and(|kind| {
            !matches!(
                kind,
                SymbolKind::Type | SymbolKind::Imported | SymbolKind::Namespace
            )
        })
    }

    /// For each declaration the number of the circle it stands in; declarations that reach each other share one.
    fn groups(&self) -> Vec<Option<usize>> {
        let count = self.symbols.all.len();
        let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
        for one in &self.uses {
            if let Some(from) = one.from
                && self.counts(from)
                && self.counts(one.to)
                && let Some(next) = next.get_mut(from)
            {
                next.push(one.to);
            }
        }
        // A resource in the body of another needs that one.
        for (index, declaration) in self.symbols.all.iter().enumerate() {
            if let (Some(parent), Some(next)) = (declaration.parent, next.get_mut(index)) {
                next.push(parent);
            }
        }
        Components::of(&next)
    }

    /// A type of which no value is finite.
    fn endless_types(&mut self) {
        let mut endless = Vec::new();
        for declaration in &self.symbols.all {
            if let StatementKind::Type { name, ty } = &declaration.statement.kind {
                let mut seen = BTreeSet::new();
                if self.needs(ty, &name.text, false, &mut seen) {
                    endless.push(name);
                }
            }
        }
        for name in endless {
            let message = format!("the type `{}` needs itself", name.text);
            let help = "let it end: make the member that names it nullable with `?`";
            self.report(ProblemKind::Cycle, name.span, message, help);
        }
    }

    /// Whether every value of a type has a value of the named type inside. Inside of objects and tuples null and arrays end it.
    fn needs(
        &self,
        ty: &Type,
        wanted: &str,
        inside: bool,
        seen: &mut BTreeSet<(u32, bool)>,
    ) -> bool {
        match &ty.kind {
            TypeKind::Name(name) if *name.text == *wanted => true,
            TypeKind::Name(name) => {
                let index = self.symbols.find(&name.text);
                let Some(declaration) = index.and_then(|index| self.symbols.all.get(index)) else {
                    return false;
                };
                match &declaration.statement.kind {
                    StatementKind::Type { ty, .. } => {
                        seen.len() < MAX_NAMES
                            && seen.insert((ty.span.start, inside))
                            && self.needs(ty, wanted, inside, seen)
                    }
                    _ => false,
                }
            }
            TypeKind::Object(members) => members
                .iter()
                .filter(|member| member.key.is_some())
                .any(|member| self.needs(&member.ty, wanted, true, seen)),
            TypeKind::Tuple(items) => items
                .iter()
                .any(|item| self.needs(&item.ty, wanted, true, seen)),
            TypeKind::Array(inner) | TypeKind::Nullable(inner) => {
                !inside && self.needs(inner, wanted, inside, seen)
            }
            TypeKind::Parenthesized(inner) | TypeKind::NonNull(inner) => {
                self.needs(inner, wanted, inside, seen)
            }
            TypeKind::Union(members) => members
                .iter()
                .all(|member| self.needs(member, wanted, inside, seen)),
            _ => false,
        }
    }
}

/// Strongly connected components, by Tarjan's way with a stack of our own.
struct Components<'n> {
    next: &'n [Vec<usize>],
    order: Vec<Option<usize>>,
    low: Vec<usize>,
    open: Vec<usize>,
    is_open: Vec<bool>,
    groups: Vec<Option<usize>>,
    count: usize,
}

impl<'n> Components<'n> {
    fn of(next: &'n [Vec<usize>]) -> Vec<Option<usize>> {
        let size = next.len();
        let mut components = Self {
            next,
            order: vec![None; size],
            low: vec![0; size],
            open: Vec::new(),
            is_open: vec![false; size],
            groups: vec![None; size],
            count: 0,
        };
        for start in 0..size {
            components.visit(start);
        }
        components.groups
    }

    fn visit(&mut self, start: usize) {
        if self.order.get(start) != Some(&None) {
            return;
        }
        let mut path = vec![(start, 0)];
        self.enter(start);
        while let Some((node, edge)) = path.last_mut() {
            let node = *node;
            let following = self
                .next
                .get(node)
                .and_then(|next| next.get(*edge))
                .copied();
            *edge += 1;
            match following {
                Some(to) if self.order.get(to) == Some(&None) => {
                    self.enter(to);
                    path.push((to, 0));
                }
                Some(to) => {
                    if self.is_open.get(to) == Some(&true) {
                        let order = self.order.get(to).copied().flatten().unwrap_or(0);
                        self.lower(node, order);
                    }
                }
                None => {
                    path.pop();
                    let low = self.low.get(node).copied().unwrap_or(0);
                    if let Some((parent, _)) = path.last() {
                        self.lower(*parent, low);
                    }
                    if self.order.get(node).copied().flatten() == Some(low) {
                        self.close(node);
                    }
                }
            }
        }
    }

    fn enter(&mut self, node: usize) {
        let number = self.count;
        self.count += 1;
        if let (Some(order), Some(low), Some(is_open)) = (
            self.order.get_mut(node),
            self.low.get_mut(node),
            self.is_open.get_mut(node),
        ) {
            *order = Some(number);
            *low = number;
            *is_open = true;
        }
        self.open.push(node);
    }

    fn lower(&mut self, node: usize, to: usize) {
        if let Some(low) = self.low.get_mut(node) {
            *low = (*low).min(to);
        }
    }

    /// All that was opened since `root` is one group.
    fn close(&mut self, root: usize) {
        while let Some(node) = self.open.pop() {
            if let (Some(group), Some(is_open)) =
                (self.groups.get_mut(node), self.is_open.get_mut(node))
            {
                *group = Some(root);
                *is_open = false;
            }
            if node == root {
                return;
            }
        }
    }
}
