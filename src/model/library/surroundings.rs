//! What a Bicep file reaches, looked up as the compiler does: beside the file, in the `[modules]` table, in the module cache.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::reference::{self, Artifact, Reference, Refusal};
use super::{Library, Shelf};
use crate::finding::Level;
use crate::ir::{EnvironmentVariable, LoadedFile, Reached, Surroundings, Unreached};
use crate::source::{SourceError, beside};
use crate::text::FileId;

impl Surroundings for Library<'_> {
    fn reach(&self, from: FileId, reference: &str) -> Reached {
        self.shelf().reached(from, reference, || {
            match self.shelf().locate(from, reference) {
                Ok(place) => self.shelf().at(from, &place),
                Err(unreached) => Reached::Absent(unreached),
            }
        })
    }

    fn bytes(&self, from: FileId, path: &str) -> Result<LoadedFile, Unreached> {
        let base = self.shelf().base(from)?;
        let loaded = self.shelf().loaded(beside(&base, path));
        loaded.map_err(|error| absent(&error))
    }

    fn folder(&self, from: FileId, path: &str) -> Result<Vec<String>, Unreached> {
        let base = self.shelf().base(from)?;
        let folder = beside(&base, path);
        self.source().names(&folder).map_err(|error| absent(&error))
    }

    fn variable(&self, name: &str) -> EnvironmentVariable {
        match self.shelf().places.environment.get(name) {
            Some(Some(value)) => EnvironmentVariable::Set(Arc::clone(value)),
            Some(None) => EnvironmentVariable::Unset,
            None => EnvironmentVariable::NotAllowed,
        }
    }
}

/// Where a reference leads to.
pub(super) enum Place {
    /// A file of the tree.
    Local(PathBuf),
    /// A file that the `[modules]` table names for an artifact.
    Table(PathBuf, Artifact),
    /// The place of an artifact in the module cache.
    Cache(PathBuf, Artifact),
}

impl Place {
    /// The file.
    pub(super) fn into_path(self) -> PathBuf {
        match self {
            Self::Local(path) | Self::Table(path, _) | Self::Cache(path, _) => path,
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Local(path) | Self::Table(path, _) | Self::Cache(path, _) => path,
        }
    }
}

impl Shelf<'_> {
    fn base(&self, from: FileId) -> Result<PathBuf, Unreached> {
        self.path_of(from).ok_or_else(|| Unreached {
            reason: "the file that it is relative to has no place".to_owned(),
            help: None,
            level: Level::Warning,
        })
    }

    /// Where a reference leads to, whether something is there or not.
    pub(super) fn locate(&self, from: FileId, reference: &str) -> Result<Place, Unreached> {
        let base = self.base(from)?;
        let aliases = self.aliases(base.parent().unwrap_or(Path::new("/")));
        match reference::parse(reference, &aliases).map_err(refused)? {
            Reference::Local(path) => Ok(Place::Local(beside(&base, &path))),
            Reference::Artifact(artifact) => {
                let table = reference::in_table(&artifact, &self.places.modules, &aliases);
                let cache = aliases.cache.as_ref().or(self.places.cache.as_ref());
                match (table, cache) {
                    (Some(path), _) => Ok(Place::Table(
                        crate::source::normal(Path::new(&path)),
                        artifact,
                    )),
                    (None, Some(cache)) => Ok(Place::Cache(cache.join(&artifact.cached), artifact)),
                    (None, None) => Err(Unreached {
                        reason: format!(
                            "'{reference}' was not looked for: there is no home folder with the module cache of Bicep"
                        ),
                        help: Some(
                            "set HOME, or say in [modules] of armplan.toml where the module lies"
                                .to_owned(),
                        ),
                        level: Level::Warning,
                    }),
                }
            }
        }
    }

    fn at(&self, from: FileId, place: &Place) -> Reached {
        let path = place.path();
        let read = if is_compiled(path) {
            self.compiled(path).map(Reached::Arm)
        } else {
            self.tree(path).map(Reached::Bicep)
        };
        read.unwrap_or_else(|error| Reached::Absent(self.explained(from, place, &error)))
    }

    /// Why nothing is there, in the words of whoever has to mend it.
    pub(super) fn explained(&self, from: FileId, place: &Place, error: &SourceError) -> Unreached {
        match (place, error) {
            (Place::Cache(_, artifact), SourceError::NotFound { .. }) => Unreached {
                reason: format!(
                    "'{}:{}' is not in the module cache of Bicep",
                    artifact.name, artifact.version
                ),
                help: Some(format!(
                    "`bicep restore {}` brings it; or say in [modules] of armplan.toml where it lies",
                    self.files.get(from).path
                )),
                level: Level::Warning,
            },
            (Place::Table(_, artifact), error) => Unreached {
                reason: format!(
                    "'{}:{}' does not lie where [modules] of armplan.toml says: {error}",
                    artifact.name, artifact.version
                ),
                level: Level::Error,
                ..absent(error)
            },
            _ => absent(error),
        }
    }
}

/// Whether a path leads to a template in JSON. One with any other ending is taken for Bicep, by the compiler too.
pub(super) fn is_compiled(path: &Path) -> bool {
    path.extension().is_some_and(|ending| {
        ["json", "jsonc", "arm"]
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

/// A file that cannot be read. One that is not there is refused by the compiler too; the others are there perhaps.
fn absent(error: &SourceError) -> Unreached {
    Unreached {
        reason: error.to_string(),
        help: match error {
            SourceError::NotFound { .. } => None,
            other => other.way_out(),
        },
        level: match error {
            SourceError::NotFound { .. } | SourceError::IsFolder { .. } => Level::Error,
            _ => Level::Warning,
        },
    }
}

fn refused(refusal: Refusal) -> Unreached {
    Unreached {
        reason: refusal.message,
        help: None,
        level: Level::Error,
    }
}
