//! Modules: what is handed to them, and what is taken from them.

use super::Check;
use super::symbols::SymbolKind;
use crate::finding::{Problem, ProblemKind};
use crate::ir::from_bicep::{Reached, Signature};
use crate::syntax::bicep::File;
use crate::syntax::bicep::ast::{
    Expr, ExprKind, Key, Member, Name, Property, Statement, StatementKind, Type, TypeKind,
};
use crate::text::Span;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the body of a module may have.
const MEMBERS: [&str; 6] = [
    "dependsOn",
    "extensionConfigs",
    "identity",
    "name",
    "params",
    "scope",
];

/// `module.name` or `module.outputs.name` in the value of a declaration.
#[derive(Clone, Copy)]
pub(super) struct Taken<'a> {
    pub(super) owner: Option<usize>,
    /// What stands before the dot.
    pub(super) base: &'a Expr,
    pub(super) name: &'a Name,
}

impl Check<'_> {
    /// Looks at every module and every use of an output.
    pub(super) fn check_modules(&mut self) {
        let file = self.file;
        for statement in &file.statements {
            if let StatementKind::Module { name, path, body } = &statement.kind {
                let reached = self.reach(path);
                self.module(name, body, reached.as_ref());
            }
        }
        for Taken { owner, base, name } in std::mem::take(&mut self.taken) {
            self.taken_out_of(owner, base, name);
        }
    }

    /// What a module shows.
    pub(super) fn signature_of(&self, path: &Expr) -> Option<Arc<Signature>> {
        self.checker.signature(&self.reach(path)?)
    }

    /// What a reference leads to, where it is a template.
    pub(super) fn reach(&self, path: &Expr) -> Option<Reached> {
        let reached = self
            .checker
            .surroundings
            .reach(self.file.file, path.text()?);
        (!matches!(reached, Reached::Absent(_))).then_some(reached)
    }

    fn module(&mut self, name: &Name, body: &Expr, reached: Option<&Reached>) {
        let Some(members) = members_of(body) else {
            return;
        };
        let mut params = None;
        for property in properties(members) {
            match property.key.text() {
                Some("params") => params = Some(property),
                Some(other) if !MEMBERS.contains(&other) => {
                    let message = format!("a module has no property `{other}`");
                    let help = "a module has `name`, `scope`, `params` and `dependsOn`; parameters stand in `params`";
                    let place = property.key.span();
                    self.report(ProblemKind::ParameterUnknown, place, message, help);
                }
                _ => {}
            }
        }
        let given = match params.map(|params| &params.value) {
            None => &[][..],
            Some(value) => match &value.kind {
                ExprKind::Object(given) => given,
                ExprKind::Error => return,
                _ => {
                    let message = "the parameters of a module are an object literal";
                    let help = "write them out: `params: { name: value }`";
                    self.report(ProblemKind::TypeMismatch, value.span, message, help);
                    return;
                }
            },
        };
        let Some(reached) = reached else { return };
        let Some(signature) = self.checker.signature(reached) else {
            return;
        };
        let place = params.map_or(name.span, |params| params.key.span());
        self.given(given, &signature, reached, name, place);
    }

    fn given(
        &mut self,
        given: &[Member],
        signature: &Signature,
        reached: &Reached,
        name: &Name,
        place: Span,
    ) {
        let open = given.iter().any(|member| {
            !matches!(
                member,
                Member::Property(Property {
                    key: Key::Name(_),
                    ..
                })
            )
        });
        let known: BTreeSet<&str> = signature.parameters.iter().map(|one| &*one.name).collect();
        for property in properties(given) {
            let Key::Name(given_name) = &property.key else {
                let message = "the name of a parameter is no text with holes";
                let help = "write out the name";
                let place = property.key.span();
                self.report(ProblemKind::ParameterUnknown, place, message, help);
                continue;
            };
            if !known.contains(&*given_name.text) {
                let message = format!("the module has no parameter `{}`", given_name.text);
                let known = signature.parameters.iter().map(|one| &*one.name);
                let help = match super::similar(&given_name.text, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "remove it, or declare the parameter in the module".to_owned(),
                };
                self.report(
                    ProblemKind::ParameterUnknown,
                    given_name.span,
                    message,
                    &help,
                );
            }
        }
        if open {
            return;
        }
        let has: BTreeSet<&str> = properties(given).filter_map(|one| one.key.text()).collect();
        let missing: Vec<String> = signature
            .parameters
            .iter()
            .filter(|one| one.required && !has.contains(&*one.name))
            .filter(|one| !may_be_left_out(reached, &one.name))
            .map(|one| format!("`{}`", one.name))
            .collect();
        if !missing.is_empty() {
            let message = format!("the module needs a value for {}", missing.join(", "));
            let problem = Problem::error(ProblemKind::ParameterMissing, place, message)
                .help("give it in `params`")
                .related(name.span, "needed by this module");
            if !self.is_full() {
                self.problems.push(problem);
            }
        }
    }

    fn taken_out_of(&mut self, owner: Option<usize>, base: &Expr, name: &Name) {
        if name.text.is_empty() {
            return;
        }
        if self.module_of(owner, base).is_some() {
            if !matches!(&*name.text, "name" | "outputs") {
                let message = format!("a module has no property `{}`", name.text);
                let help = "a module has `name` and `outputs`";
                self.report(ProblemKind::UndefinedSymbol, name.span, message, help);
            }
            return;
        }
        let ExprKind::Property {
            base: module,
            name: outputs,
            ..
        } = &base.kind
        else {
            return;
        };
        let Some(index) = self
            .module_of(owner, module)
            .filter(|_| &*outputs.text == "outputs")
        else {
            return;
        };
        let Some(StatementKind::Module { path, .. }) =
            self.symbols.all.get(index).map(|one| &one.statement.kind)
        else {
            return;
        };
        let Some(signature) = self.signature_of(path) else {
            return;
        };
        let known = || signature.outputs.iter().map(|one| &*one.name);
        if !known().any(|known| known == &*name.text) {
            let message = format!("the module has no output `{}`", name.text);
            let help = match super::similar(&name.text, known()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "declare the output in the module".to_owned(),
            };
            self.report(ProblemKind::UndefinedSymbol, name.span, message, &help);
        }
    }

    /// The module that an expression stands for: `m` or, in a loop, `m[0]`.
    fn module_of(&self, owner: Option<usize>, expr: &Expr) -> Option<usize> {
        let index = self.symbols.resource_of(owner, expr)?;
        let declaration = self.symbols.all.get(index)?;
        (declaration.kind == SymbolKind::Module).then_some(index)
    }
}

