//! What was read and parsed of one tree of files, each file once, whichever thread asks for it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::Places;
use super::aliases::{self, Aliases};
use crate::ir::{CompiledModule, LoadedFile, Reached};
use crate::source::{FileKind, Source, SourceError, Text};
use crate::syntax::bicep;
use crate::syntax::json::Document;
use crate::text::{FileId, Files};

/// The files of a tree. No order of anything may come from the numbers of the files: threads get theirs as they come.
pub struct Shelf<'s> {
    pub(super) source: Arc<dyn Source + 's>,
    pub(super) files: &'s Files,
    pub(super) places: &'s Places,
    known: Mutex<Known>,
    trees: Shared<FileId, Arc<bicep::File>>,
    compiled: Shared<FileId, Arc<CompiledModule>>,
    documents: Shared<FileId, Arc<Document>>,
    /// The aliases that count in each folder.
    aliases: Shared<OsString, Arc<Aliases>>,
}

#[derive(Default)]
struct Known {
    /// By path, compared byte by byte.
    ids: BTreeMap<OsString, FileId>,
    /// Where each file that was read lies.
    paths: BTreeMap<FileId, PathBuf>,
    loaded: BTreeMap<OsString, LoadedFile>,
    /// What each reference leads to, by the file that has it.
    reached: BTreeMap<FileId, BTreeMap<Arc<str>, Reached>>,
}

impl<'s> Shelf<'s> {
    pub(super) fn new(source: Arc<dyn Source + 's>, files: &'s Files, places: &'s Places) -> Self {
        Self {
            source,
            files,
            places,
            known: Mutex::default(),
            trees: Shared::default(),
            compiled: Shared::default(),
            documents: Shared::default(),
            aliases: Shared::default(),
        }
    }

    /// Lets go of the trees of Bicep files; whoever asks for one gets another.
    pub(super) fn forget_trees(&self) {
        self.trees.clear();
        self.known().reached.clear();
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A file, read when it is first asked for.
    pub(super) fn file(&self, path: &Path) -> Result<FileId, SourceError> {
        if let Some(id) = self.id_of(path) {
            return Ok(id);
        }
        let text = self.source.read(path)?;
        Ok(self.add(path, text))
    }

    /// A file that was read before.
    pub(super) fn id_of(&self, path: &Path) -> Option<FileId> {
        self.known().ids.get(path.as_os_str()).copied()
    }

    /// The text of a file; if another thread has read it in the meantime, that counts.
    pub(super) fn add(&self, path: &Path, text: Text) -> FileId {
        let mut known = self.known();
        if let Some(id) = known.ids.get(path.as_os_str()) {
            return *id;
        }
        let id = self.files.add(text.path, text.revision, text.text);
        known.ids.insert(path.as_os_str().to_owned(), id);
        known.paths.insert(id, path.to_owned());
        id
    }

    /// Where a file that was read lies.
    pub(super) fn path_of(&self, file: FileId) -> Option<PathBuf> {
        self.known().paths.get(&file).cloned()
    }

    /// The tree of a Bicep file.
    pub(super) fn tree(&self, path: &Path) -> Result<Arc<bicep::File>, SourceError> {
        let id = self.file(path)?;
        Ok(self.trees.get(&id, || {
            let kind = match FileKind::of_path(path) {
                Some(FileKind::BicepParameters) => bicep::FileKind::Parameters,
                _ => bicep::FileKind::Template,
            };
            Arc::new(bicep::parse(id, &self.files.get(id).text, kind))
        }))
    }

    /// A template in JSON.
    pub(super) fn compiled(&self, path: &Path) -> Result<Arc<CompiledModule>, SourceError> {
        let id = self.file(path)?;
        Ok(self.compiled.get(&id, || {
            let document = Document::parse(id, Arc::clone(&self.files.get(id).text));
            Arc::new(CompiledModule::new(document))
        }))
    }

    /// A JSON file.
    pub(super) fn document(&self, path: &Path) -> Result<Arc<Document>, SourceError> {
        let id = self.file(path)?;
        Ok(self.documents.get(&id, || {
            Arc::new(Document::parse(id, Arc::clone(&self.files.get(id).text)))
        }))
    }

    /// The aliases that count in a folder: those of the nearest configuration of the compiler.
    pub(super) fn aliases(&self, folder: &Path) -> Arc<Aliases> {
        self.aliases.get(&folder.as_os_str().to_owned(), || {
            let path = folder.join(aliases::FILE_NAME);
            let own = self.source.is_file(&path).then(|| self.document(&path));
            match (own, folder.parent()) {
                (Some(Ok(document)), _) => {
                    let shown = self.files.get(document.file()).path.clone();
                    Arc::new(Aliases::read(&document, &shown, folder))
                }
                (_, Some(above)) => self.aliases(above),
                (_, None) => Arc::default(),
            }
        })
    }

    /// What a reference of a file leads to; `find` looks for it the first time.
    pub(super) fn reached(
        &self,
        from: FileId,
        reference: &str,
        find: impl FnOnce() -> Reached,
    ) -> Reached {
        let known = |known: &Known| known.reached.get(&from)?.get(reference).cloned();
        if let Some(reached) = known(&self.known()) {
            return reached;
        }
        let reached = find();
        let mut known = self.known();
        let all = known.reached.entry(from).or_default();
        all.entry(reference.into()).or_insert(reached).clone()
    }

    /// A file that is loaded as it is.
    pub(super) fn loaded(&self, path: PathBuf) -> Result<LoadedFile, SourceError> {
        if let Some(loaded) = self.known().loaded.get(path.as_os_str()) {
            return Ok(loaded.clone());
        }
        let file = self.source.bytes(&path)?;
        let text = crate::text::decode(&*file.bytes).text;
        let mut known = self.known();
        let loaded = known.loaded.entry(path.into_os_string());
        Ok(loaded
            .or_insert_with(|| LoadedFile {
                file: self.files.add(file.path, file.revision, text),
                bytes: file.bytes.into(),
            })
            .clone())
    }
}

/// Things that are made once: while one thread makes one, others that need it wait.
struct Shared<K, V>(Mutex<BTreeMap<K, Arc<OnceLock<V>>>>);

impl<K, V> Default for Shared<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Ord + Clone, V: Clone> Shared<K, V> {
    fn clear(&self) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.clear();
    }

    fn get(&self, key: &K, make: impl FnOnce() -> V) -> V {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = match all.get(key) {
            Some(slot) => Arc::clone(slot),
            None => Arc::clone(all.entry(key.clone()).or_default()),
        };
        drop(all);
        slot.get_or_init(make).clone()
    }
}
