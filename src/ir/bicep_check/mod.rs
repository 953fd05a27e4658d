//! A Bicep file to what its compiler refuses without evaluating anything: names, cycles, modules, numbers of arguments,
//! and where loops, spreads, lambdas and some functions may stand. Source: parts C2 to C6 of the language reference.

mod collections;
mod consequences;
mod cycles;
mod decorators;
mod functions;
mod members;
mod modules;
mod names;
mod parameter_file;
mod placement;
mod references;
mod resources;
mod scopes;
mod start;
mod symbols;
mod twice;
mod type_names;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::modules::Taken;
use self::start::Asked;
use self::symbols::Symbols;
use super::from_bicep::{Reached, Signature, Surroundings, signature};
use crate::finding::{Level, Problem, ProblemKind};
use crate::syntax::bicep::{File, FileKind};
use crate::text::{FileId, Span};

/// After so many problems the rest of a file would only repeat them.
const MAX_PROBLEMS: usize = 500;
/// Files whose errors are looked for through each other.
const MAX_FILES_DEEP: usize = 32;

/// What is wrong with a file that parsed, in source order. The problems of the text itself are not repeated.
pub fn check_bicep(
    file: &Arc<File>,
    surroundings: &dyn Surroundings,
    checked: &Checked,
) -> Arc<[Problem]> {
    let checker = Checker {
        surroundings,
        checked,
    };
    checker.check(file)
}

/// Files that were checked, each once: a module is asked for by everyone who uses it.
#[derive(Default)]
pub struct Checked {
    /// A file in the middle of its check has no problem yet: that it leads back to itself is reported as such.
    problems: RefCell<BTreeMap<FileId, Arc<[Problem]>>>,
    /// What the modules show that files use.
    signatures: RefCell<BTreeMap<FileId, Arc<Signature>>>,
    /// Files that are being checked.
    depth: Cell<usize>,
}

struct Checker<'s> {
    surroundings: &'s dyn Surroundings,
    checked: &'s Checked,
}

impl Checker<'_> {
    fn check(&self, file: &Arc<File>) -> Arc<[Problem]> {
        let all = &self.checked.problems;
        if let Some(known) = all.borrow().get(&file.file) {
            return Arc::clone(known);
        }
        all.borrow_mut().insert(file.file, Arc::default());
        let mut check = Check {
            file,
            symbols: Symbols::of(file),
            checker: self,
            problems: Vec::new(),
            uses: Vec::new(),
            used: OnceCell::new(),
            taken: Vec::new(),
            asked: Vec::new(),
            absent: BTreeSet::new(),
            late: BTreeSet::new(),
            asks_in_lambda: false,
            without_value: Vec::new(),
        };
        check.run();
        let mut problems = check.problems;
        problems.sort_by_key(|problem| (problem.place.start, problem.place.end));
        problems.dedup_by(|one, other| one.place == other.place && one.kind == other.kind);
        let problems: Arc<[Problem]> = problems.into();
        all.borrow_mut().insert(file.file, Arc::clone(&problems));
        problems
    }

    /// What a module shows to those that use it.
    fn signature(&self, module: &Reached) -> Option<Arc<Signature>> {
        let file = match module {
            Reached::Bicep(file) => file.file,
            Reached::Arm(module) => module.document().file(),
            Reached::Absent(_) => return None,
        };
        let all = &self.checked.signatures;
        if let Some(known) = all.borrow().get(&file) {
            return Some(Arc::clone(known));
        }
        let made = Arc::new(signature(module)?);
        all.borrow_mut().insert(file, Arc::clone(&made));
        Some(made)
    }

    /// Whether a file that this one uses has errors.
    fn is_wrong(&self, file: &Arc<File>) -> bool {
        let depth = &self.checked.depth;
        if depth.get() >= MAX_FILES_DEEP {
            return false;
        }
        depth.set(depth.get() + 1);
        let problems = self.check(file);
        depth.set(depth.get() - 1);
        let mut all = problems.iter().chain(&file.problems);
        all.any(|problem| problem.level == Level::Error)
    }
}

/// The check of one file.
struct Check<'a> {
    file: &'a Arc<File>,
    symbols: Symbols<'a>,
    checker: &'a Checker<'a>,
    problems: Vec<Problem>,
    /// Which declaration uses which.
    uses: Vec<Use>,
    /// The same, by the declaration that uses; made when all uses are known.
    used: OnceCell<BTreeMap<usize, Vec<usize>>>,
    /// What values take out of modules.
    taken: Vec<Taken<'a>>,
    /// What values ask Azure for.
    asked: Vec<Asked<'a>>,
    /// References that lead nowhere.
    absent: BTreeSet<Span>,
    /// Variables whose values are answered during the deployment.
    late: BTreeSet<usize>,
    /// Whether a lambda may ask Azure for something.
    asks_in_lambda: bool,
    /// Calls that have no value where they stand.
    without_value: Vec<Span>,
}

/// A place at which the declaration `from` (none for outputs and the like) names the declaration `to`.
#[derive(Clone, Copy, Debug)]
struct Use {
    from: Option<usize>,
    to: usize,
    place: Span,
}

impl Check<'_> {
    fn run(&mut self) {
        self.check_symbols();
        self.check_names();
        self.check_decorators();
        self.check_cycles();
        self.check_references();
        match self.file.kind {
            FileKind::Template => {
                self.check_modules();
                self.check_resources();
                self.check_scopes();
                self.check_start();
            }
            FileKind::Parameters => self.check_parameter_file(),
        }
        self.check_collections();
        self.check_placement();
        self.check_consequences();
    }

    /// Whether no further problem is reported.
    fn is_full(&self) -> bool {
        self.problems.len() >= MAX_PROBLEMS
    }

    fn report(&mut self, kind: ProblemKind, place: Span, message: impl Into<String>, help: &str) {
        if self.is_full() {
            return;
        }
        let problem = Problem::error(kind, place, message);
        self.problems.push(if help.is_empty() {
            problem
        } else {
            problem.help(help)
        });
    }
}

/// A name that differs little from what was written.
fn similar<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let limit = (name.len() / 3).clamp(1, 3);
    let near = known
        .into_iter()
        .map(|known| (distance(name, known), known));
    near.filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, known)| known)
}

/// How many letters have to change, be added or left out, in any case of the letters.
fn distance(one: &str, other: &str) -> usize {
    if one.len().abs_diff(other.len()) > 3 || one.len() > 64 {
        return usize::MAX;
    }
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.to_lowercase().chars().enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        for (at, wanted) in other.iter().enumerate() {
            let above = row.get(at + 1).copied().unwrap_or(usize::MAX);
            let changed = diagonal + usize::from(letter != *wanted);
            left = changed.min(above + 1).min(left + 1);
            diagonal = above;
            if let Some(slot) = row.get_mut(at + 1) {
                *slot = left;
            }
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}
