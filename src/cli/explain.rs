//! `explain`: a rule, an Azure error code, or a property.

use miette::Diagnostic;
use thiserror::Error;

use crate::aks::facts::Facts;
use crate::report;

use super::args::{Color, Explain};
use super::exit::Exit;
use super::request::nearest;

/// User error: nothing is known under that name.
#[derive(Debug, Error, Diagnostic)]
#[error(
    "`{name}` is no rule, no known Azure error code, and no property of a cluster or node pool"
)]
#[diagnostic(code(armplan::explain))]
pub(super) struct UnknownName {
    name: String,
    #[help]
    help: String,
}

/// Prints what is known.
pub(super) fn run(options: &Explain, color: Color) -> Result<Exit, UnknownName> {
    let empty = Facts::default();
    // A test holds that the tables in the binary are valid.
    let facts = Facts::embedded().unwrap_or(&empty);
    match report::explain(facts, &options.what) {
        Some(text) => Ok(super::print(text, color)),
        None => Err(UnknownName {
            name: options.what.clone(),
            help: match nearest(&options.what) {
                Some(rule) => format!("did you mean the rule `{}`?", rule.id),
                None => "`armplan rules` lists the rules; properties are written like vmSize or networkProfile.networkPlugin".to_owned(),
            },
        }),
    }
}
