//! The files that a file names: whether the reference has a form that exists, leads somewhere, and leads back; and what
//! an imported file exports.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Check;
use super::symbols::SymbolKind;
use crate::finding::{Level, Problem, ProblemKind};
use crate::ir::from_bicep::{CompiledModule, Reached};
use crate::syntax::bicep::File;
use crate::syntax::bicep::ast::{Decorator, Expr, ExprKind, Imports, Statement, StatementKind};
use crate::text::{FileId, Span};

/// What a file exports under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exported {
    Var,
    Type,
    /// A function with so many parameters.
    Func(usize),
    /// Nothing.
    Absent,
    /// The file is not at hand, or is compiled.
    Unknown,
}

impl Check<'_> {
    /// The files that modules, imports and so on name.
    pub(super) fn check_references(&mut self) {
        let file = self.file;
        let back = self.lead_back();
        for statement in &file.statements {
            let Some(reference) = reference(statement) else {
                continue;
            };
            let Some(text) = reference.text() else {
                if matches!(reference.kind, ExprKind::Interpolated(_)) {
                    let message = "a file cannot be named by a text with holes";
                    let help = "write the whole path as one text";
                    self.report(ProblemKind::ModuleNotFound, reference.span, message, help);
                }
                continue;
            };
            if let Some((message, help)) = wrong_form(text) {
                self.absent.insert(reference.span);
                self.report(ProblemKind::ModuleNotFound, reference.span, message, help);
                continue;
            }
            self.follow(statement, reference.span, text, &back);
        }
        self.imported_twice();
    }

    fn follow(&mut self, statement: &Statement, place: Span, text: &str, back: &BTreeSet<FileId>) {
        match self.checker.surroundings.reach(self.file.file, text) {
            Reached::Absent(absent) => {
                if absent.level == Level::Error {
                    self.absent.insert(place);
                    let help = absent.help.unwrap_or_default();
                    let message = format!("'{text}' cannot be read: {}", absent.reason);
                    self.report(ProblemKind::ModuleNotFound, place, message, &help);
                }
            }
            Reached::Bicep(other) if back.contains(&other.file) => {
                let message = "this file leads back to itself".to_owned();
                let help = "move what both files need into a third one";
                self.report(ProblemKind::Cycle, place, message, help);
            }
            Reached::Bicep(other) => {
                if self.checker.is_wrong(&other) {
                    self.wrong_file(place);
                } else {
                    self.check_imports(statement, &other);
                }
            }
            Reached::Arm(module) => {
                let imports = matches!(statement.kind, StatementKind::Import { .. });
                if is_unreadable(&module) || !imports && is_refused(&module) {
                    self.wrong_file(place);
                }
            }
        }
    }

    fn wrong_file(&mut self, place: Span) {
        let message = "the file that is named here has errors";
        let help = "mend that file";
        self.report(ProblemKind::ModuleNotFound, place, message, help);
    }

    /// The names of an import list.
    fn check_imports(&mut self, statement: &Statement, other: &File) {
        let StatementKind::Import {
            what: Imports::List { items, .. },
            ..
        } = &statement.kind
        else {
            return;
        };
        for item in items {
            if export_of(other, &item.name.text) == Exported::Absent {
                let name = &item.name.text;
                let message = format!("the file exports nothing called `{name}`");
                let help = "put `@export()` above its declaration there, or correct its spelling";
                let place = item.name.span;
                self.report(ProblemKind::UndefinedSymbol, place, message, help);
            }
        }
    }

    /// One name of one file under two names.
    fn imported_twice(&mut self) {
        let mut names: BTreeMap<(&str, &str), Vec<Span>> = BTreeMap::new();
        let file = self.file;
        for statement in &file.statements {
            let StatementKind::Import {
                what: Imports::List { items, .. },
                from,
            } = &statement.kind
            else {
                continue;
            };
            for item in items {
                let key = (from.text().unwrap_or(""), &*item.name.text);
                names.entry(key).or_default().push(item.name.span);
            }
        }
        for ((_, name), places) in names {
            if places.len() > 1 {
                for place in places {
                    let message = format!("`{name}` is imported more than once");
                    let help = "import it once";
                    self.report(ProblemKind::DuplicateDeclaration, place, message, help);
                }
            }
        }
    }

    /// The files from which this one is reached again.
    fn lead_back(&self) -> BTreeSet<FileId> {
        let mut users: BTreeMap<FileId, Vec<FileId>> = BTreeMap::new();
        let mut seen = BTreeSet::from([self.file.file]);
        let mut waiting = vec![Arc::clone(self.file)];
        while let Some(file) = waiting.pop() {
            for statement in &file.statements {
                let text = reference(statement).and_then(Expr::text);
                let Some(text) = text.filter(|text| wrong_form(text).is_none()) else {
                    continue;
                };
                let reached = self.checker.surroundings.reach(file.file, text);
                if let Reached::Bicep(other) = reached {
                    users.entry(other.file).or_default().push(file.file);
                    if seen.insert(other.file) {
                        waiting.push(other);
                    }
                }
            }
        }
        let mut back = BTreeSet::new();
        let mut waiting = vec![self.file.file];
        while let Some(file) = waiting.pop() {
            for user in users.get(&file).into_iter().flatten() {
                if back.insert(*user) {
                    waiting.push(*user);
                }
            }
        }
        back
    }

    /// What a name of an import list stands for.
    pub(super) fn exported(&self, index: usize) -> Exported {
        let Some(declaration) = self.symbols.all.get(index) else {
            return Exported::Unknown;
        };
        let StatementKind::Import {
            what: Imports::List { items, .. },
            ..
        } = &declaration.statement.kind
        else {
            return Exported::Unknown;
        };
        let item = items.iter().find(|item| {
            let name = item.alias.as_ref().unwrap_or(&item.name);
            std::ptr::eq(name, declaration.name)
        });
        item.map_or(Exported::Unknown, |item| {
            self.exported_from(index, &item.name.text)
        })
    }

    /// What the file of an import exports under a name. An extension's names are unknown.
    pub(super) fn exported_from(&self, index: usize, name: &str) -> Exported {
        let Some(declaration) = self.symbols.all.get(index) else {
            return Exported::Unknown;
        };
        let StatementKind::Import { from, .. } = &declaration.statement.kind else {
            return Exported::Unknown;
        };
        let Some(text) = from.text().filter(|text| wrong_form(text).is_none()) else {
            return Exported::Unknown;
        };
        match self.checker.surroundings.reach(self.file.file, text) {
            Reached::Bicep(other) => export_of(&other, name),
            _ => Exported::Unknown,
        }
    }

    /// Whether the file of an import could not be used.
    pub(super) fn is_broken_import(&self, index: usize) -> bool {
        let Some(declaration) = self.symbols.all.get(index) else {
            return false;
        };
        let imported = matches!(
            declaration.kind,
            SymbolKind::Imported | SymbolKind::Namespace
        );
        imported
            && reference(declaration.statement).is_some_and(|reference| {
                let wrong = |kind| matches!(kind, ProblemKind::ModuleNotFound | ProblemKind::Cycle);
                let problems = &mut self.problems.iter();
                problems
                    .any(|problem| wrong(problem.kind) && reference.span.contains(problem.place))
            })
    }
}

