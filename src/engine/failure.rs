//! What stops a run or a part of it: mistakes in usage, configuration and input.

use miette::Diagnostic;
use thiserror::Error;

use crate::before::LiveError;
use crate::config::ConfigError;
use crate::plan::Mistake;
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

    /// User error: a live file that cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Live(#[from] Box<LiveError>),

    /// User error: `plan` without a template, and without configured deployments.
    #[error("no template is named, and no armplan.toml with [[deployment]] tables was found")]
    #[diagnostic(
        code(armplan::no_template),
        help(
            "name a template: armplan plan main.bicep -p main.parameters.json, or armplan plan main.bicepparam"
        )
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

    /// User error: a scope option that the template's scope does not have.
    #[error("--{option} does not fit {template}: it deploys to {scope}")]
    #[diagnostic(code(armplan::usage))]
    ScopeOption {
        /// The option.
        option: &'static str,
        /// As shown to the user.
        template: String,
        /// In words.
        scope: &'static str,
        /// Which options it has.
        #[help]
        help: &'static str,
    },

    /// User error: `--external-input` names a file of another shape.
    #[error("{place}: {message}")]
    #[diagnostic(
        code(armplan::external_input),
        help("write it as [{{\"kind\": \"sys.cli\", \"config\": \"name\", \"value\": \"..\"}}]")
    )]
    ExternalInput {
        /// Where, as shown to the user.
        place: String,
        /// What is wrong.
        message: String,
    },

    /// User error: a wish that the plan cannot meet.
    #[error(transparent)]
    #[diagnostic(
        code(armplan::usage),
        help(
            "--pool-name OLD=NEW names the pool that takes the place of OLD; `armplan plan` shows which pools are replaced"
        )
    )]
    Wish(#[from] Mistake),

    /// Our bug: a plan that does not stand its own proof.
    #[error(
        "the steps for {cluster} were found and do not stand the proof, so they are not shown: {fault}"
    )]
    #[diagnostic(code(armplan::bug), help("please report this"))]
    Unproved {
        /// The cluster.
        cluster: String,
        /// What does not hold.
        fault: String,
    },

    /// Our bug: a table in the binary is wrong.
    #[error("the table {0} in this build is wrong")]
    #[diagnostic(code(armplan::bug), help("please report this"))]
    Table(String),
}

impl Failure {
    /// How to mend it, where that is known.
    pub fn advice(&self) -> Option<String> {
        self.help().map(|help| help.to_string())
    }
}
