//! `why`: where the value of a property comes from.

use crate::aks::facts::Facts;
use crate::engine::{self, Request};
use crate::report;

use super::args::{Color, Why};
use super::exit::Exit;
use super::terminal;

/// Evaluates the template and prints the chain of the property.
pub(super) fn run(request: &Request, options: &Why, color: Color) -> Exit {
    let evaluation = engine::evaluate_one(request);
    for failure in &evaluation.failures {
        terminal::complain(failure, color);
    }
    let Some(deployment) = &evaluation.deployment else {
        return Exit::Unusable;
    };
    let none = Facts::default();
    // A test holds that the tables in the binary are valid.
    let facts = Facts::embedded().unwrap_or(&none);
    match engine::find(deployment, facts, &options.resource, &options.property) {
        Ok(found) => {
            let text = report::why(&evaluation.files, &found);
            let printed = terminal::print(text.as_bytes(), color);
            if printed && evaluation.failures.is_empty() {
                Exit::Clean
            } else {
                Exit::Unusable
            }
        }
        Err(unknown) => {
            terminal::complain(&unknown, color);
            Exit::Unusable
        }
    }
}