/// Whether a compiled template does not read as JSON.
fn is_unreadable(module: &CompiledModule) -> bool {
    let mut problems = module.document().problems.iter();
    module.root().is_none() || problems.any(|one| one.level == Level::Error)
}

/// Whether a compiled template is refused as a whole. It is lowered for that: for an import, which takes single things out of
/// what may be a long library, that would be most of the work.
fn is_refused(module: &CompiledModule) -> bool {
    // What the schema says is looked at only where a template is deployed by itself.
    let refused =
        |one: &Problem| one.level == Level::Error && one.kind != ProblemKind::TemplateSchema;
    module.template().problems.iter().any(refused)
}

/// The text in which a statement names another file.
fn reference(statement: &Statement) -> Option<&Expr> {
    match &statement.kind {
        StatementKind::Module { path, .. } | StatementKind::Test { path, .. } => Some(path),
        StatementKind::Import { from, .. } => Some(from),
        // The older spelling of an extension that is a file.
        StatementKind::Extension { what, .. } => what
            .text()
            .is_some_and(|path| {
                !path.contains(':') && path.rsplit_once('.').is_some_and(|(_, end)| end == "bicep")
            })
            .then_some(what),
        StatementKind::Using { what, .. } | StatementKind::Extends { what } => {
            (!matches!(what.kind, ExprKind::None)).then_some(what)
        }
        _ => None,
    }
}

