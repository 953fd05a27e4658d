//! Standard output and error: colours, width, and the words of the tool's own failures.

use std::io::{ErrorKind, IsTerminal, Write};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use thiserror::Error;

use crate::report::Style;
use crate::source::process;

use super::args::Color;

/// Columns where there is no terminal to ask.
const WIDTH: usize = 120;

/// The style of standard output.
pub(super) fn stdout_style(color: Color) -> Style {
    let stdout = std::io::stdout();
    Style {
        color: colored(color, stdout.is_terminal()),
        width: if stdout.is_terminal() { width() } else { WIDTH },
    }
}

fn width() -> usize {
    terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0).max(40))
}

/// The user's word, else `NO_COLOR`, `CLICOLOR_FORCE`, and whether there is a terminal that shows colours.
fn colored(color: Color, terminal: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if process::environment_says("NO_COLOR") => false,
        Color::Auto if process::environment_forces("CLICOLOR_FORCE") => true,
        Color::Auto => terminal && !process::environment_is("TERM", "dumb"),
    }
}

/// User error: standard output takes no more.
#[derive(Debug, Error, Diagnostic)]
#[error("standard output cannot be written: {0}")]
#[diagnostic(code(armplan::output))]
struct Unprintable(std::io::Error);

/// Writes results; false if that failed. A reader that closed the pipe has seen enough: that is no failure.
pub(super) fn print(bytes: &[u8], color: Color) -> bool {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            complain(&Unprintable(error), color);
            false
        }
        _ => true,
    }
}

/// Tells what the tool could not do.
pub(super) fn complain(failure: &dyn Diagnostic, color: Color) {
    let stderr = std::io::stderr();
    let theme = if colored(color, stderr.is_terminal()) {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(width());
    let mut text = String::new();
    if handler.render_report(&mut text, failure).is_err() {
        text = failure.to_string();
    }
    let _ = stderr.lock().write_all(text.as_bytes());
}
