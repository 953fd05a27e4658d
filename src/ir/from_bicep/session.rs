//! Files that were read, and templates that were made of them, each once.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::expressions::Lower;
use super::imports::tags_in_json;
use super::model::Model;
use super::params::{self, ParameterAssignments};
use super::signature::{Signature, signature};
use super::surroundings::{Reached, Surroundings, Unreached};
use super::symbolic::is_symbolic;
use super::types::tags_of;
use super::unit::{Origin, Unit};
use crate::finding::{Level, Problem, ProblemKind};
use crate::ir::Template;
use crate::ir::bicep_check::{Checked, check_bicep};
use crate::syntax::bicep::ast::StatementKind;
use crate::syntax::bicep::{File, FileKind};
use crate::text::{FileId, Span};

/// What came out of files that were lowered: the files of one run share their modules.
#[derive(Default)]
pub struct Memory {
    models: RefCell<BTreeMap<FileId, Rc<Model>>>,
    /// Templates of modules. Their problems stand in the templates that files were asked for.
    templates: RefCell<BTreeMap<FileId, Arc<Template>>>,
    /// What was found while a file was lowered.
    problems: RefCell<BTreeMap<FileId, Vec<Problem>>>,
    /// The files that each file reaches, directly.
    reached: RefCell<BTreeMap<FileId, BTreeSet<FileId>>>,
    /// Names of outputs that must not be shown, by file and reference.
    secure_outputs: RefCell<BTreeMap<(FileId, String), Names>>,
    checked: Checked,
}

impl Memory {
    /// Lets go of the trees of files that were lowered.
    pub fn forget_trees(&self) {
        self.models.take();
    }

    /// The Bicep files that a file uses directly, as modules or for imports, where it was lowered.
    pub fn used_by(&self, file: FileId) -> BTreeSet<FileId> {
        let reached = self.reached.borrow();
        reached.get(&file).cloned().unwrap_or_default()
    }
}

/// Lowers files and remembers what came out.
pub(super) struct Session<'s> {
    pub(super) surroundings: &'s dyn Surroundings,
    memory: &'s Memory,
    /// Files in the middle of being lowered, outermost first.
    running: RefCell<Vec<FileId>>,
}

type Names = BTreeSet<Arc<str>>;

/// Most modules in each other.
const MAX_NESTING: usize = 128;

impl<'s> Session<'s> {
    /// Reaches other files through `surroundings`, which are always the same for one memory.
    pub(super) fn new(surroundings: &'s dyn Surroundings, memory: &'s Memory) -> Self {
        Self {
            surroundings,
            memory,
            running: RefCell::default(),
        }
    }

    /// The template of a `.bicep` file, with the problems of all files that it reaches.
    pub(super) fn template(&self, file: &Arc<File>) -> Arc<Template> {
        check_bicep(file, self.surroundings, &self.memory.checked);
        let mut template = self.module_template(file);
        let problems = self.all_problems(file.file);
        if !problems.is_empty() {
            // As a module it stays without them.
            Arc::make_mut(&mut template).problems = problems;
        }
        template
    }

    fn lower_once(&self, file: &Arc<File>) -> Template {
        self.running.borrow_mut().push(file.file);
        let made = stacker::maybe_grow(256 << 10, 4 << 20, || self.lower(file));
        self.running.borrow_mut().pop();
        made
    }

    /// The template of a file for those that use it as a module.
    fn module_template(&self, file: &Arc<File>) -> Arc<Template> {
        if let Some(known) = self.memory.templates.borrow().get(&file.file) {
            return Arc::clone(known);
        }
        let made = Arc::new(self.lower_once(file));
        self.memory
            .templates
            .borrow_mut()
            .insert(file.file, Arc::clone(&made));
        made
    }

    /// The problems of a file and of those that it reaches.
    pub(super) fn all_problems(&self, file: FileId) -> Vec<Problem> {
        let (mut open, mut seen) = (vec![file], BTreeSet::from([file]));
        let mut found = Vec::new();
        let reached = self.memory.reached.borrow();
        while let Some(file) = open.pop() {
            found.extend(self.own_problems(file));
            let next = reached.get(&file).into_iter().flatten();
            open.extend(next.filter(|next| seen.insert(**next)));
        }
        found
    }

