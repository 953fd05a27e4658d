//! The files around a Bicep file: those of a row of the compiler's answers, or those of a folder on the disk.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use armplan::finding::Level;
use armplan::ir::{
    CompiledModule, EnvironmentVariable, LoadedFile, Reached, Surroundings, Unreached,
};
use armplan::syntax::bicep;
use armplan::syntax::json::Document;
use armplan::text::{FileId, Files};

use super::kind_of;

/// The text of a path.
type Read<'r> = Box<dyn Fn(&str) -> Option<String> + 'r>;

/// Files by path, read when they are asked for.
pub(super) struct Around<'r> {
    read: Read<'r>,
    pub(super) files: Files,
    known: RefCell<BTreeMap<String, Option<Reached>>>,
}

impl<'r> Around<'r> {
    pub(super) fn new(read: impl Fn(&str) -> Option<String> + 'r) -> Self {
        Self {
            read: Box::new(read),
            files: Files::default(),
            known: RefCell::default(),
        }
    }

    /// The file of a path.
    pub(super) fn bicep(&self, path: &str) -> Option<Arc<bicep::File>> {
        match self.file(path)? {
            Reached::Bicep(file) => Some(file),
            _ => None,
        }
    }

    fn file(&self, path: &str) -> Option<Reached> {
        if let Some(known) = self.known.borrow().get(path) {
            return known.clone();
        }
        let reached = (self.read)(path).map(|text| {
            let text = text.trim_start_matches('\u{feff}');
            let id = self.files.add(path, None, text);
            if let Some(kind) = kind_of(path) {
                return Reached::Bicep(Arc::new(bicep::parse(id, text, kind)));
            }
            let document = Document::parse(id, text.into());
            Reached::Arm(Arc::new(CompiledModule::new(document)))
        });
        let mut known = self.known.borrow_mut();
        known.insert(path.to_owned(), reached.clone());
        reached
    }
}

/// `a/b.bicep` and `../c.bicep` make `c.bicep`.
fn join(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

fn absent(reason: &str, level: Level) -> Unreached {
    Unreached {
        reason: reason.to_owned(),
        help: Some("name another".to_owned()),
        level,
    }
}

impl Surroundings for Around<'_> {
    fn reach(&self, from: FileId, reference: &str) -> Reached {
        if reference.contains(':') {
            return Reached::Absent(absent("not restored", Level::Warning));
        }
        let from = self.files.get(from).path.clone();
        let path = join(&from, reference);
        let file = path
            .filter(|path| !Path::new(path).ends_with(".."))
            .and_then(|path| self.file(&path));
        file.unwrap_or_else(|| Reached::Absent(absent("there is no such file", Level::Error)))
    }

    fn bytes(&self, _: FileId, _: &str) -> Result<LoadedFile, Unreached> {
        Err(absent("not read here", Level::Warning))
    }

    fn folder(&self, _: FileId, _: &str) -> Result<Vec<String>, Unreached> {
        Err(absent("not read here", Level::Warning))
    }

    fn variable(&self, _: &str) -> EnvironmentVariable {
        EnvironmentVariable::NotAllowed
    }
}
