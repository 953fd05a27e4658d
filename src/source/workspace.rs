//! Which folders matter in this run: the current one, the repository, and the bound of what may be read.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::SourceError;
use super::paths::{common, normal, relative};

/// The name that stands for standard input on the command line.
pub const STDIN: &str = "-";

/// The current folder, the repository and the bound.
#[derive(Clone, Debug)]
pub struct Workspace {
    current: PathBuf,
    repository: Option<PathBuf>,
    root: PathBuf,
    named: BTreeSet<PathBuf>,
    /// Folders and files that may be read beside the root.
    allowed: Vec<PathBuf>,
    /// Where the Bicep compiler keeps the modules that it restored: `.bicep` in the home folder.
    cache: Option<PathBuf>,
}

impl Workspace {
    /// The workspace of a run in the process's current folder. `named` are the paths of the command line and the
    /// configuration: the first that is no `-` decides repository and bound; `root` is `--root`.
    pub fn of_process(named: &[&str], root: Option<&str>) -> Result<Self, SourceError> {
        let current = std::env::current_dir().map_err(|error| SourceError::Unreadable {
            path: ".".to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Self::new(&current, named, root))
    }

    /// The workspace of a run in the folder `current`.
    pub fn new(current: &Path, named: &[&str], root: Option<&str>) -> Self {
        let current = normal(current);
        let absolute = |path: &str| normal(&current.join(path));
        let named: Vec<PathBuf> = named
            .iter()
            .filter(|path| **path != STDIN)
            .map(|path| absolute(path))
            .collect();
        let first = named.first().map_or(current.as_path(), PathBuf::as_path);
        let repository = repository_of(first);
        let root = root
            .map(absolute)
            .or_else(|| repository.clone())
            .unwrap_or_else(|| {
                if first.starts_with(&current) {
                    current.clone()
                } else if first.is_dir() {
                    first.to_owned()
                } else {
                    first.parent().unwrap_or(first).to_owned()
                }
            });
        Self {
            repository,
            root,
            named: named.into_iter().collect(),
            allowed: Vec::new(),
            cache: None,
            current,
        }
    }

    /// With folders and files that may be read although they lie outside the root (`--allow-path`).
    #[must_use]
    pub fn allowing(mut self, paths: &[String]) -> Self {
        self.allowed = paths.iter().map(|path| self.absolute(path)).collect();
        self
    }

    /// With the compiler's module cache in a home folder.
    #[must_use]
    pub fn at_home(mut self, home: Option<PathBuf>) -> Self {
        self.cache = home.map(|home| normal(&self.current.join(home)).join(".bicep"));
        self
    }

    /// The compiler's module cache.
    pub fn cache(&self) -> Option<&Path> {
        self.cache.as_deref()
    }

    /// Whether a path lies in the compiler's module cache.
    pub fn is_cached(&self, path: &Path) -> bool {
        self.cache
            .as_ref()
            .is_some_and(|cache| path.starts_with(cache))
    }

    /// A path of the command line, absolute. `-` stays as it is.
    pub fn absolute(&self, path: &str) -> PathBuf {
        if path == STDIN {
            PathBuf::from(STDIN)
        } else {
            normal(&self.current.join(path))
        }
    }

    /// The current folder.
    pub fn current(&self) -> &Path {
        &self.current
    }

    /// The root of the repository, where there is one.
    pub fn repository(&self) -> Option<&Path> {
        self.repository.as_deref()
    }

    /// The bound of what is read.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Allows a file wherever it lies: the user named it.
    pub fn allow(&mut self, path: PathBuf) {
        self.named.insert(path);
    }

    /// A path as shown to the user.
    pub fn display(&self, path: &Path) -> String {
        if path == Path::new(STDIN) {
            return "<stdin>".to_owned();
        }
        let base = match &self.repository {
            Some(repository) if path.starts_with(repository) => repository,
            _ => &self.current,
        };
        relative(path, base)
    }

    /// Whether a path may be read, by its name alone.
    pub(super) fn admits(&self, path: &Path) -> bool {
        path == Path::new(STDIN)
            || path.starts_with(&self.root)
            || self.named.contains(path)
            || self.is_cached(path)
            || self.allowed.iter().any(|allowed| path.starts_with(allowed))
    }

    /// Whether the file itself, links followed, may be read.
    pub(super) fn admits_target(&self, path: &Path, links: &Links) -> bool {
        if path == Path::new(STDIN) || self.named.contains(path) || self.is_cached(path) {
            return true;
        }
        if let (Some(target), Some(root)) = (links.real(path), links.real(&self.root))
            && target.starts_with(root)
        {
            return true;
        }
        // What cannot be resolved cannot be read either; reading says why.
        let Ok(target) = path.canonicalize() else {
            return true;
        };
        let holds = |bound: &PathBuf| match bound.canonicalize() {
            Ok(bound) => target.starts_with(bound),
            Err(_) => false,
        };
        holds(&self.root) || self.allowed.iter().any(holds)
    }

    /// The error for a path that may not be read.
    pub(super) fn outside(&self, path: &Path) -> SourceError {
        SourceError::OutsideRoot {
            path: self.display(path),
            root: self.root.display().to_string(),
            suggestion: common(path, &self.root).display().to_string(),
        }
    }
}

/// Where paths lead that links were followed in: each folder on the way is looked at once in a run.
#[derive(Debug, Default)]
pub(super) struct Links(Mutex<BTreeMap<OsString, Option<PathBuf>>>);

impl Links {
    /// The path without links; none where nothing is there. Letters keep the case in which they are named.
    fn real(&self, path: &Path) -> Option<PathBuf> {
        if let Some(known) = self.known().get(path.as_os_str()) {
            return known.clone();
        }
        let real = match (path.symlink_metadata(), path.parent(), path.file_name()) {
            (Ok(data), Some(parent), Some(name)) if !data.is_symlink() => {
                self.real(parent).map(|parent| parent.join(name))
            }
            _ => path.canonicalize().ok(),
        };
        self.known()
            .insert(path.as_os_str().to_owned(), real.clone());
        real
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<OsString, Option<PathBuf>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The root of the repository that holds a file or folder: the nearest folder with a `.git`, which is a file in
/// linked worktrees and submodules.
fn repository_of(path: &Path) -> Option<PathBuf> {
    path.ancestors()
        .find(|folder| folder.join(".git").exists())
        .map(Path::to_owned)
}
