//! The texts of one run: what was read, under which path and revision, and byte offsets turned into lines and columns.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard};

use super::{FileId, Span};

/// One text that was read.
#[derive(Debug)]
pub struct SourceFile {
    /// Path as shown to the user: `/` separators, relative to the repository where it is inside one.
    pub path: String,
    /// The git revision it was read at; none for the working tree, stdin and live snapshots.
    pub revision: Option<String>,
    /// Decoded text without a byte order mark.
    pub text: Arc<str>,
    line_starts: OnceLock<Vec<u32>>,
    /// Every byte is a character, so that columns need no counting: a file can be one line.
    is_ascii: OnceLock<bool>,
}

impl SourceFile {
    /// Byte offsets at which the lines begin (`\n`, `\r\n` and a lone `\r` end a line).
    pub fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let mut starts = vec![0];
            for (at, byte) in bytes.iter().enumerate() {
                let ends = match byte {
                    b'\n' => true,
                    b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                    _ => false,
                };
                if ends {
                    starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
                }
            }
            starts
        })
    }

    /// 1-based line and UTF-16 column of a byte offset; offsets past the end count as the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = offset.min(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0) as usize;
        let before = self.text.get(start..offset as usize).unwrap_or("");
        let column = if *self.is_ascii.get_or_init(|| self.text.is_ascii()) {
            before.len() + 1
        } else {
            before.encode_utf16().count() + 1
        };
        Position { line, column }
    }
}

/// A place for people: 1-based, columns in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in UTF-16 units.
    pub column: usize,
}

/// A span with path and lines: what reports print.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Path as shown to the user.
    pub path: String,
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// Git revision, where the file was read at one.
    pub revision: Option<String>,
}

/// All texts of one run. Append-only, and usable through a shared reference by several threads,
/// so that evaluation may read a linked template when it meets one.
#[derive(Debug, Default)]
pub struct Files {
    files: RwLock<Vec<Arc<SourceFile>>>,
    secrets: Mutex<BTreeSet<Span>>,
}

impl Files {
    /// Adds a text. The caller has decoded it and taken a byte order mark off.
    pub fn add(
        &self,
        path: impl Into<String>,
        revision: Option<String>,
        text: impl Into<Arc<str>>,
    ) -> FileId {
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        let id = FileId(u32::try_from(files.len()).unwrap_or(u32::MAX));
        files.push(Arc::new(SourceFile {
            path: path.into(),
            revision,
            text: text.into(),
            line_starts: OnceLock::new(),
            is_ascii: OnceLock::new(),
        }));
        id
    }

    /// The file of an id.
    ///
    /// # Panics
    /// With an id of another `Files`: a mistake of ours.
    pub fn get(&self, id: FileId) -> Arc<SourceFile> {
        Arc::clone(&self.read()[id.0 as usize])
    }

    /// Marks text that must not be shown: the value given to a secure parameter.
    pub fn hide(&self, secret: Span) {
        self.secrets().insert(secret);
    }

    /// The marked parts of a file, in order.
    pub fn hidden(&self, id: FileId) -> Vec<Span> {
        self.secrets()
            .iter()
            .filter(|span| span.file == id)
            .copied()
            .collect()
    }

    /// The paths under which texts were read, at whatever revision.
    pub fn paths(&self) -> BTreeSet<String> {
        self.read().iter().map(|file| file.path.clone()).collect()
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// Whether nothing was read yet.
    pub fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    /// The text under a span; empty if it is out of bounds.
    pub fn slice(&self, span: Span) -> String {
        let file = self.get(span.file);
        file.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
            .to_owned()
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Arc<SourceFile>>> {
        self.files.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn secrets(&self) -> MutexGuard<'_, BTreeSet<Span>> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Path, lines and columns of a span.
    pub fn location(&self, span: Span) -> Location {
        let file = self.get(span.file);
        Location {
            path: file.path.clone(),
            start: file.position(span.start),
            end: file.position(span.end.max(span.start)),
            revision: file.revision.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_utf16_units() {
        let files = Files::default();
        let id = files.add("a.json", None, "x\r\n\t😀é!\n");
        let file = files.get(id);
        assert_eq!(file.position(0), Position { line: 1, column: 1 });
        assert_eq!(file.position(3), Position { line: 2, column: 1 });
        assert_eq!(file.position(8), Position { line: 2, column: 4 });
        assert_eq!(file.position(10), Position { line: 2, column: 5 });
        assert_eq!(file.position(999), Position { line: 3, column: 1 });
    }
}
