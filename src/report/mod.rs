//! Outcomes to bytes: the only place, with `cli`, that knows output formats.

mod diagnostic;
mod excerpt;
mod json;

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
