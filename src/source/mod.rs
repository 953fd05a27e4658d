//! Where bytes come from: the working tree, a git revision, standard input, memory. The only module that touches
//! files, processes and the environment. Paths are absolute and free of `.` and `..`; what is shown is a display path.
#![allow(
    clippy::disallowed_methods,
    reason = "the one module that reads files and the environment and starts git"
)]

mod classify;
mod discover;
mod disk;
mod error;
mod folder;
mod git;
mod memory;
pub mod output;
mod paths;
pub mod process;
mod side_by_side;
mod workspace;

pub use classify::{FileKind, classify, is_compiled};
pub use disk::Disk;
pub use error::SourceError;
pub use folder::{FolderError, NewFile, write_folder};
pub use git::Git;
pub use memory::Memory;
pub use paths::{beside, normal};
pub use side_by_side::side_by_side;
pub use workspace::{STDIN, Workspace};

use std::path::{Path, PathBuf};

use crate::text::{FileId, Files};

/// One file as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes {
    /// Path as shown to the user.
    pub path: String,
    /// The git revision it was read at.
    pub revision: Option<String>,
    /// Its contents.
    pub bytes: Vec<u8>,
}

/// One text that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Path as shown to the user.
    pub path: String,
    /// The git revision it was read at.
    pub revision: Option<String>,
    /// Decoded, without a byte order mark.
    pub text: String,
}

/// A tree of files: the working tree, or the tree of a revision. Whoever loads a template with its parameter files and
/// linked templates asks only this, so that it works the same in both. Several threads may ask at once.
pub trait Source: Send + Sync {
    /// One file as it is.
    fn bytes(&self, path: &Path) -> Result<Bytes, SourceError>;

    /// The text of one file.
    fn read(&self, path: &Path) -> Result<Text, SourceError> {
        let file = self.bytes(path)?;
        Ok(Text {
            text: text_of(&file.path, file.bytes)?,
            path: file.path,
            revision: file.revision,
        })
    }

    /// The first bytes of a file, at most so many, as text: what tells what it is.
    fn top(&self, path: &Path, most: usize) -> Result<String, SourceError> {
        let mut bytes = self.bytes(path)?.bytes;
        bytes.truncate(most);
        Ok(crate::text::decode(bytes).text)
    }

    /// The names of the files that stand in a folder itself, sorted: hidden and ignored ones too.
    fn names(&self, folder: &Path) -> Result<Vec<String>, SourceError>;

    /// All files under a folder that git does not ignore, sorted, hidden ones left out.
    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, SourceError>;

    /// Whether a file is there.
    fn is_file(&self, path: &Path) -> bool {
        self.bytes(path).is_ok()
    }

    /// Whether a folder is there.
    fn is_folder(&self, path: &Path) -> bool {
        self.list(path).is_ok_and(|files| !files.is_empty())
    }

    /// The files in the folder of a file, itself included, sorted.
    fn beside(&self, file: &Path) -> Vec<PathBuf> {
        let Some(folder) = file.parent() else {
            return Vec::new();
        };
        let names = self.names(folder).unwrap_or_default();
        names.iter().map(|name| folder.join(name)).collect()
    }
}

impl<S: Source + ?Sized> Source for &S {
    fn bytes(&self, path: &Path) -> Result<Bytes, SourceError> {
        (**self).bytes(path)
    }

    fn read(&self, path: &Path) -> Result<Text, SourceError> {
        (**self).read(path)
    }

    fn top(&self, path: &Path, most: usize) -> Result<String, SourceError> {
        (**self).top(path, most)
    }

    fn names(&self, folder: &Path) -> Result<Vec<String>, SourceError> {
        (**self).names(folder)
    }

    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
        (**self).list(folder)
    }

    fn is_file(&self, path: &Path) -> bool {
        (**self).is_file(path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        (**self).is_folder(path)
    }
}

/// Reads a file and adds it to the texts of the run.
pub fn load(source: &dyn Source, files: &Files, path: &Path) -> Result<FileId, SourceError> {
    let text = source.read(path)?;
    Ok(files.add(text.path, text.revision, text.text))
}

/// The nearest file of this name in a folder or above it, up to the root of its repository.
pub fn nearest(name: &str, folder: &Path) -> Option<PathBuf> {
    for folder in folder.ancestors() {
        let candidate = folder.join(name);
        if candidate.is_file() {
            return Some(candidate);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

/// Bytes as text, or an error that names the place.
fn text_of(path: &str, bytes: Vec<u8>) -> Result<String, SourceError> {
    let decoded = crate::text::decode(bytes);
    let Some(offset) = decoded.first_invalid else {
        return Ok(decoded.text);
    };
    let before = decoded.text.get(..offset).unwrap_or("");
    Err(SourceError::NotText {
        path: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before
            .rsplit('\n')
            .next()
            .unwrap_or("")
            .encode_utf16()
            .count()
            + 1,
    })
}

#[cfg(test)]
mod tests;
