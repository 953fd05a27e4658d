//! Every name that is used: what it stands for, and whether it may stand there; and the number of arguments of every call.

use super::functions::{self, Namespace};
use super::modules::{Taken, root_of};
use super::references::Exported;
use super::start::{Asked, is_az};
use super::symbols::SymbolKind;
use super::{Check, Use, similar};
use crate::finding::ProblemKind;
use crate::syntax::bicep::ast::{
    Expr, ExprKind, Key, Member, Name, Part, Statement, StatementKind,
};
use crate::syntax::bicep::{FileKind, Node};
use crate::text::Span;

/// Types that every file has.
pub(super) const TYPES: [&str; 8] = [
    "any",
    "array",
    "bool",
    "int",
    "object",
    "resourceInput",
    "resourceOutput",
    "string",
];

/// Where an expression stands, if not everything may be named there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Anywhere,
    /// Only parameters.
    Default,
    /// No parameters.
    Function,
}

pub(super) struct Walk<'c, 'a> {
    pub(super) check: &'c mut Check<'a>,
    /// Variables of loops, lambdas and functions around the current place.
    locals: Vec<&'a str>,
    pub(super) owner: Option<usize>,
    room: Room,
    /// How many lambdas are around.
    lambdas: usize,
}

impl Check<'_> {
    /// Looks up every name in the values of the file.
    pub(super) fn check_names(&mut self) {
        let file = self.file;
        let mut walk = Walk {
            check: self,
            locals: Vec::new(),
            owner: None,
            room: Room::Anywhere,
            lambdas: 0,
        };
        for statement in &file.statements {
            walk.statement(statement);
        }
    }

    pub(super) fn wrong_count(
        &mut self,
        place: Span,
        what: &str,
        got: usize,
        range: (usize, usize),
    ) {
        let (least, greatest) = range;
        if (least..=greatest).contains(&got) {
            return;
        }
        let wanted = match range {
            (least, greatest) if least == greatest => format!("{least}"),
            (least, usize::MAX) => format!("at least {least}"),
            (least, greatest) => format!("{least} to {greatest}"),
        };
        let plural = if wanted == "1" { "" } else { "s" };
        let message = format!("`{what}` takes {wanted} argument{plural}, and got {got}");
        let help = if got < least {
            "add what is missing"
        } else {
            "remove what is too much"
        };
        self.report(ProblemKind::WrongArity, place, message, help);
    }
}

