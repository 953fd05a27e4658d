//! Files to templates and parameter files: each is read, parsed and lowered once, whoever asks for it, and whatever it
//! reaches is looked up where the compiler would look.

mod aliases;
mod reference;
mod surroundings;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::assignments;
use super::expand::{Loaded, Loader};
use super::external::ExternalInputs;
use super::parameter_file::{ParameterFile, read_parameter_file};
use crate::config::ModuleEntry;
use crate::ir::{
    BicepMemory, CompiledModule, LoadedFile, Reached, Template, lower_bicep, lower_bicepparam,
};
use crate::source::{FileKind, Source, SourceError, beside, load};
use crate::syntax::bicep;
use crate::syntax::json::Document;
use crate::text::{FileId, Files};

use aliases::Aliases;

/// The template in a JSON text that was read, with the problems of its JSON among its own.
pub fn template_of(files: &Files, id: FileId) -> Template {
    let document = Document::parse(id, Arc::clone(&files.get(id).text));
    Template::clone(&CompiledModule::new(document).template())
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

/// All files of one tree that a run reads.
pub struct Library<'s> {
    source: Rc<dyn Source + 's>,
    files: &'s Files,
    places: &'s Places,
    known: RefCell<Known>,
    lowered: BicepMemory,
}

/// What was read so far.
#[derive(Default)]
struct Known {
    /// By path, compared byte by byte.
    ids: BTreeMap<OsString, FileId>,
    /// Where each file that was read lies.
    paths: BTreeMap<FileId, PathBuf>,
    trees: BTreeMap<FileId, Arc<bicep::File>>,
    compiled: BTreeMap<FileId, Arc<CompiledModule>>,
    templates: BTreeMap<FileId, Arc<Template>>,
    loaded: BTreeMap<OsString, LoadedFile>,
    /// What each reference leads to, by the file that has it.
    reached: BTreeMap<FileId, BTreeMap<Arc<str>, Reached>>,
    parameters: BTreeMap<FileId, Arc<ParameterFile>>,
    documents: BTreeMap<FileId, Arc<Document>>,
    /// The aliases that count in each folder.
    aliases: BTreeMap<OsString, Arc<Aliases>>,
}

impl<'s> Library<'s> {
    /// The files of a tree.
    pub fn new(source: Rc<dyn Source + 's>, files: &'s Files, places: &'s Places) -> Self {
        Self {
            source,
            files,
            places,
            known: RefCell::default(),
            lowered: BicepMemory::default(),
        }
    }

