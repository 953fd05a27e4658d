//! Bytes and places: which file a piece of text stands in and where. Knows nothing about templates.

mod decode;
mod files;
mod markdown;
mod offsets;
mod spread;

pub use decode::{Decoded, decode};
pub use files::{Files, Location, Position, SourceFile};
pub use markdown::{code_fence, code_span};
pub use offsets::OffsetMap;
pub use spread::{spread, spread_any_case};

/// A file that was read, by its number in [`Files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A half-open range of bytes in the (decoded, BOM-free) text of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `file`.
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }

    /// The empty place at the start of a file, for findings about the whole file.
    pub const fn whole(file: FileId) -> Self {
        Self::new(file, 0, 0)
    }

    /// The smallest span that covers both; `self` where they are in different files.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self::new(
            self.file,
            self.start.min(other.start),
            self.end.max(other.end),
        )
    }

    /// Whether `other` lies inside.
    pub fn contains(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}
