//! `check` and `plan`: a request is run, its outcome printed in each wanted format, and told by the exit code.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

use crate::engine::{self, Outcome, Request, Verdict};
use crate::finding::Level;
use crate::report::{self, Style, View};
use crate::source::output;

use super::args::{Color, FailOn, Format, Reporting};
use super::emit;
use super::exit::Exit;
use super::terminal;

/// User error: a report cannot be written where it was asked for.
#[derive(Debug, Error, Diagnostic)]
#[error("{path} cannot be written: {reason}")]
#[diagnostic(
    code(armplan::output),
    help("no file of --output was changed; free some space or name another path")
)]
struct Unwritable {
    path: String,
    reason: String,
}

/// User error: two reports are asked for at one path, of which one would be lost.
#[derive(Debug, Error, Diagnostic)]
#[error("two reports of --output are to be written to {path}")]
#[diagnostic(
    code(armplan::output),
    help("give each --output FORMAT=PATH a path of its own")
)]
struct SharedPath {
    path: String,
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
    /// Where the steps are written.
    pub(super) emit: Option<&'a Path>,
}

/// Runs the request and prints its outcome.
pub(super) fn run(request: &Request, options: &Options<'_>) -> Exit {
    if let Some(mistake) = shared_path(&options.reporting.output) {
        terminal::complain(&mistake, options.color);
        return Exit::Unusable;
    }
    // The process ends with it: taking it apart would only be time lost.
    let mut outcome = std::mem::ManuallyDrop::new(engine::run(request));
    let emitted = match options.emit {
        Some(folder) => emit::write(&mut outcome, folder),
        None => Ok(()),
    };
    let style = terminal::stdout_style(options.color);
    let format = options.reporting.format;
    let printed = terminal::print(&rendered(&outcome, options, format, style), options.color);
    let written = write_outputs(&outcome, options);
    if let Err(failure) = &written {
        terminal::complain(failure, options.color);
    }
    if let Err(failure) = &emitted {
        terminal::complain(failure, options.color);
    }
    for failure in &outcome.failures {
        terminal::complain(failure, options.color);
    }
    if printed && written.is_ok() && emitted.is_ok() {
        exit(&outcome, options, request.hints.is_some())
    } else {
        Exit::Unusable
    }
}

/// A path that is named twice. Devices may be: they take one report after the other.
fn shared_path(outputs: &[(Format, PathBuf)]) -> Option<SharedPath> {
    let mut seen = BTreeSet::new();
    let twice = outputs
        .iter()
        .find(|(_, path)| !path.starts_with("/dev") && !seen.insert(path))?;
    Some(SharedPath {
        path: twice.1.display().to_string(),
    })
}

/// Writes the formats of `--output`: all of them, or none.
fn write_outputs(outcome: &Outcome, options: &Options<'_>) -> Result<(), Unwritable> {
    let unwritable = |path: &Path, error: &std::io::Error| Unwritable {
        path: path.display().to_string(),
        reason: error.to_string(),
    };
    let mut staged = Vec::new();
    for (format, path) in &options.reporting.output {
        let bytes = rendered(outcome, options, *format, Style::PLAIN);
        let file = output::stage(path, &bytes).map_err(|error| unwritable(path, &error))?;
        staged.push((path, file));
    }
    for (path, file) in staged {
        file.commit().map_err(|error| unwritable(path, &error))?;
    }
    Ok(())
}

fn rendered(outcome: &Outcome, options: &Options<'_>, format: Format, style: Style) -> Vec<u8> {
    let reporting = options.reporting;
    let view = View {
        style,
        quiet: reporting.quiet,
        show_unchanged: options.show_unchanged,
        failing: failing(reporting.fail_on),
        strict: reporting.strict,
        link_base: reporting.link_base.as_deref(),
    };
    match format {
        Format::Text => report::text(outcome, view),
        Format::Concise => report::concise(outcome, view),
        Format::Json => report::json(outcome).into_bytes(),
        Format::Whatif => report::whatif(outcome, view),
        Format::Sarif => report::sarif(outcome),
        Format::Github => report::github(outcome),
        Format::Gitlab => report::gitlab(outcome),
        Format::AzurePipelines => report::azure_pipelines(outcome),
        Format::Junit => report::junit(outcome, view),
        Format::Markdown => report::markdown(outcome, view),
        Format::JobSummary => report::job_summary(outcome, view),
        Format::Html => report::html(outcome, view),
    }
}

/// The level from which on findings fail the run.
const fn failing(fail_on: FailOn) -> Option<Level> {
    match fail_on {
        FailOn::Error => Some(Level::Error),
        FailOn::Warning => Some(Level::Warning),
        FailOn::Info => Some(Level::Info),
        FailOn::Never => None,
    }
}

/// The exit code, in the documented precedence. Changed files that no deployment uses are fine.
fn exit(outcome: &Outcome, options: &Options<'_>, hinted: bool) -> Exit {
    let failing = failing(options.reporting.fail_on);
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
