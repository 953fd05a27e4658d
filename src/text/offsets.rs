//! Offsets in a decoded string literal turned into offsets in the file, through its escapes.

use super::{FileId, Span};

/// Where the characters of a decoded text stand in the file.
#[derive(Clone, Debug)]
pub struct OffsetMap {
    file: FileId,
    /// (decoded offset, file offset), ascending: from there on both run in step.
    steps: Vec<(u32, u32)>,
}

impl OffsetMap {
    /// A text that stands in the file as it is, beginning at `start`.
    pub fn linear(file: FileId, start: u32) -> Self {
        Self {
            file,
            steps: vec![(0, start)],
        }
    }

    /// From here on, decoded offset `decoded` is file offset `source`. To be called with ascending offsets.
    pub fn resume(&mut self, decoded: u32, source: u32) {
        self.steps.push((decoded, source));
    }

    /// The file.
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The place in the file of an offset in the decoded text.
    pub fn offset(&self, decoded: usize) -> u32 {
        let decoded = u32::try_from(decoded).unwrap_or(u32::MAX);
        let after = self.steps.partition_point(|step| step.0 <= decoded);
        match self.steps.get(after.saturating_sub(1)) {
            Some((from, source)) => source.saturating_add(decoded.saturating_sub(*from)),
            None => decoded,
        }
    }

    /// The place in the file of a range in the decoded text. The end of a range is the end of its last character,
    /// so that an escape is covered as a whole and what follows is not.
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span::new(
            self.file,
            self.offset(start),
            self.offset(end).max(self.offset(start)),
        )
    }
}
