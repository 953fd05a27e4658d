//! Outcomes to bytes: the only place, with `cli`, that knows output formats.

mod diagnostic;
mod excerpt;
mod expand;
mod explain;
mod json;
mod rules;
mod scope;
mod text;
mod whatif;
mod why;

pub use expand::{is_diagnostic, snapshot, write_snapshot};
pub use explain::explain;
pub use json::{json, pretty};
pub use rules::{rules_json, rules_text};
pub use text::text;
pub use why::why;

use crate::eval::Reason;

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

/// What of an outcome is shown as text, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// How it looks.
    pub style: Style,
    /// Findings only.
    pub quiet: bool,
    /// Resources without changes too.
    pub show_unchanged: bool,
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