    /// The problems of the text of a file, of its check and of its lowering.
    fn own_problems(&self, file: FileId) -> Vec<Problem> {
        let model = self.memory.models.borrow().get(&file).cloned();
        let Some(model) = model else {
            return Vec::new();
        };
        let refused = check_bicep(&model.file, self.surroundings, &self.memory.checked);
        let mut all = model.file.problems.clone();
        let unread = all.len();
        all.extend(refused.iter().cloned());
        for (at, problem) in all.iter_mut().enumerate() {
            if at < unread || model.file.kind == FileKind::Parameters || voids(problem.kind) {
                problem.voids = statement_at(&model.file, problem.place);
            }
        }
        let lowered = self.memory.problems.borrow();
        for problem in lowered.get(&file).into_iter().flatten() {
            // The check of the file has told of it.
            if !all.iter().any(|known| tells_of(known, problem)) {
                all.push(problem.clone());
            }
        }
        all
    }

    /// Remembers that a file reaches another.
    fn reaches(&self, from: FileId, to: FileId) {
        self.memory
            .reached
            .borrow_mut()
            .entry(from)
            .or_default()
            .insert(to);
    }

    /// The values of a `.bicepparam` file.
    pub(super) fn parameters(&self, file: &Arc<File>) -> ParameterAssignments {
        params::assignments(self, file)
    }

    /// The signature of what a reference leads to.
    pub(super) fn signature(&self, from: FileId, reference: &str) -> Option<Signature> {
        signature(&self.surroundings.reach(from, reference))
    }

    fn lower(&self, file: &Arc<File>) -> Template {
        let model = self.model(file);
        let symbolic = is_symbolic(self, &model);
        let unit = Unit::new(self, &model, symbolic);
        let mut template = Template::empty(file.span);
        template.scope = model.scope;
        template.content_version = Some("1.0.0.0".into());
        template.language2 = symbolic;
        template.symbolic = symbolic;
        let lower = Lower {
            unit: &unit,
            model: &model,
        };
        unit.take_imported(&model);
        lower.sections(&mut template);
        for id in lower.resource_order() {
            template.resources.extend(lower.resource(id).map(Arc::new));
        }
        for (at, statement) in file.statements.iter().enumerate() {
            if matches!(statement.kind, StatementKind::Module { .. }) {
                template.resources.extend(lower.module(at).map(Arc::new));
            }
        }
        unit.emit_taken(&mut template);
        let mut variables = unit.loaded.take();
        variables.append(&mut template.variables);
        template.variables = variables;
        self.missing_imports(&unit, &model);
        let mut problems = self.memory.problems.borrow_mut();
        problems.insert(file.file, unit.problems.take());
        template
    }

    /// Tells of imports that lead nowhere.
    fn missing_imports(&self, unit: &Unit<'_>, model: &Model) {
        for (at, statement) in model.file.statements.iter().enumerate() {
            let StatementKind::Import { from, .. } = &statement.kind else {
                continue;
            };
            if let (Err(unreached), Some(path)) = (self.import(model, at), from.text()) {
                let message = format!("'{path}' cannot be read: {}", unreached.reason);
                unit.problem(Problem {
                    level: unreached.level,
                    help: unreached.help,
                    ..Problem::error(ProblemKind::ModuleNotFound, from.span, message)
                });
            }
        }
    }

    /// The names of a file.
    pub(super) fn model(&self, file: &Arc<File>) -> Rc<Model> {
        if let Some(known) = self.memory.models.borrow().get(&file.file) {
            return Rc::clone(known);
        }
        let model = Rc::new(Model::new(Arc::clone(file)));
        self.memory
            .models
            .borrow_mut()
            .insert(file.file, Rc::clone(&model));
        model
    }

    /// The same names, shared.
    pub(super) fn model_of(&self, model: &Model) -> Option<Rc<Model>> {
        self.memory.models.borrow().get(&model.id()).cloned()
    }

