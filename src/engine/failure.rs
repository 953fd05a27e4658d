//! What stops a run or a part of it: mistakes in usage, configuration and input.

use miette::Diagnostic;
use thiserror::Error;

use crate::config::ConfigError;
use crate::source::SourceError;

/// The tool itself cannot go on with something; everything else is still reported.
#[derive(Debug, Error, Diagnostic)]
pub enum Failure {
    /// User error: a file, a folder or a revision that cannot be read.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Source(#[from] SourceError),

    /// User error: the configuration cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(#[from] Box<ConfigError>),

    /// User error: `plan` without a template, and without configured deployments.
    #[error("no template is named, and no armplan.toml with [[deployment]] tables was found")]
    #[diagnostic(
        code(armplan::no_template),
        help("name a template: armplan plan main.json -p main.parameters.json")
    )]
    NoTemplate,

    /// User error: a name that the configuration does not have.
    #[error("there is no deployment named `{name}`")]
    #[diagnostic(code(armplan::no_deployment))]
    NoSuchDeployment {
        /// As asked for.
        name: String,
        /// Which there are.
        #[help]
        help: String,
    },

    /// User error: a named file that is something else.
    #[error("{path} is no template")]
    #[diagnostic(code(armplan::not_a_template))]
    NotATemplate {
        /// As shown to the user.
        path: String,
        /// What it is.
        #[help]
        help: String,
    },
}
