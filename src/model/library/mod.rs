//! Files to templates and parameter files: each is read, parsed and lowered once, whoever asks for it, and whatever it
//! reaches is looked up where the compiler would look.

mod aliases;
mod entries;
mod reference;
mod shelf;
mod surroundings;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::NotEvaluated;
use super::assignments;
use super::expand::{Loaded, Loader};
use super::external::ExternalInputs;
use super::parameter_file::{ParameterFile, read_parameter_file};
use crate::config::ModuleEntry;
use crate::eval::Reason;
use crate::finding::{Level, Problem, ProblemKind};
use crate::ir::{
    BicepMemory, CompiledModule, Reached, Surroundings, Template, lower_bicep, lower_bicepparam,
};
use crate::source::{FileKind, Source, SourceError, beside};
use crate::syntax::json::Document;
use crate::text::{FileId, Files};

pub use aliases::FILE_NAME as ALIASES_FILE;
pub use shelf::Shelf;

/// The template in a JSON text that was read, with the problems of its JSON among its own.
pub fn template_of(files: &Files, id: FileId) -> Arc<Template> {
    let document = Document::parse(id, Arc::clone(&files.get(id).text));
    CompiledModule::new(document).template()
}

/// What decides where files are found, beside the files themselves.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The `[modules]` table; its paths are absolute.
    pub modules: Vec<ModuleEntry>,
    /// The compiler's module cache.
    pub cache: Option<PathBuf>,
    /// The environment variables that may be read, with what they hold.
    pub environment: BTreeMap<String, Option<Arc<str>>>,
    /// What external inputs give.
    pub inputs: ExternalInputs,
}

/// All files of one tree that a run reads, for one thread: what was read and parsed is shared with the others, what was
/// made of it is not.
pub struct Library<'s> {
    shelf: Arc<Shelf<'s>>,
    made: RefCell<Made>,
    lowered: BicepMemory,
}

#[derive(Default)]
struct Made {
    templates: BTreeMap<FileId, Arc<Template>>,
    parameters: BTreeMap<FileId, Arc<ParameterFile>>,
}

impl<'s> Library<'s> {
    /// The files of a tree.
    pub fn new(source: Arc<dyn Source + 's>, files: &'s Files, places: &'s Places) -> Self {
        Self::of(Arc::new(Shelf::new(source, files, places)))
    }

    /// The files of a shelf, for another thread.
    pub fn of(shelf: Arc<Shelf<'s>>) -> Self {
        Self {
            shelf,
            made: RefCell::default(),
            lowered: BicepMemory::default(),
        }
    }

    /// What was read, to be shared.
    pub fn shelf(&self) -> &Arc<Shelf<'s>> {
        &self.shelf
    }

    /// The same files, read anew into other texts.
    pub fn again<'f>(&self, files: &'f Files) -> Library<'f>
    where
        's: 'f,
    {
        let source = Arc::clone(&self.shelf.source) as Arc<dyn Source + 'f>;
        Library::new(source, files, self.shelf.places)
    }

    /// The tree.
    pub fn source(&self) -> &dyn Source {
        &*self.shelf.source
    }

    /// The texts of the run.
    pub fn files(&self) -> &'s Files {
        self.shelf.files
    }

    /// A file, read when it is first asked for.
    pub fn file(&self, path: &Path) -> Result<FileId, SourceError> {
        self.shelf.file(path)
    }

    /// A template.
    pub fn template(&self, path: &Path) -> Result<Arc<Template>, SourceError> {
        if FileKind::of_path(path) == Some(FileKind::Bicep) {
            let tree = self.shelf.tree(path)?;
            return Ok(self.made(tree.file, || lower_bicep(&tree, self, &self.lowered)));
        }
        // The tree of a template in JSON goes as soon as it is lowered: only Bicep files look into it again.
        let id = self.file(path)?;
        let files = self.files();
        Ok(self.made(id, || template_of(files, id)))
    }

    /// The template of a file, made when it is first asked for.
    fn made(&self, file: FileId, make: impl FnOnce() -> Arc<Template>) -> Arc<Template> {
        if let Some(template) = self.made.borrow().templates.get(&file) {
            return Arc::clone(template);
        }
        let template = make();
        let mut made = self.made.borrow_mut();
        made.templates.insert(file, Arc::clone(&template));
        template
    }

    /// Lets go of the trees of Bicep files. The templates that were made of them stay; what else is read parses anew what it
    /// shares with them.
    pub fn forget_trees(&self) {
        self.shelf.forget_trees();
        self.lowered.forget_trees();
    }

    /// A parameter file, in JSON or Bicep.
    pub fn parameters(&self, path: &Path) -> Result<Arc<ParameterFile>, SourceError> {
        let id = self.file(path)?;
        if let Some(file) = self.made.borrow().parameters.get(&id) {
            return Ok(Arc::clone(file));
        }
        let inputs = &self.shelf.places.inputs;
        let file = match FileKind::of_path(path) {
            Some(FileKind::BicepParameters) => {
                let tree = self.shelf.tree(path)?;
                let assigned = lower_bicepparam(&tree, self, &self.lowered);
                assignments::read(&tree, &assigned, inputs, self)
            }
            _ => read_parameter_file(&*self.shelf.document(path)?, inputs),
        };
        let file = Arc::new(file);
        let mut made = self.made.borrow_mut();
        made.parameters.insert(id, Arc::clone(&file));
        Ok(file)
    }

    /// Why the template that a `.bicepparam` file names is not at hand, where it may be there all the same: it lies outside, or
    /// was not restored. That there is none is told with the file.
    pub fn unread_by(&self, parameters: &ParameterFile) -> Option<(Problem, NotEvaluated)> {
        let using = parameters.using.as_ref()?;
        let Reached::Absent(unreached) = self.reach(using.place.file, &using.text) else {
            return None;
        };
        (unreached.level == Level::Warning).then_some(())?;
        let message = format!("The template is not read: {}", unreached.reason);
        let problem = Problem::warning(ProblemKind::ModuleNotFound, using.place, message);
        Some((
            Problem {
                help: unreached.help,
                ..problem
            },
            NotEvaluated {
                what: "the template of the parameter file".to_owned(),
                reason: Reason::Module(Arc::clone(&using.text)),
                place: using.place,
            },
        ))
    }

    /// The template that a `.bicepparam` file names, where it can be read.
    pub fn used_by(&self, parameters: &ParameterFile) -> Option<PathBuf> {
        let using = parameters.using.as_ref()?;
        let place = self.shelf.locate(using.place.file, &using.text).ok()?;
        Some(place.into_path()).filter(|path| self.source().is_file(path))
    }
}

impl Loader for Library<'_> {
    fn load(&self, from: FileId, relative: &str) -> Loaded {
        let Some(base) = self.shelf.path_of(from) else {
            return Loaded::Absent("the file it is relative to is not known".to_owned());
        };
        match self.template(&beside(&base, relative)) {
            Ok(template) => Loaded::Template(template),
            Err(error) => Loaded::Absent(error.to_string()),
        }
    }
}