    /// Where an import statement takes its names from.
    pub(super) fn import(&self, model: &Model, at: usize) -> Result<Origin, Unreached> {
        let from = model.import_from(at).and_then(|from| from.text());
        let Some(from) = from else {
            return Err(unreadable("the import does not say from where"));
        };
        match self.surroundings.reach(model.id(), from) {
            Reached::Bicep(file) if file.kind == FileKind::Template => {
                self.reaches(model.id(), file.file);
                Ok(Origin::Bicep(self.model(&file)))
            }
            Reached::Bicep(_) => Err(unreadable("a parameter file exports nothing")),
            Reached::Arm(module) => Ok(Origin::Arm(module)),
            Reached::Absent(unreached) => Err(unreached),
        }
    }

    /// The template of a module.
    pub(super) fn module(&self, from: FileId, path: &str) -> Result<Arc<Template>, Unreached> {
        match self.surroundings.reach(from, path) {
            Reached::Bicep(file) if file.kind == FileKind::Template => {
                self.reaches(from, file.file);
                if self.running.borrow().contains(&file.file) {
                    return Err(unreadable("it leads back to this file"));
                }
                if self.running.borrow().len() >= MAX_NESTING {
                    return Err(unreadable("modules are nested too deep"));
                }
                Ok(self.module_template(&file))
            }
            Reached::Bicep(_) => Err(unreadable("a parameter file is no module")),
            Reached::Arm(module) => Ok(module.template()),
            Reached::Absent(unreached) => Err(unreached),
        }
    }

    /// Whether a module has outputs that must not be shown.
    pub(super) fn has_secure_output(&self, from: FileId, path: &str) -> bool {
        self.with_secure_outputs(from, path, |outputs| !outputs.is_empty())
    }

    pub(super) fn is_secure_output(&self, from: FileId, path: &str, output: &str) -> bool {
        self.with_secure_outputs(from, path, |outputs| outputs.contains(output))
    }

    fn with_secure_outputs(
        &self,
        from: FileId,
        path: &str,
        ask: impl FnOnce(&Names) -> bool,
    ) -> bool {
        let key = (from, path.to_owned());
        if let Some(known) = self.memory.secure_outputs.borrow().get(&key) {
            return ask(known);
        }
        let signature = self.signature(from, path).unwrap_or_default();
        let secure = signature.outputs.into_iter().filter(|output| output.secure);
        let secure: Names = secure.map(|output| output.name).collect();
        let answer = ask(&secure);
        self.memory.secure_outputs.borrow_mut().insert(key, secure);
        answer
    }

    /// The texts that a member has in the variants of a type.
    pub(super) fn tag_values(&self, origin: &Origin, name: &str, tag: &str) -> Vec<Arc<str>> {
        match origin {
            Origin::Bicep(model) => {
                let unit = Unit::new(self, model, true);
                tags_of(&Lower { unit: &unit, model }, name, tag)
            }
            Origin::Arm(module) => tags_in_json(module, name, tag),
        }
    }
}

fn unreadable(reason: &str) -> Unreached {
    Unreached {
        reason: reason.to_owned(),
        help: None,
        level: Level::Error,
    }
}

/// Whether a declaration with such a mistake has no shape that could be evaluated.
fn voids(kind: ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::ContextNotAllowed
            | ProblemKind::CopyInvalid
            | ProblemKind::ParameterMissing
            | ProblemKind::ResourceIdSegments
    )
}

/// The declaration that a place lies in, up to the next one.
fn statement_at(file: &File, place: Span) -> Option<Span> {
    let after = file
        .statements
        .partition_point(|statement| statement.span.start <= place.start);
    let statement = file.statements.get(after.checked_sub(1)?)?;
    // What could not be read stands behind what could.
    let next = file.statements.get(after).map(|next| next.span.start);
    let end = next.unwrap_or(file.span.end);
    Some(Span::new(file.file, statement.span.start, end))
}

/// Whether two problems are one: a reference that leads back cannot be read, and both are said of it.
fn tells_of(known: &Problem, other: &Problem) -> bool {
    let reference = |problem: &Problem| {
        matches!(
            problem.kind,
            ProblemKind::ModuleNotFound | ProblemKind::Cycle
        )
    };
    known.level == other.level
        && known.place == other.place
        && (known.kind == other.kind || reference(known) && reference(other))
}
