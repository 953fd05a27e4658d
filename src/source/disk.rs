//! The working tree and standard input.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::workspace::Links;
use super::{Bytes, STDIN, Source, SourceError, Workspace, discover};

/// More than any template (4 MB) or export; keeps a wrong path from filling the memory.
const LARGEST: u64 = 256 * 1024 * 1024;

/// The working tree, bounded by the workspace.
#[derive(Debug)]
pub struct Disk<'w> {
    workspace: &'w Workspace,
    /// Read once: a pipe cannot be read twice.
    stdin: OnceLock<Vec<u8>>,
    links: Links,
}

impl<'w> Disk<'w> {
    /// The files of a workspace.
    pub fn new(workspace: &'w Workspace) -> Self {
        Self {
            workspace,
            stdin: OnceLock::new(),
            links: Links::default(),
        }
    }

    /// Like `new`, with these bytes as standard input.
    pub fn with_stdin(workspace: &'w Workspace, bytes: Vec<u8>) -> Self {
        Self {
            workspace,
            stdin: OnceLock::from(bytes),
            links: Links::default(),
        }
    }

    fn stdin(&self) -> Result<&[u8], SourceError> {
        if self.stdin.get().is_none() {
            // Whoever holds the lock reads; the others find what was read.
            let lock = std::io::stdin().lock();
            if self.stdin.get().is_none() {
                let mut bytes = Vec::new();
                lock.take(LARGEST)
                    .read_to_end(&mut bytes)
                    .map_err(|error| unreadable("<stdin>", &error))?;
                let _ = self.stdin.set(bytes);
            }
        }
        let bytes = self.stdin.get().map_or(&[][..], Vec::as_slice);
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(SourceError::EmptyStdin);
        }
        Ok(bytes)
    }

    fn file(&self, path: &Path, shown: &str, most: u64) -> Result<Vec<u8>, SourceError> {
        if !self.workspace.admits(path) {
            return Err(self.workspace.outside(path));
        }
        let data = match path.metadata() {
            Ok(data) => data,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(SourceError::NotFound {
                    path: shown.to_owned(),
                    at: String::new(),
                });
            }
            Err(error) => return Err(unreadable(shown, &error)),
        };
        if data.is_dir() {
            return Err(SourceError::IsFolder {
                path: shown.to_owned(),
            });
        }
        if data.len() > LARGEST {
            return Err(SourceError::TooLarge {
                path: shown.to_owned(),
                size: data.len(),
                limit: LARGEST,
            });
        }
        if !self.workspace.admits_target(path, &self.links) {
            return Err(self.workspace.outside(path));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(data.len().min(most)).unwrap_or(0));
        std::fs::File::open(path)
            .and_then(|file| file.take(most).read_to_end(&mut bytes))
            .map_err(|error| unreadable(shown, &error))?;
        Ok(bytes)
    }
}

impl Source for Disk<'_> {
    fn bytes(&self, path: &Path) -> Result<Bytes, SourceError> {
        let shown = self.workspace.display(path);
        let bytes = if path == Path::new(STDIN) {
            self.stdin()?.to_owned()
        } else {
            self.file(path, &shown, LARGEST)?
        };
        Ok(Bytes {
            path: shown,
            revision: None,
            bytes,
        })
    }

    fn top(&self, path: &Path, most: usize) -> Result<String, SourceError> {
        let shown = self.workspace.display(path);
        let bytes = if path == Path::new(STDIN) {
            self.stdin()?
                .get(..most)
                .map_or(self.stdin()?, |top| top)
                .to_owned()
        } else {
            self.file(path, &shown, u64::try_from(most).unwrap_or(LARGEST))?
        };
        Ok(crate::text::decode(bytes).text)
    }

    fn names(&self, folder: &Path) -> Result<Vec<String>, SourceError> {
        let shown = self.workspace.display(folder);
        if !self.workspace.admits(folder) || !self.workspace.admits_target(folder, &self.links) {
            return Err(self.workspace.outside(folder));
        }
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(SourceError::NotFound {
                    path: shown,
                    at: String::new(),
                });
            }
            Err(error) => return Err(unreadable(&shown, &error)),
        };
        let mut names: Vec<String> = entries
            .filter_map(Result::ok)
            .filter(|entry| entry.path().is_file())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        Ok(names)
    }

    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
        if !folder.is_dir() {
            return Err(SourceError::NotFound {
                path: self.workspace.display(folder),
                at: String::new(),
            });
        }
        Ok(discover::files(folder, self.workspace.repository()))
    }

    fn is_file(&self, path: &Path) -> bool {
        self.workspace.admits(path) && path.is_file()
    }

    fn is_folder(&self, path: &Path) -> bool {
        path.is_dir()
    }
}

fn unreadable(path: &str, error: &std::io::Error) -> SourceError {
    SourceError::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}
