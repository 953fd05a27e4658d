//! Bytes to files: written beside their place first and moved there when all is written, so that there is never half a file.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Result, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Names for what is beside a file, in case one is taken.
const MOST_NAMES: u32 = 100;

/// A file that is written, but not yet in its place. Dropped, it is as if nothing had been written.
#[derive(Debug)]
pub struct Staged {
    /// Where the bytes are; none where they went straight to a device or a pipe.
    temporary: Option<PathBuf>,
    target: PathBuf,
}

/// Writes the bytes beside a path. A device or a pipe has no beside and gets them at once.
pub fn stage(path: &Path, bytes: &[u8]) -> Result<Staged> {
    // A link stays, what it leads to is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let present = target.metadata().ok();
    // `/dev/stdout` may lead to a file, which must not be another one afterwards.
    let is_special = path.starts_with("/dev") || path.starts_with("/proc");
    let is_file = present.as_ref().is_none_or(std::fs::Metadata::is_file);
    if is_special || !is_file {
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.write_all(bytes)?;
        file.flush()?;
        return Ok(Staged {
            temporary: None,
            target,
        });
    }
    let permissions = present.map(|present| present.permissions());
    if permissions
        .as_ref()
        .is_some_and(std::fs::Permissions::readonly)
    {
        return Err(Error::from(ErrorKind::PermissionDenied));
    }
    let (temporary, mut file) = beside(&target)?;
    // From here on the file goes away again on failure.
    let staged = Staged {
        temporary: Some(temporary.clone()),
        target,
    };
    file.write_all(bytes)?;
    // Only now some file systems notice that they are full.
    file.sync_all()?;
    drop(file);
    if let Some(permissions) = permissions {
        std::fs::set_permissions(&temporary, permissions)?;
    }
    Ok(staged)
}

impl Staged {
    /// Makes it a program, where the system tells programs from other files.
    pub fn make_executable(&self) -> Result<()> {
        #[cfg(unix)]
        if let Some(temporary) = &self.temporary {
            use std::os::unix::fs::PermissionsExt;
            let mut permissions = std::fs::metadata(temporary)?.permissions();
            // Whoever may read it may run it.
            let mode = permissions.mode();
            permissions.set_mode(mode | ((mode & 0o444) >> 2));
            std::fs::set_permissions(temporary, permissions)?;
        }
        Ok(())
    }

    /// Moves the file to its place.
    pub fn commit(mut self) -> Result<()> {
        if let Some(temporary) = &self.temporary {
            std::fs::rename(temporary, &self.target)?;
            self.temporary = None;
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // What cannot be removed is hidden and empty of meaning.
            let _ = std::fs::remove_file(temporary);
        }
    }
}

/// Whether a file of this name is one that a run left which was cut off.
pub(super) fn is_temporary(name: &str) -> bool {
    let inner = name.strip_prefix(".armplan-");
    inner.is_some_and(|inner| inner.strip_suffix(".tmp").is_some())
}

/// A new file in the same folder, hidden.
fn beside(target: &Path) -> Result<(PathBuf, File)> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let process = std::process::id();
    for _ in 0..MOST_NAMES {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = OsString::from(format!(".armplan-{process}-{number}.tmp"));
        let path = target.with_file_name(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            opened => return Ok((path, opened?)),
        }
    }
    Err(Error::from(ErrorKind::AlreadyExists))
}
