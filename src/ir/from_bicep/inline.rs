//! Variables that cannot stand in a template, because they need what is known at run time only: they are written out
//! wherever they are used.

use super::expressions::Lower;
use super::model::Symbol;
use super::walk::{Visitor, walk};
use crate::syntax::bicep::ast::{Expr, ExprKind};

/// Members of a resource that are known beforehand.
const KNOWN: [&str; 4] = ["id", "name", "type", "apiVersion"];

impl Lower<'_> {
    /// Whether a variable is written out where it is used.
    pub(super) fn is_inlined(&self, at: usize) -> bool {
        let Some((name, value)) = self.model.variable(at) else {
            return false;
        };
        if let Some(known) = self.model.inlined.borrow().get(&name.text) {
            return *known;
        }
        // In a cycle nothing is known at run time only because of itself.
        let mut cache = self.model.inlined.borrow_mut();
        cache.insert(std::sync::Arc::clone(&name.text), false);
        drop(cache);
        let mut search = Search {
            lower: self,
            found: false,
        };
        stacker::maybe_grow(128 << 10, 2 << 20, || {
            walk(value, &mut Vec::new(), &mut search);
        });
        let found = search.found;
        let mut cache = self.model.inlined.borrow_mut();
        cache.insert(std::sync::Arc::clone(&name.text), found);
        found
    }
}

struct Search<'l, 'a> {
    lower: &'l Lower<'a>,
    found: bool,
}

impl<'a> Search<'_, 'a> {
    /// The resource or module that an expression denotes, as far as names tell.
    fn denotes(&self, expr: &'a Expr, locals: &[&'a str]) -> Option<Denoted> {
        match &expr.kind {
            ExprKind::Parenthesized(inner) | ExprKind::NonNull(inner) => {
                self.denotes(inner, locals)
            }
            ExprKind::Index { base, .. } => self.denotes(base, locals),
            ExprKind::Child { .. } => Some(Denoted::Resource),
            ExprKind::Variable(name) if !locals.contains(&&*name.text) => {
                match self.lower.model.symbols.get(&name.text)? {
                    Symbol::Resource(_) => Some(Denoted::Resource),
                    Symbol::Module(_) => Some(Denoted::Module),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Denoted {
    Resource,
    Module,
}

/// Functions that Azure answers while it deploys.
fn is_runtime(function: &str) -> bool {
    matches!(
        function,
        "reference"
            | "references"
            | "toLogicalZone"
            | "toLogicalZones"
            | "toPhysicalZone"
            | "toPhysicalZones"
            | "getSecret"
    ) || function.starts_with("list")
}

impl<'a> Visitor<'a> for Search<'_, 'a> {
    fn see(&mut self, expr: &'a Expr, locals: &[&'a str]) -> bool {
        if self.found {
            return false;
        }
        match &expr.kind {
            ExprKind::Call { name, .. } => {
                let own = self.lower.model.symbols.contains_key(&name.text);
                self.found |= !own && is_runtime(&name.text);
            }
            ExprKind::MethodCall { base, name, .. } => {
                let of_resource = self.denotes(base, locals).is_some();
                let space = |space: &str| match self.lower.model.symbols.get(space) {
                    Some(symbol) => matches!(symbol, Symbol::Azure),
                    None => matches!(space, "sys" | "az"),
                };
                let namespace = matches!(&base.kind, ExprKind::Variable(name) if space(&name.text));
                self.found |= of_resource || (namespace && is_runtime(&name.text));
            }
            ExprKind::Property { base, name, safe } => match self.denotes(base, locals) {
                Some(Denoted::Resource) if !safe && KNOWN.contains(&&*name.text) => {
                    return self.see_index(base, locals);
                }
                Some(Denoted::Module) if !safe && *name.text == *"name" => {
                    return self.see_index(base, locals);
                }
                Some(_) => self.found = true,
                None => {}
            },
            ExprKind::Variable(name) if !locals.contains(&&*name.text) => {
                match self.lower.model.symbols.get(&name.text) {
                    Some(Symbol::Variable(at)) => self.found |= self.lower.is_inlined(*at),
                    Some(Symbol::Resource(_) | Symbol::Module(_)) => self.found = true,
                    _ => {}
                }
            }
            ExprKind::Child { .. } => self.found = true,
            _ => {}
        }
        !self.found
    }
}

impl<'a> Search<'_, 'a> {
    /// Of an access that is known beforehand only the index matters.
    fn see_index(&mut self, base: &'a Expr, locals: &[&'a str]) -> bool {
        let mut at = base;
        loop {
            match &at.kind {
                ExprKind::Parenthesized(inner) | ExprKind::NonNull(inner) => at = inner,
                ExprKind::Index { base, index, .. } => {
                    walk(index, &mut locals.to_vec(), self);
                    at = base;
                }
                _ => return false,
            }
        }
    }
}