    /// The same files, read anew into other texts.
    pub fn again<'f>(&self, files: &'f Files) -> Library<'f>
    where
        's: 'f,
    {
        Library::new(
            Rc::clone(&self.source) as Rc<dyn Source + 'f>,
            files,
            self.places,
        )
    }

    /// The tree.
    pub fn source(&self) -> &dyn Source {
        &*self.source
    }

    /// The texts of the run.
    pub fn files(&self) -> &'s Files {
        self.files
    }

    /// A file, read when it is first asked for.
    pub fn file(&self, path: &Path) -> Result<FileId, SourceError> {
        if let Some(id) = self.known.borrow().ids.get(path.as_os_str()) {
            return Ok(*id);
        }
        let id = load(&*self.source, self.files, path)?;
        let mut known = self.known.borrow_mut();
        known.ids.insert(path.as_os_str().to_owned(), id);
        known.paths.insert(id, path.to_owned());
        Ok(id)
    }

    /// A template.
    pub fn template(&self, path: &Path) -> Result<Arc<Template>, SourceError> {
        if FileKind::of_path(path) != Some(FileKind::Bicep) {
            return Ok(self.compiled(path)?.template());
        }
        let tree = self.tree(path)?;
        if let Some(template) = self.known.borrow().templates.get(&tree.file) {
            return Ok(Arc::clone(template));
        }
        let template = lower_bicep(&tree, self, &self.lowered);
        let mut known = self.known.borrow_mut();
        known.templates.insert(tree.file, Arc::clone(&template));
        Ok(template)
    }

    /// Of some templates those that no other one of them uses as a module. The others are no deployments of their own, but
    /// for templates that use each other in a circle.
    pub fn entries(&self, templates: &[PathBuf]) -> BTreeSet<PathBuf> {
        let mut files = BTreeMap::new();
        for path in templates {
            // What cannot be read is told where it is evaluated.
            let file = self.template(path).ok().map(|template| template.file);
            files.insert(path, file);
        }
        let used_by = |file: &FileId| self.lowered.used_by(*file);
        let all: BTreeSet<FileId> = files.values().flatten().copied().collect();
        let mut used = BTreeSet::new();
        for file in &all {
            used.extend(used_by(file).into_iter().filter(|other| other != file));
        }
        let mut reached: BTreeSet<FileId> = all.difference(&used).copied().collect();
        let mut open: Vec<FileId> = reached.iter().copied().collect();
        while let Some(file) = open.pop() {
            open.extend(
                used_by(&file)
                    .into_iter()
                    .filter(|next| reached.insert(*next)),
            );
        }
        let is_entry = |file: &Option<FileId>| {
            file.is_none_or(|file| !used.contains(&file) || !reached.contains(&file))
        };
        files
            .into_iter()
            .filter(|(_, file)| is_entry(file))
            .map(|(path, _)| path.clone())
            .collect()
    }

    /// The tree of a Bicep file.
    fn tree(&self, path: &Path) -> Result<Arc<bicep::File>, SourceError> {
        let id = self.file(path)?;
        if let Some(tree) = self.known.borrow().trees.get(&id) {
            return Ok(Arc::clone(tree));
        }
        let kind = match FileKind::of_path(path) {
            Some(FileKind::BicepParameters) => bicep::FileKind::Parameters,
            _ => bicep::FileKind::Template,
        };
        let tree = Arc::new(bicep::parse(id, &self.files.get(id).text, kind));
        let mut known = self.known.borrow_mut();
        known.trees.insert(id, Arc::clone(&tree));
        Ok(tree)
    }

    /// A template in JSON.
    fn compiled(&self, path: &Path) -> Result<Arc<CompiledModule>, SourceError> {
        let id = self.file(path)?;
        if let Some(module) = self.known.borrow().compiled.get(&id) {
            return Ok(Arc::clone(module));
        }
        let document = Document::parse(id, Arc::clone(&self.files.get(id).text));
        let module = Arc::new(CompiledModule::new(document));
        let mut known = self.known.borrow_mut();
        known.compiled.insert(id, Arc::clone(&module));
        Ok(module)
    }

    /// A parameter file, in JSON or Bicep.
    pub fn parameters(&self, path: &Path) -> Result<Arc<ParameterFile>, SourceError> {
        let id = self.file(path)?;
        if let Some(file) = self.known.borrow().parameters.get(&id) {
            return Ok(Arc::clone(file));
        }
        let inputs = &self.places.inputs;
        let file = match FileKind::of_path(path) {
            Some(FileKind::BicepParameters) => {
                let tree = self.tree(path)?;
                let assigned = lower_bicepparam(&tree, self, &self.lowered);
                assignments::read(&tree, &assigned, inputs, self)
            }
            _ => read_parameter_file(&*self.document(path)?, inputs),
        };
        let file = Arc::new(file);
        let mut known = self.known.borrow_mut();
        known.parameters.insert(id, Arc::clone(&file));
        Ok(file)
    }

    /// The template that a `.bicepparam` file names, where it can be read.
    pub fn used_by(&self, parameters: &ParameterFile) -> Option<PathBuf> {
        let using = parameters.using.as_ref()?;
        let place = self.locate(using.place.file, &using.text).ok()?;
        Some(place.into_path()).filter(|path| self.source.is_file(path))
    }

    /// A JSON file.
    pub fn document(&self, path: &Path) -> Result<Arc<Document>, SourceError> {
        let id = self.file(path)?;
        if let Some(document) = self.known.borrow().documents.get(&id) {
            return Ok(Arc::clone(document));
        }
        let document = Arc::new(Document::parse(id, Arc::clone(&self.files.get(id).text)));
        let mut known = self.known.borrow_mut();
        known.documents.insert(id, Arc::clone(&document));
        Ok(document)
    }

    /// Where a file that was read lies.
    fn path_of(&self, file: FileId) -> Option<PathBuf> {
        self.known.borrow().paths.get(&file).cloned()
    }

    /// The aliases that count in a folder: those of the nearest configuration of the compiler.
    fn aliases(&self, folder: &Path) -> Arc<Aliases> {
        if let Some(aliases) = self.known.borrow().aliases.get(folder.as_os_str()) {
            return Arc::clone(aliases);
        }
        let path = folder.join(aliases::FILE_NAME);
        let own = self.source.is_file(&path).then(|| self.document(&path));
        let aliases = match (own, folder.parent()) {
            (Some(Ok(document)), _) => {
                let shown = self.files.get(document.file()).path.clone();
                Arc::new(Aliases::read(&document, &shown, folder))
            }
            (_, Some(above)) => self.aliases(above),
            (_, None) => Arc::default(),
        };
        let mut known = self.known.borrow_mut();
        known
            .aliases
            .insert(folder.as_os_str().to_owned(), Arc::clone(&aliases));
        aliases
    }
}

impl Loader for Library<'_> {
    fn load(&self, from: FileId, relative: &str) -> Loaded {
        let Some(base) = self.path_of(from) else {
            return Loaded::Absent("the file it is relative to is not known".to_owned());
        };
        match self.template(&beside(&base, relative)) {
            Ok(template) => Loaded::Template(template),
            Err(error) => Loaded::Absent(error.to_string()),
        }
    }
}
