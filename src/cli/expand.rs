//! `expand`: what would be deployed, as `bicep snapshot` prints it.

use jsonpath_rust::JsonPath;
use miette::Diagnostic;
use thiserror::Error;

use crate::engine::{self, Request};
use crate::finding::Level;
use crate::report;

use super::args::{Color, Expand};
use super::exit::Exit;
use super::terminal;

/// User error: `--query` is no JSONPath.
#[derive(Debug, Error, Diagnostic)]
#[error("`{query}` is no JSONPath: {reason}")]
#[diagnostic(
    code(armplan::usage),
    help("write it like $.predictedResources[*].properties.vmSize")
)]
struct BadQuery {
    query: String,
    reason: String,
}

/// Evaluates the template and prints it.
pub(super) fn run(request: &Request, options: &Expand, color: Color) -> Exit {
    // The process ends with it: taking it apart would only be time lost.
    let evaluation = std::mem::ManuallyDrop::new(engine::evaluate_one(request));
    for failure in &evaluation.failures {
        terminal::complain(failure, color);
    }
    let Some(deployment) = &evaluation.deployment else {
        return Exit::Unusable;
    };
    let out = match &options.query {
        None => report::write_snapshot(&evaluation.files, deployment),
        Some(query) => {
            let snapshot = report::snapshot(&evaluation.files, deployment);
            match snapshot.query(query) {
                Ok(found) => report::pretty(&found).into_bytes(),
                Err(error) => {
                    let failure = BadQuery {
                        query: query.clone(),
                        reason: error.to_string(),
                    };
                    terminal::complain(&failure, color);
                    return Exit::Unusable;
                }
            }
        }
    };
    let printed = terminal::print(&out, color);
    let refused = deployment
        .problems
        .iter()
        .any(|problem| report::is_diagnostic(problem) && problem.level == Level::Error);
    match (printed && evaluation.failures.is_empty(), refused) {
        (false, _) => Exit::Unusable,
        (true, true) => Exit::Findings,
        (true, false) => Exit::Clean,
    }
}
