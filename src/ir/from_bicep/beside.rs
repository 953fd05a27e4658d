//! The check of a file and of all that it reaches, on a thread beside the one that lowers and evaluates them: neither
//! needs the other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::thread::JoinHandle;

use super::surroundings::{EnvironmentVariable, LoadedFile, Reached, Surroundings, Unreached};
use crate::finding::Level;
use crate::ir::bicep_check::{Checked, check_bicep, reference};
use crate::syntax::bicep::File;
use crate::syntax::bicep::ast::Expr;
use crate::text::FileId;

/// Bytes below which a thread costs more than it saves.
const SMALLEST: usize = 24 << 10;

/// Stack of the thread, as large as that of a main thread: it is only reserved.
const STACK: usize = 8 << 20;

/// A check that may be running.
pub(super) struct Beside(Result<JoinHandle<Checked>, Checked>);

impl Beside {
    /// Begins to check a file, if that is worth a thread, with what was checked before.
    pub(super) fn start(
        file: &Arc<File>,
        surroundings: &dyn Surroundings,
        checked: Checked,
    ) -> Self {
        let reachable = Reachable::from(file, surroundings);
        if reachable.bytes < SMALLEST {
            return Self(Err(checked));
        }
        let file = Arc::clone(file);
        let check = move || {
            check_bicep(&file, &reachable, &checked);
            checked
        };
        let thread = std::thread::Builder::new().stack_size(STACK).spawn(check);
        // Where there is no thread to be had, files are checked when their problems are asked for.
        Self(thread.map_err(|_| Checked::default()))
    }

    /// What was checked.
    pub(super) fn finish(self) -> Checked {
        match self.0 {
            Ok(thread) => thread.join().unwrap_or_default(),
            Err(checked) => checked,
        }
    }
}

/// What every reference of a file, and of the files that it reaches, leads to: looked up beforehand, so that threads can
/// share it.
struct Reachable {
    found: BTreeMap<FileId, BTreeMap<Arc<str>, Reached>>,
    /// Text in these files.
    bytes: usize,
}

impl Reachable {
    fn from(file: &Arc<File>, surroundings: &dyn Surroundings) -> Self {
        let mut all = Self {
            found: BTreeMap::new(),
            bytes: 0,
        };
        let mut seen = BTreeSet::from([file.file]);
        let mut waiting = vec![Arc::clone(file)];
        while let Some(file) = waiting.pop() {
            all.bytes += file.span.end as usize;
            let mut own = BTreeMap::new();
            for text in file.statements.iter().filter_map(reference) {
                let Some(text) = Expr::text(text).filter(|text| !own.contains_key(*text)) else {
                    continue;
                };
                let reached = surroundings.reach(file.file, text);
                if let Reached::Bicep(other) = &reached
                    && seen.insert(other.file)
                {
                    waiting.push(Arc::clone(other));
                }
                own.insert(Arc::from(text), reached);
            }
            all.found.insert(file.file, own);
        }
        all
    }
}

/// Checks look at nothing but files that others name.
impl Surroundings for Reachable {
    fn reach(&self, from: FileId, reference: &str) -> Reached {
        let found = self.found.get(&from).and_then(|own| own.get(reference));
        found
            .cloned()
            .unwrap_or_else(|| Reached::Absent(not_looked_up()))
    }

    fn bytes(&self, _from: FileId, _path: &str) -> Result<LoadedFile, Unreached> {
        Err(not_looked_up())
    }

    fn folder(&self, _from: FileId, _path: &str) -> Result<Vec<String>, Unreached> {
        Err(not_looked_up())
    }

    fn variable(&self, _name: &str) -> EnvironmentVariable {
        EnvironmentVariable::NotAllowed
    }
}

fn not_looked_up() -> Unreached {
    Unreached {
        reason: "it was not looked for".to_owned(),
        help: None,
        level: Level::Warning,
    }
}
