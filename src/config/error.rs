//! A configuration that cannot be used: what is wrong, where, and what may have been meant.

use std::ops::Range;

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

/// User error: `armplan.toml` has wrong syntax, an unknown key or a value that makes no sense.
#[derive(Debug, Error, Diagnostic)]
#[error("{message}")]
#[diagnostic(code(armplan::config))]
pub struct ConfigError {
    message: String,
    #[source_code]
    source_code: NamedSource<String>,
    #[label]
    place: SourceSpan,
    #[help]
    help: Option<String>,
}

impl ConfigError {
    pub(super) fn new(
        path: &str,
        text: &str,
        message: String,
        place: Range<usize>,
        help: Option<String>,
    ) -> Self {
        Self {
            message,
            source_code: NamedSource::new(path, text.to_owned()).with_language("TOML"),
            place: (place.start, place.end.saturating_sub(place.start)).into(),
            help,
        }
    }

    /// With the words of the TOML reader, and a suggestion where a key or word is unknown.
    pub(super) fn of_toml(path: &str, text: &str, error: &toml::de::Error) -> Self {
        let message = error.message().trim().to_owned();
        let help = suggestion(&message);
        Self::new(path, text, message, error.span().unwrap_or(0..0), help)
    }

    /// The byte range of the place.
    pub fn range(&self) -> Range<usize> {
        self.place.offset()..self.place.offset() + self.place.len()
    }
}

/// serde says "unknown field `x`, expected one of `a`, `b`" (or variant): which of those is meant?
fn suggestion(message: &str) -> Option<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = quoted.next()?;
    if !message.starts_with("unknown ") {
        return None;
    }
    quoted
        .map(|known| (distance(unknown, known), known))
        .filter(|(distance, known)| *distance <= known.len().div_ceil(3))
        .min()
        .map(|(_, known)| format!("did you mean `{known}`?"))
}

/// Levenshtein's distance, `_` and `-` being the same.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().map(plain).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, a) in one.chars().map(plain).enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        for (b, cell) in other.iter().zip(row.iter_mut().skip(1)) {
            let value = (diagonal + usize::from(a != *b))
                .min(*cell + 1)
                .min(left + 1);
            diagonal = std::mem::replace(cell, value);
            left = value;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

fn plain(character: char) -> char {
    if character == '_' {
        '-'
    } else {
        character.to_ascii_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        assert_eq!(distance("template", "template"), 0);
        assert_eq!(distance("tempalte", "template"), 2);
        assert_eq!(distance("resource_group", "resource-group"), 0);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
