//! `check` and `plan`: a request is run, its outcome printed in each wanted format, and told by the exit code.

use miette::Diagnostic;
use thiserror::Error;

use crate::engine::{self, Outcome, Request, Verdict};
use crate::finding::Level;
use crate::report::{self, Style, View};
use crate::source::process;

use super::args::{Color, FailOn, Format, Reporting};
use super::exit::Exit;
use super::terminal;

/// User error: a report cannot be written where it was asked for.
#[derive(Debug, Error, Diagnostic)]
#[error("{path} cannot be written: {reason}")]
#[diagnostic(code(armplan::output))]
struct Unwritable {
    path: String,
    reason: String,
}

/// What differs between the two commands.
pub(super) struct Options<'a> {
    /// How to report.
    pub(super) reporting: &'a Reporting,
    /// When to colour.
    pub(super) color: Color,
    /// Whether resources without changes are shown.
    pub(super) show_unchanged: bool,
    /// Whether changes have an exit code of their own.
    pub(super) detailed_exitcode: bool,
}

/// Runs the request and prints its outcome.
pub(super) fn run(request: &Request, options: &Options<'_>) -> Exit {
    let outcome = engine::run(request);
    let style = terminal::stdout_style(options.color);
    terminal::print(&rendered(
        &outcome,
        options,
        options.reporting.format,
        style,
    ));
    let mut written = true;
    for (format, path) in &options.reporting.output {
        let bytes = rendered(&outcome, options, *format, Style::PLAIN);
        if let Err(error) = process::write(path, &bytes) {
            let failure = Unwritable {
                path: path.display().to_string(),
                reason: error.to_string(),
            };
            terminal::complain(&failure, options.color);
            written = false;
        }
    }
    for failure in &outcome.failures {
        terminal::complain(failure, options.color);
    }
    if written {
        exit(&outcome, options, request.hints.is_some())
    } else {
        Exit::Unusable
    }
}

fn rendered(outcome: &Outcome, options: &Options<'_>, format: Format, style: Style) -> Vec<u8> {
    match format {
        Format::Json => report::json(outcome).into_bytes(),
        Format::Text => report::text(
            outcome,
            View {
                style,
                quiet: options.reporting.quiet,
                show_unchanged: options.show_unchanged,
            },
        ),
    }
}

/// The exit code, in the documented precedence. Changed files that no deployment uses are fine.
fn exit(outcome: &Outcome, options: &Options<'_>, hinted: bool) -> Exit {
    let failing = match options.reporting.fail_on {
        FailOn::Error => Some(Level::Error),
        FailOn::Warning => Some(Level::Warning),
        FailOn::Info => Some(Level::Info),
        FailOn::Never => None,
    };
    if !outcome.failures.is_empty() {
        Exit::Unusable
    } else if failing.is_some_and(|level| outcome.has(level)) {
        Exit::Findings
    } else if options.reporting.strict && !outcome.complete() {
        Exit::Incomplete
    } else if outcome.is_empty() && !hinted {
        Exit::Nothing
    } else if options.detailed_exitcode && outcome.verdict() == Verdict::Changes {
        Exit::Changes
    } else {
        Exit::Clean
    }
}
