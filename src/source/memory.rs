//! Files that exist only in memory: for tests, and for texts that an editor holds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Bytes, Source, SourceError};

/// Paths and texts.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, Vec<u8>>,
    /// The revision that they are said to be of.
    pub revision: Option<String>,
}

impl Memory {
    /// With another file.
    #[must_use]
    pub fn with(mut self, path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        self.files.insert(path.into(), text.into().into_bytes());
        self
    }

    /// With a file that is no text.
    #[must_use]
    pub fn with_bytes(mut self, path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.into(), bytes.into());
        self
    }
}

impl Source for Memory {
    fn bytes(&self, path: &Path) -> Result<Bytes, SourceError> {
        let shown = path.display().to_string();
        match self.files.get(path) {
            Some(bytes) => Ok(Bytes {
                path: shown,
                revision: self.revision.clone(),
                bytes: bytes.clone(),
            }),
            None => Err(SourceError::NotFound {
                path: shown,
                at: self
                    .revision
                    .as_ref()
                    .map_or_else(String::new, |revision| format!(" at {revision}")),
            }),
        }
    }

    fn names(&self, folder: &Path) -> Result<Vec<String>, SourceError> {
        if !self.files.keys().any(|path| path.starts_with(folder)) {
            return Err(SourceError::NotFound {
                path: folder.display().to_string(),
                at: String::new(),
            });
        }
        let names = self
            .files
            .keys()
            .filter(|path| path.parent() == Some(folder))
            .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()));
        Ok(names.collect())
    }

    fn list(&self, folder: &Path) -> Result<Vec<PathBuf>, SourceError> {
        Ok(self
            .files
            .keys()
            .filter(|path| path.starts_with(folder))
            .cloned()
            .collect())
    }
}