impl<'a> Walk<'_, 'a> {
    fn statement(&mut self, statement: &'a Statement) {
        let outer = self.owner;
        self.owner = self.check.symbols.of_statement(statement);
        self.values(&statement.kind);
        let mut types = Vec::new();
        Node::Statement(statement).children(&mut |child| match child {
            Node::Type(ty) => types.push(ty),
            Node::FuncParam(param) => types.push(&param.ty),
            _ => {}
        });
        for ty in types {
            self.check.check_type(self.owner, ty);
        }
        self.owner = outer;
    }

    fn values(&mut self, kind: &'a StatementKind) {
        match kind {
            StatementKind::Param { default, .. } => {
                self.room = Room::Default;
                if let Some(default) = default {
                    self.expr(default);
                }
                self.room = Room::Anywhere;
            }
            StatementKind::Func { params, body, .. } => {
                self.room = Room::Function;
                let names = params.iter().map(|param| &param.name);
                self.with(names, body);
                self.room = Room::Anywhere;
            }
            StatementKind::Resource(resource) => self.expr(&resource.body),
            StatementKind::Module { body, .. } | StatementKind::Test { body, .. } => {
                self.expr(body);
            }
            StatementKind::TargetScope { value }
            | StatementKind::Metadata { value, .. }
            | StatementKind::ParamAssignment { value, .. }
            | StatementKind::Var { value, .. }
            | StatementKind::Output { value, .. }
            | StatementKind::Assert { value, .. } => self.expr(value),
            StatementKind::Extension { config, .. }
            | StatementKind::Using { config, .. }
            | StatementKind::ExtensionConfig { config, .. } => {
                if let Some(config) = config {
                    self.expr(config);
                }
            }
            StatementKind::Type { .. }
            | StatementKind::Import { .. }
            | StatementKind::Extends { .. }
            | StatementKind::Error => {}
        }
    }

    /// An expression in which these names are known.
    fn with(&mut self, names: impl Iterator<Item = &'a Name> + Clone, body: &'a Expr) {
        let outer = self.locals.len();
        self.locals.extend(names.clone().map(|name| &*name.text));
        if self.locals.len() > outer + 1 {
            self.check.twice_among(names.collect());
        }
        self.expr(body);
        self.locals.truncate(outer);
    }

    pub(super) fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Variable(name) => self.symbol(name),
            ExprKind::Property { base, name, safe } => {
                if let Some(namespace) = self.namespace(base) {
                    self.member(namespace, base, name);
                } else {
                    self.looks_into(base, name, *safe);
                    self.expr(base);
                }
            }
            ExprKind::Call { name, args } => {
                self.call(name, args.len());
                if self.check.asks_azure(name) {
                    self.check.asks_in_lambda |= self.lambdas > 0;
                    self.check.asked.push(Asked::Call {
                        owner: self.owner,
                        args,
                        locals: self.locals.clone(),
                    });
                }
                for arg in args {
                    self.expr(arg);
                }
            }
            ExprKind::MethodCall { base, name, args } => {
                self.check.asks_in_lambda |= self.lambdas > 0;
                self.method(base, name, args.len());
                for arg in args {
                    self.expr(arg);
                }
            }
            ExprKind::Child { base, name } => self.child(base, name),
            ExprKind::Lambda { params, body } => {
                self.lambdas += 1;
                self.with(params.iter(), body);
                self.lambdas -= 1;
            }
            ExprKind::For(node) => {
                self.expr(&node.array);
                let names = std::iter::once(&node.item).chain(node.index.as_ref());
                self.with(names, &node.body);
            }
            ExprKind::Object(members) => {
                for member in members {
                    self.object_member(member);
                }
            }
            _ => Node::Expr(expr).children(&mut |child| match child {
                Node::Expr(inner) | Node::Part(Part::Hole(inner)) => self.expr(inner),
                Node::Spread(spread) => self.expr(&spread.value),
                _ => {}
            }),
        }
    }

    fn object_member(&mut self, member: &'a Member) {
        match member {
            Member::Property(property) => {
                if let Key::Computed(key) = &property.key {
                    self.expr(key);
                }
                self.expr(&property.value);
            }
            Member::Spread(spread) => self.expr(&spread.value),
            Member::Resource(statement) => self.statement(statement),
        }
    }

    /// Keeps what is taken out of modules and existing resources until those are looked at.
    fn looks_into(&mut self, base: &'a Expr, name: &'a Name, safe: bool) {
        let Some(root) = root_of(base).filter(|root| !self.is_local(&root.text)) else {
            return;
        };
        let owner = self.owner;
        let index = self.check.symbols.look_up(owner, &root.text);
        let kind = index.and_then(|index| self.check.symbols.all.get(index));
        match kind.map(|one| one.kind) {
            Some(SymbolKind::Module) if !safe => {
                self.check.taken.push(Taken { owner, base, name });
            }
            Some(SymbolKind::Resource) if self.check.symbols.has_existing => {
                self.check.asked.push(Asked::Member { owner, base, name });
            }
            _ => {}
        }
    }

    pub(super) fn is_local(&self, name: &str) -> bool {
        self.locals.contains(&name)
    }

    /// A name in the place of a value.
    fn symbol(&mut self, name: &'a Name) {
        let text = &*name.text;
        if text.is_empty() || self.is_local(text) {
            return;
        }
        if self.check.is_parameters() && text == "base" {
            return self.base(name);
        }
        let Some(to) = self.check.symbols.look_up(self.owner, text) else {
            self.unknown(name);
            return;
        };
        self.check.uses.push(Use {
            from: self.owner,
            to,
            place: name.span,
        });
        let kind = self.check.symbols.all.get(to).map(|found| found.kind);
        let kind = match kind {
            Some(SymbolKind::Imported) => match self.check.exported(to) {
                Exported::Type => Some(SymbolKind::Type),
                Exported::Absent => return self.not_exported(name),
                _ => Some(SymbolKind::Imported),
            },
            kind => kind,
        };
        match kind {
            Some(SymbolKind::Type) => self.type_as_value(name),
            Some(SymbolKind::Namespace | SymbolKind::Assert | SymbolKind::Test) => {
                let message = format!("`{text}` has no value");
                let help = "name a parameter, variable, resource or module";
                self.undefined(name.span, message, help);
            }
            Some(SymbolKind::Var | SymbolKind::Resource | SymbolKind::Module)
                if self.room == Room::Default =>
            {
                let message = format!("`{text}` cannot be used in the default of a parameter");
                self.undefined(name.span, message, "only other parameters are known there");
            }
            Some(SymbolKind::Param) if self.room == Room::Function => {
                let message = format!("the parameter `{text}` is not known in a function");
                self.undefined(name.span, message, "give it to the function as an argument");
            }
            _ => {}
        }
    }

    pub(super) fn undefined(&mut self, place: Span, message: String, help: &str) {
        self.check
            .report(ProblemKind::UndefinedSymbol, place, message, help);
    }

    fn type_as_value(&mut self, name: &Name) {
        let message = format!("`{}` is a type and has no value", name.text);
        self.undefined(
            name.span,
            message,
            "name a parameter, variable, resource or module",
        );
    }

    /// A name that nothing declares.
    fn unknown(&mut self, name: &Name) {
        if self.check.is_full() {
            return;
        }
        let text = &*name.text;
        if TYPES.contains(&text) {
            self.type_as_value(name);
        } else if functions::find(text).is_some() || matches!(text, "sys" | "az") {
            let message = format!("`{text}` is a function or namespace and has no value");
            self.undefined(
                name.span,
                message,
                "call it with its arguments in parentheses",
            );
        } else {
            let known = self
                .check
                .symbols
                .names()
                .chain(self.locals.iter().copied());
            let help = match similar(text, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "declare it, or correct its spelling: letters count in their case".to_owned()
                }
            };
            self.undefined(name.span, format!("nothing here is called `{text}`"), &help);
        }
    }

    /// `base`, in a parameter file.
    fn base(&mut self, name: &Name) {
        let statements = &self.check.file.statements;
        let extends = |one: &Statement| matches!(one.kind, StatementKind::Extends { .. });
        if !statements.iter().any(extends) {
            let message = "`base` is known only in a file that extends another".to_owned();
            self.undefined(name.span, message, "add `extends 'base.bicepparam'`");
        }
    }

    /// The namespace that an expression names.
    fn namespace(&self, base: &Expr) -> Option<Space> {
        let ExprKind::Variable(name) = &base.kind else {
            return None;
        };
        if self.is_local(&name.text) {
            return None;
        }
        match self.check.symbols.look_up(self.owner, &name.text) {
            Some(index) => {
                let found = self.check.symbols.all.get(index)?;
                if let StatementKind::Extension { what, .. } = &found.statement.kind
                    && is_az(what)
                {
                    return Some(Space::Own(Namespace::Az));
                }
                (found.kind == SymbolKind::Namespace).then_some(Space::Declared(index))
            }
            None => match &*name.text {
                "sys" => Some(Space::Own(Namespace::Sys)),
                "az" => Some(Space::Own(Namespace::Az)),
                _ => None,
            },
        }
    }

    /// `namespace.name` as a value.
    fn member(&mut self, space: Space, base: &Expr, name: &Name) {
        let Space::Declared(index) = space else {
            return;
        };
        self.check.uses.push(Use {
            from: self.owner,
            to: index,
            place: base.span,
        });
        match self.check.exported_from(index, &name.text) {
            Exported::Absent => self.not_exported(name),
            Exported::Type => self.type_as_value(name),
            _ => {}
        }
    }

    fn not_exported(&mut self, name: &Name) {
        let message = format!("the imported file exports nothing called `{}`", name.text);
        let help = "put `@export()` above its declaration there, or correct its spelling";
        self.undefined(name.span, message, help);
    }

    /// `name(..)`.
    fn call(&mut self, name: &'a Name, got: usize) {
        let text = &*name.text;
        if let Some(to) = self.check.symbols.find(text) {
            self.check.uses.push(Use {
                from: self.owner,
                to,
                place: name.span,
            });
            return self.own_call(to, name, got);
        }
        if self.is_local(text) {
            return self.no_function(name);
        }
        if let Some((_, help)) = functions::REPLACED
            .iter()
            .find(|(replaced, _)| *replaced == text)
        {
            let message = format!("Bicep has no function `{text}`");
            self.check
                .report(ProblemKind::UnknownFunction, name.span, message, help);
            return;
        }
        match self.built_in(text) {
            Some(_) => self.count_built_in(name, got),
            None => self.unknown_function(name, None),
        }
    }

    /// A call of something that the file declares or imports.
    fn own_call(&mut self, to: usize, name: &Name, got: usize) {
        let found = self.check.symbols.all.get(to);
        let Some(found) = found else { return };
        match (&found.statement.kind, found.kind) {
            (StatementKind::Func { params, .. }, _) => {
                let count = params.len();
                self.check
                    .wrong_count(name.span, &name.text, got, (count, count));
            }
            (_, SymbolKind::Imported) => match self.check.exported(to) {
                Exported::Func(count) => {
                    self.check
                        .wrong_count(name.span, &name.text, got, (count, count));
                }
                Exported::Var | Exported::Type => self.no_function(name),
                Exported::Unknown | Exported::Absent => {}
            },
            _ => self.no_function(name),
        }
    }

    fn no_function(&mut self, name: &Name) {
        let message = format!("`{}` is no function", name.text);
        let help = match functions::find(&name.text) {
            Some(known) if known.namespace == Namespace::Sys => {
                format!("write `sys.{}(..)`", name.text)
            }
            Some(_) => format!("write `az.{}(..)`", name.text),
            None => "use its name without parentheses".to_owned(),
        };
        self.check
            .report(ProblemKind::UnknownFunction, name.span, message, &help);
    }

    /// A function of the language that this kind of file has.
    fn built_in(&self, name: &str) -> Option<functions::Function> {
        let parameters_only = [
            "externalInput",
            "getSecret",
            "readCliArg",
            "readEnvVar",
            "readEnvironmentVariable",
        ];
        let is_template = self.check.file.kind == FileKind::Template;
        // A parameter file is evaluated before there is a deployment.
        let before = |found: &functions::Function| {
            is_template || found.namespace == Namespace::Sys || name == "getSecret"
        };
        functions::find(name)
            .filter(before)
            .filter(|_| !(is_template && parameters_only.contains(&name)))
    }

    fn count_built_in(&mut self, name: &Name, got: usize) {
        if let Some(function) = functions::find(&name.text) {
            let range = (function.least, function.greatest);
            let range = functions::scoped(self.check.scope(), &name.text).unwrap_or(range);
            self.check.wrong_count(name.span, &name.text, got, range);
        }
    }

    fn unknown_function(&mut self, name: &Name, namespace: Option<Namespace>) {
        if self.check.is_full() {
            return;
        }
        let message = match namespace {
            None => format!("there is no function `{}`", name.text),
            Some(Namespace::Sys) => format!("`sys` has no function `{}`", name.text),
            Some(Namespace::Az) => format!("`az` has no function `{}`", name.text),
        };
        let known = functions::FUNCTIONS.iter().map(|function| function.name);
        let help = match similar(&name.text, known.chain(self.check.symbols.names())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "correct its spelling: letters count in their case".to_owned(),
        };
        self.check
            .report(ProblemKind::UnknownFunction, name.span, message, &help);
    }

    /// `base.name(..)`.
    fn method(&mut self, base: &'a Expr, name: &'a Name, got: usize) {
        match self.namespace(base) {
            Some(Space::Own(namespace)) => {
                let found = self.built_in(&name.text);
                match found.filter(|found| found.namespace == namespace) {
                    Some(_) => self.count_built_in(name, got),
                    None => self.unknown_function(name, Some(namespace)),
                }
            }
            Some(Space::Declared(index)) => {
                self.check.uses.push(Use {
                    from: self.owner,
                    to: index,
                    place: base.span,
                });
                match self.check.exported_from(index, &name.text) {
                    Exported::Func(count) => {
                        self.check
                            .wrong_count(name.span, &name.text, got, (count, count));
                    }
                    Exported::Absent => self.not_exported(name),
                    _ => {}
                }
            }
            None => {
                self.expr(base);
                self.resource_method(base, name, got);
            }
        }
    }
}

/// A namespace.
#[derive(Clone, Copy)]
enum Space {
    Own(Namespace),
    /// The number of an import or extension.
    Declared(usize),
}
