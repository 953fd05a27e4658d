//! Outcomes to bytes: the only place, with `cli`, that knows output formats.

mod alert;
mod azure_pipelines;
mod concise;
mod diagnostic;
mod excerpt;
mod expand;
mod explain;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod markdown;
mod page;
mod rules;
mod sarif;
mod scope;
mod steps;
mod summary;
mod text;
mod way;
mod whatif;
mod why;

pub use azure_pipelines::azure_pipelines;
pub use concise::concise;
pub use expand::{is_diagnostic, snapshot, write_snapshot};
pub use explain::explain;
pub use github::github;
pub use gitlab::gitlab;
pub use html::html;
pub use json::{json, pretty};
pub use junit::junit;
pub use markdown::{job_summary, markdown};
pub use rules::{rules_json, rules_text};
pub use sarif::sarif;
pub use text::text;
pub use whatif::whatif;
pub use why::why;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::engine::Undecided;
use crate::eval::Reason;
use crate::finding::Level;

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// With ANSI colours.
    pub color: bool,
    /// Columns of the page.
    pub width: usize,
}

impl Style {
    /// For files and pipes.
    pub const PLAIN: Self = Self {
        color: false,
        width: 120,
    };
}

/// What of an outcome is shown, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View<'a> {
    /// How it looks.
    pub style: Style,
    /// Findings only.
    pub quiet: bool,
    /// Resources without changes too.
    pub show_unchanged: bool,
    /// The level from which on findings fail the run.
    pub failing: Option<Level>,
    /// Whether it fails the run that something was not decided.
    pub strict: bool,
    /// What links to lines begin with; none: they are relative to the root of the repository.
    pub link_base: Option<&'a str>,
}

/// What a path in a URL keeps: the unreserved characters, and the separator.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// A path as part of a URL.
fn encoded_path(path: &str) -> String {
    utf8_percent_encode(path, KEPT).to_string()
}

/// Why something was not decided, and how it could be.
fn why_undecided(undecided: &Undecided) -> String {
    let why = reason(&undecided.what.reason);
    match &undecided.way {
        Some(way) => format!("{why}: {way}"),
        None => why,
    }
}

/// Why something is unknown, in words.
fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Parameter(name) => format!("parameter `{name}` has no value"),
        Reason::Runtime(name) => format!("only Azure can answer {name}()"),
        Reason::Scope(name) => format!("{name} was not given"),
        Reason::Clock(name) => format!("{name}() differs with every deployment"),
        Reason::Secret => "it is a secret".to_owned(),
        Reason::ExternalInput(name) => format!("external input `{name}` has no value"),
        Reason::Module(name) => format!("`{name}` was not read"),
        Reason::Failed => "its evaluation failed".to_owned(),
        Reason::Count => "the number of copies is unknown".to_owned(),
        Reason::Limit => "a bound was reached".to_owned(),
    }
}

/// Text from a template, without control characters: what is printed must not steer the terminal.
fn escape(text: &str) -> String {
    if text.chars().all(|c| !c.is_control() || c == '\n') {
        return text.to_owned();
    }
    text.chars()
        .map(|c| {
            if c.is_control() && c != '\n' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