/// The name that a resource or module, or a thing in a module, is reached from: `a` of `a[0]`, `a::b`, `a.outputs`.
pub(super) fn root_of(expr: &Expr) -> Option<&Name> {
    let mut at = match &expr.kind {
        ExprKind::Property { base, name, .. } if *name.text == *"outputs" => base,
        _ => expr,
    };
    loop {
        match &at.kind {
            ExprKind::Variable(name) => return Some(name),
            ExprKind::Index { base: inner, .. }
            | ExprKind::Child { base: inner, .. }
            | ExprKind::NonNull(inner)
            | ExprKind::Parenthesized(inner) => at = inner,
            _ => return None,
        }
    }
}

/// The members of the object that a resource or module is, through conditions and loops.
pub(super) fn members_of(body: &Expr) -> Option<&[Member]> {
    match &body.kind {
        ExprKind::Object(members) => Some(members),
        ExprKind::If { body, .. } => members_of(body),
        ExprKind::For(node) => members_of(&node.body),
        _ => None,
    }
}

pub(super) fn properties(members: &[Member]) -> impl Iterator<Item = &Property> {
    members.iter().filter_map(|member| match member {
        Member::Property(property) => Some(property),
        _ => None,
    })
}

/// The value of a member of a body.
pub(super) fn property<'m>(members: &'m [Member], name: &str) -> Option<&'m Property> {
    properties(members).find(|property| property.key.text() == Some(name))
}

/// Whether a parameter's type may take null as far as this file tells: the type may come from another file.
pub(super) fn may_be_left_out(reached: &Reached, name: &str) -> bool {
    let Reached::Bicep(file) = reached else {
        return false;
    };
    let param = file
        .statements
        .iter()
        .find_map(|statement| match &statement.kind {
            StatementKind::Param {
                name: own,
                ty: Some(ty),
                ..
            } if *own.text == *name => Some(ty),
            _ => None,
        });
    param.is_some_and(|ty| is_open(file, ty, 0))
}

/// Whether a type is null, or not known in this file.
fn is_open(file: &Arc<File>, ty: &Type, depth: usize) -> bool {
    let of_name = |name: &Name| {
        let declared =
            file.statements
                .iter()
                .find_map(|statement: &Statement| match &statement.kind {
                    StatementKind::Type { name: own, ty } if own.text == name.text => Some(ty),
                    _ => None,
                });
        match declared {
            Some(ty) => depth < 32 && is_open(file, ty, depth + 1),
            None => !super::names::TYPES.contains(&&*name.text),
        }
    };
    match &ty.kind {
        TypeKind::Name(name) => of_name(name),
        TypeKind::Parenthesized(inner) => is_open(file, inner, depth),
        TypeKind::Union(members) => members.iter().any(|member| is_open(file, member, depth)),
        TypeKind::Nullable(_)
        | TypeKind::Null
        | TypeKind::Error
        | TypeKind::Property { .. }
        | TypeKind::AdditionalProperties(_)
        | TypeKind::Item { .. }
        | TypeKind::AnyItem(_)
        | TypeKind::Generic(_) => true,
        _ => false,
    }
}