/// What a file exports under a name.
fn export_of(file: &File, name: &str) -> Exported {
    for statement in &file.statements {
        let named = statement.kind.name().is_some_and(|own| *own.text == *name);
        if !named || !is_exported(&statement.decorators) {
            continue;
        }
        return match &statement.kind {
            StatementKind::Var { .. } => Exported::Var,
            StatementKind::Type { .. } => Exported::Type,
            StatementKind::Func { params, .. } => Exported::Func(params.len()),
            _ => Exported::Unknown,
        };
    }
    Exported::Absent
}

fn is_exported(decorators: &[Decorator]) -> bool {
    decorators
        .iter()
        .any(|decorator| match &decorator.expr.kind {
            ExprKind::Call { name, .. } | ExprKind::MethodCall { name, .. } => {
                &*name.text == "export"
            }
            _ => false,
        })
}

/// Whether a reference has no form of a reference: why, and what to do.
fn wrong_form(text: &str) -> Option<(String, &'static str)> {
    let scheme = text.split_once(':').map_or(text, |(scheme, _)| scheme);
    let (scheme, alias) = scheme.split_once('/').unwrap_or((scheme, ""));
    if text.contains(':') && (alias.is_empty() || matches!(scheme, "br" | "ts")) {
        return match scheme {
            "br" => wrong_registry(text, !alias.is_empty()),
            "ts" => wrong_template_spec(text, !alias.is_empty()),
            other => Some((
                format!("`{other}` is no scheme of a module"),
                "write a path, `br:registry/path:tag` or `ts:subscription/group/name:version`",
            )),
        };
    }
    wrong_path(text)
}

fn wrong_path(path: &str) -> Option<(String, &'static str)> {
    let wrong = if path.is_empty() {
        "the path is empty"
    } else if path.contains('\\') {
        "the path has a `\\`"
    } else if path.starts_with('/') {
        "the path is absolute"
    } else if path.ends_with([' ', '.']) {
        "the path ends in a blank or a dot"
    } else if path.contains(['<', '>', '"', '|', '?', '*']) {
        "the path has a character that files of other systems cannot have"
    } else {
        return None;
    };
    let help = "write a path relative to this file, with `/` between folders";
    Some((wrong.to_owned(), help))
}

/// `br:registry/path:tag`, `br:registry/path@digest`, `br/alias:path:tag`.
fn wrong_registry(text: &str, aliased: bool) -> Option<(String, &'static str)> {
    let help = "write `br:registry/path:tag` or `br/alias:path:tag`";
    let rest = text.split_once(':').map_or("", |(_, rest)| rest);
    let (path, tag) = match rest.rsplit_once('@') {
        Some(split) => split,
        None => match rest.rsplit_once(':') {
            // The port of a registry is no tag.
            Some((_, tag)) if tag.contains('/') => (rest, ""),
            Some(split) => split,
            None => (rest, ""),
        },
    };
    let has_path = aliased || path.contains('/');
    if path.is_empty() || !has_path {
        return Some((
            "this reference names no module of a registry".to_owned(),
            help,
        ));
    }
    tag.is_empty()
        .then(|| ("this reference has no tag and no digest".to_owned(), help))
}

/// `ts:subscription/group/name:version`, `ts/alias:name:version`.
fn wrong_template_spec(text: &str, aliased: bool) -> Option<(String, &'static str)> {
    let rest = text.split_once(':').map_or("", |(_, rest)| rest);
    let (path, version) = rest.rsplit_once(':').unwrap_or((rest, ""));
    let parts = path.split('/').filter(|part| !part.is_empty()).count();
    let wanted = if aliased { 1 } else { 3 };
    (version.is_empty() || parts != wanted).then(|| {
        let message = "this reference names no template spec";
        let help = "write `ts:subscription/group/name:version` or `ts/alias:name:version`";
        (message.to_owned(), help)
    })
}
