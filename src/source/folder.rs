//! Files to a folder of their own: what somebody else wrote is never touched, there is never half a file, and as long as
//! not everything could be written, nothing is.

use std::fs;
use std::io;
use std::path::Path;

use miette::Diagnostic;
use thiserror::Error;

use super::output::{self, Staged};

/// The file that says that a folder is ours; its first line is the mark.
const MARKER: &str = ".armplan";
const MARK: &str = "armplan: steps of a plan";

/// One file to write.
#[derive(Clone, Copy, Debug)]
pub struct NewFile<'a> {
    /// Its name in the folder.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Whether it is a program.
    pub executable: bool,
}

/// A folder that is not written.
#[derive(Debug, Error, Diagnostic)]
pub enum FolderError {
    /// User error: something else stands under the path.
    #[error("{path} is no folder")]
    #[diagnostic(
        code(armplan::emit::no_folder),
        help("name a folder that is new or empty")
    )]
    NoFolder {
        /// As given.
        path: String,
    },

    /// User error: a folder with other things in it.
    #[error("{path} is not empty, and armplan has not written what is in it")]
    #[diagnostic(
        code(armplan::emit::not_ours),
        help("name a folder that is new or empty")
    )]
    NotOurs {
        /// As given.
        path: String,
    },

    /// User error: the folder has another plan in it, or a file that was edited.
    #[error("{path} is there with another text, and armplan overwrites nothing")]
    #[diagnostic(
        code(armplan::emit::changed),
        help(
            "it stems from another plan, or was edited: name another folder, or remove {folder} if it is of no use any more"
        )
    )]
    Changed {
        /// The file.
        path: String,
        /// The folder, as given.
        folder: String,
    },

    /// User error: the operating system refuses.
    #[error("{path} cannot be written: {reason}")]
    #[diagnostic(code(armplan::emit::unwritable))]
    Unwritable {
        /// The file or folder.
        path: String,
        /// The system's words.
        reason: String,
    },
}

/// Writes files into a folder, which is made where it is missing. A folder without the mark must be empty; in one with
/// it, a file may be missing or be the same already, and nothing is written if one is not.
pub fn write_folder(folder: &Path, files: &[NewFile<'_>]) -> Result<(), FolderError> {
    let shown = |name: &str| shown(folder, name);
    let unwritable = |name: &str, error: &io::Error| FolderError::Unwritable {
        path: shown(name),
        reason: error.to_string(),
    };
    is_free(folder)?;
    let marker = format!("{MARK}\n");
    let marker = NewFile {
        name: MARKER,
        text: &marker,
        executable: false,
    };
    let mut missing = Vec::new();
    for file in std::iter::once(&marker).chain(files) {
        match same(&folder.join(file.name), file.text) {
            Ok(true) => {}
            Ok(false) => {
                return Err(FolderError::Changed {
                    path: shown(file.name),
                    folder: shown(""),
                });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => missing.push(file),
            Err(error) => return Err(unwritable(file.name, &error)),
        }
    }
    let was_there = folder.is_dir();
    fs::create_dir_all(folder).map_err(|error| unwritable("", &error))?;
    let written = write(folder, &missing);
    if written.is_err() && !was_there {
        // Only an empty one goes.
        let _ = fs::remove_dir(folder);
    }
    written.map_err(|(name, error)| unwritable(name, &error))
}

/// Whether a folder is missing, empty, or ours.
fn is_free(folder: &Path) -> Result<(), FolderError> {
    let path = shown(folder, "");
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(FolderError::NoFolder { path });
        }
        Err(error) => {
            let reason = error.to_string();
            return Err(FolderError::Unwritable { path, reason });
        }
    };
    // What a run left that was cut off does not count.
    let is_empty = entries
        .filter_map(Result::ok)
        .all(|entry| output::is_temporary(&entry.file_name().to_string_lossy()));
    if is_empty || is_ours(folder) {
        Ok(())
    } else {
        Err(FolderError::NotOurs { path })
    }
}

/// Whether armplan has written a folder.
pub(super) fn is_ours(folder: &Path) -> bool {
    let text = fs::read(folder.join(MARKER)).unwrap_or_default();
    text.split(|byte| *byte == b'\n').next() == Some(MARK.as_bytes())
}

/// Whether a file has this text. What is no file, or a link to one, is another.
fn same(path: &Path, text: &str) -> io::Result<bool> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Ok(false);
    }
    Ok(fs::read(path)? == text.as_bytes())
}

/// Writes all files beside their places, then moves them there.
fn write<'f>(folder: &Path, files: &[&NewFile<'f>]) -> Result<(), (&'f str, io::Error)> {
    let mut staged: Vec<(&'f str, Staged)> = Vec::new();
    for file in files {
        let at = |error| (file.name, error);
        let one = output::stage(&folder.join(file.name), file.text.as_bytes()).map_err(at)?;
        if file.executable {
            one.make_executable().map_err(at)?;
        }
        staged.push((file.name, one));
    }
    for (name, one) in staged {
        one.commit().map_err(|error| (name, error))?;
    }
    Ok(())
}

/// A file of a folder as it is shown.
fn shown(folder: &Path, name: &str) -> String {
    let folder = folder.display().to_string().replace('\\', "/");
    match name {
        "" => folder,
        name => format!("{}/{name}", folder.trim_end_matches('/')),
    }
}
