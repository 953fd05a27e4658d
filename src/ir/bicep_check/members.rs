//! What is asked of resources: functions of their own, and resources in their bodies.

use super::Use;
use super::functions;
use super::names::Walk;
use crate::finding::ProblemKind;
use crate::syntax::bicep::ast::{Expr, ExprKind, Name};

impl<'a> Walk<'_, 'a> {
    /// A resource answers `listX(..)`, and a vault `getSecret(..)`.
    pub(super) fn resource_method(&mut self, base: &Expr, name: &Name, got: usize) {
        let found = self.check.symbols.resource_of(self.owner, base);
        let Some(resource) = found.and_then(|index| self.check.symbols.resource(index)) else {
            if self.is_value(base) {
                let message = format!("there is no function `{}` here", name.text);
                let help = "only resources and namespaces have functions of their own";
                self.check
                    .report(ProblemKind::UnknownFunction, name.span, message, help);
            }
            return;
        };
        let Some(ty) = resource.ty.text().filter(|ty| ty.contains('.')) else {
            return;
        };
        let (ty, _) = ty.split_once('@').unwrap_or((ty, ""));
        if functions::is_list(&name.text) {
            self.check.wrong_count(name.span, &name.text, got, (0, 2));
        } else if &*name.text == "getSecret" && ty.eq_ignore_ascii_case("Microsoft.KeyVault/vaults")
        {
            self.check.wrong_count(name.span, &name.text, got, (1, 2));
        } else {
            let message = format!("a resource of type `{ty}` has no function `{}`", name.text);
            let help =
                "resources have functions that begin with `list`, and Key Vaults have `getSecret`";
            self.check
                .report(ProblemKind::UnknownFunction, name.span, message, help);
        }
    }

    /// Whether an expression begins with something that is there and is no resource.
    fn is_value(&self, expr: &Expr) -> bool {
        match &expr.unparenthesized().kind {
            ExprKind::Variable(name) => {
                self.is_local(&name.text) || self.check.symbols.find(&name.text).is_some()
            }
            ExprKind::Property { base, .. }
            | ExprKind::Index { base, .. }
            | ExprKind::NonNull(base) => self.is_value(base),
            ExprKind::Error | ExprKind::Call { .. } => false,
            _ => true,
        }
    }

    /// `base::name`.
    pub(super) fn child(&mut self, base: &'a Expr, name: &'a Name) {
        self.expr(base);
        let Some(parent) = self.check.symbols.resource_of(self.owner, base) else {
            if let ExprKind::Variable(of) = &base.kind
                && (self.is_local(&of.text) || self.check.symbols.find(&of.text).is_some())
            {
                let message = format!("`{}` is no resource", of.text);
                let help = "`::` names a resource that is declared inside another";
                self.undefined(name.span, message, help);
            }
            return;
        };
        if let Some(to) = self.check.symbols.child(parent, &name.text) {
            self.check.uses.push(Use {
                from: self.owner,
                to,
                place: name.span,
            });
        } else if !name.text.is_empty() {
            let message = format!(
                "there is no resource `{}` in the body of this one",
                name.text
            );
            let help = "`::` names a resource that is declared inside another";
            self.undefined(name.span, message, help);
        }
    }
}
