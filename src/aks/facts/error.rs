//! What is wrong with a table: file, row, key and a sentence.

use std::fmt;

/// One wrong thing in one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError {
    /// File name.
    pub file: String,
    /// Id of the row, with the case where there is one (`P04/old-api`); empty for the file.
    pub row: String,
    /// Key; empty for the row.
    pub key: String,
    /// What is wrong.
    pub message: String,
}

impl TableError {
    pub(super) fn of_row(file: &str, row: String, key: &str, message: String) -> Self {
        Self {
            file: file.to_owned(),
            row,
            key: key.to_owned(),
            message,
        }
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        for part in [&self.row, &self.key] {
            if !part.is_empty() {
                write!(f, ": {part}")?;
            }
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for TableError {}
