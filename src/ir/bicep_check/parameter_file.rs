//! Parameter files: whether the assignments fit the parameters of the template, and how the file is put together.

use std::collections::BTreeSet;

use super::Check;
use super::modules::may_be_left_out;
use crate::finding::ProblemKind;
use crate::ir::from_bicep::{Reached, signature};
use crate::syntax::bicep::File;
use crate::syntax::bicep::ast::{Expr, ExprKind, Name, StatementKind};
use crate::text::Span;

impl Check<'_> {
    /// The assignments of a `.bicepparam` file.
    pub(super) fn check_parameter_file(&mut self) {
        let file = self.file;
        let using = file
            .statements
            .iter()
            .find_map(|statement| match &statement.kind {
                StatementKind::Using { what, .. } => Some(what),
                _ => None,
            });
        self.check_secrets();
        let Some(using) = using else {
            let message = "this parameter file does not say which template it is for";
            let help = "begin it with `using 'main.bicep'`, or `using none`";
            let place = Span::whole(file.file);
            self.report(ProblemKind::ParameterFileStructure, place, message, help);
            return;
        };
        let Some(reached) = self.reach(using) else {
            return;
        };
        let Some(signature) = signature(&reached) else {
            return;
        };
        for statement in &file.statements {
            let StatementKind::ParamAssignment { name, .. } = &statement.kind else {
                continue;
            };
            let mut known = signature.parameters.iter().map(|one| &*one.name);
            if known.any(|known| known == &*name.text) {
                continue;
            }
            let known = signature.parameters.iter().map(|one| &*one.name);
            let help = match super::similar(&name.text, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "remove it, or declare the parameter in the template".to_owned(),
            };
            let message = format!("the template has no parameter `{}`", name.text);
            let place = statement.keyword;
            self.report(ProblemKind::ParameterUnknown, place, message, &help);
        }
        let Some(given) = self.given_here_and_below() else {
            return;
        };
        let required = signature.parameters.iter().filter(|one| one.required);
        let missing: Vec<String> = required
            .filter(|one| !given.contains(&*one.name) && !may_be_left_out(&reached, &one.name))
            .map(|one| format!("`{}`", one.name))
            .collect();
        if !missing.is_empty() {
            let message = format!("the template needs a value for {}", missing.join(", "));
            let help = "add `param name = value`";
            self.report(ProblemKind::ParameterMissing, using.span, message, help);
        }
    }

    /// The parameters that this file and those that it extends give; none where one of them is not at hand.
    fn given_here_and_below(&self) -> Option<BTreeSet<String>> {
        let mut given = assigned(self.file);
        let mut seen = BTreeSet::from([self.file.file]);
        let mut file = std::sync::Arc::clone(self.file);
        while let Some(base) = extended(&file) {
            let text = base.text()?;
            let Reached::Bicep(next) = self.checker.surroundings.reach(file.file, text) else {
                return None;
            };
            if !seen.insert(next.file) {
                return None;
            }
            given.extend(assigned(&next));
            file = next;
        }
        Some(given)
    }

    /// A parameter whose value is a secret of a vault, or null, has no value that another expression could use.
    fn check_secrets(&mut self) {
        let mut wrong = Vec::new();
        for one in &self.uses {
            let Some(declaration) = self.symbols.all.get(one.to) else {
                continue;
            };
            if let StatementKind::ParamAssignment { name, value } = &declaration.statement.kind {
                if matches!(value.kind, ExprKind::Null) {
                    wrong.push((one.place, name, "stands for the default"));
                } else if is_secret(value) {
                    wrong.push((
                        one.place,
                        name,
                        "is a secret that is read during the deployment",
                    ));
                }
            }
        }
        for (place, name, why) in wrong {
            let message = format!("`{}` {why}: no other value can be made of it", name.text);
            let help = "use the parameter in the template instead";
            self.report(ProblemKind::ContextNotAllowed, place, message, help);
        }
    }
}

/// The parameters that get a value: null stands for the default.
fn assigned(file: &File) -> BTreeSet<String> {
    let assignments = file
        .statements
        .iter()
        .filter_map(|statement| match &statement.kind {
            StatementKind::ParamAssignment { name, value } => Some((name, value)),
            _ => None,
        });
    let given = |(name, value): (&Name, &Expr)| {
        (!matches!(value.kind, ExprKind::Null)).then(|| name.text.to_string())
    };
    assignments.filter_map(given).collect()
}

fn extended(file: &File) -> Option<&Expr> {
    file.statements
        .iter()
        .find_map(|statement| match &statement.kind {
            StatementKind::Extends { what } => Some(what),
            _ => None,
        })
}

/// `az.getSecret(..)`, alone or in an arm of a choice.
pub(super) fn is_secret(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call { name, .. } | ExprKind::MethodCall { name, .. } => {
            &*name.text == "getSecret"
        }
        ExprKind::Parenthesized(inner) => is_secret(inner),
        ExprKind::Ternary {
            then, otherwise, ..
        } => is_secret(then) || is_secret(otherwise),
        _ => false,
    }
}
