//! What is asked of the engine: the command line in plain values, free of clap and of output formats.

use crate::aks::Date;
use crate::config::{BeforeConfig, Mode, ParameterArgument};
use crate::eval::Context;
use crate::plan::Wishes;

/// One run.
#[derive(Clone, Debug)]
pub struct Request {
    /// What to do.
    pub task: Task,
    /// Which configuration counts.
    pub config: ConfigChoice,
    /// `--root`.
    pub root: Option<String>,
    /// `--allow-path`: what may be read outside the root.
    pub allowed_paths: Vec<String>,
    /// `--env`: names of environment variables that may be read.
    pub environment: Vec<String>,
    /// `--external-input`: files with the values of external inputs.
    pub external_inputs: Vec<String>,
    /// `-p`, in order.
    pub parameters: Vec<ParameterArgument>,
    /// Scope values of the command line.
    pub context: Context,
    /// Only this deployment of the configuration.
    pub deployment: Option<String>,
    /// `--hints`: changed files. Only the deployments that use one of them count, and that there is none is fine.
    pub hints: Option<Vec<String>>,
    /// The day for which calendars are read.
    pub as_of: Date,
    /// Preview features that are registered.
    pub features: Vec<String>,
    /// Only these rules; empty: all.
    pub select: Vec<&'static str>,
    /// Not these.
    pub ignore: Vec<&'static str>,
    /// What is asked of the steps of a plan.
    pub wishes: Wishes,
}

/// What to do.
#[derive(Clone, Debug)]
pub enum Task {
    /// Judge templates by themselves.
    Check {
        /// Files and folders.
        paths: Vec<String>,
        /// And the change from this revision.
        base: Option<String>,
    },
    /// Judge the change from a state before.
    Plan {
        /// The template, unless the configuration names the deployments.
        template: Option<String>,
        /// What the command line says about the state before.
        before: Option<BeforeConfig>,
        /// What happens to resources that left the template.
        mode: Option<Mode>,
    },
    /// Evaluate one template, and stop there.
    Evaluate {
        /// The template.
        template: String,
    },
}

/// Which configuration counts.
#[derive(Clone, Debug)]
pub enum ConfigChoice {
    /// The nearest `armplan.toml`.
    Nearest,
    /// This file.
    File(String),
    /// These, found around the changed files.
    Found(Vec<String>),
    /// None.
    Off,
}

impl ConfigChoice {
    /// The files that were chosen.
    pub(super) fn paths(&self) -> &[String] {
        match self {
            Self::File(path) => std::slice::from_ref(path),
            Self::Found(paths) => paths,
            Self::Nearest | Self::Off => &[],
        }
    }
}

impl Request {
    /// Whether changes are asked for.
    pub const fn is_plan(&self) -> bool {
        matches!(self.task, Task::Plan { .. })
    }

    /// Paths of the command line: they may be read wherever they lie.
    pub(super) fn named(&self) -> Vec<&str> {
        let mut named: Vec<&str> = match &self.task {
            Task::Check { paths, .. } => paths.iter().map(String::as_str).collect(),
            Task::Plan { template, .. } => template.iter().map(String::as_str).collect(),
            Task::Evaluate { template } => vec![template],
        };
        if let Task::Plan {
            before: Some(before),
            ..
        } = &self.task
        {
            named.extend(before_files(before));
        }
        named.extend(
            self.parameters
                .iter()
                .filter_map(|argument| match argument {
                    ParameterArgument::File(path) => Some(path.as_str()),
                    ParameterArgument::Value { .. } => None,
                }),
        );
        named.extend(self.hints.iter().flatten().map(String::as_str));
        named
    }
}

/// The files that a before state names.
fn before_files(before: &BeforeConfig) -> Vec<&str> {
    match before {
        BeforeConfig::Base(_) | BeforeConfig::New => Vec::new(),
        BeforeConfig::Template { file, parameters } => std::iter::once(file.as_str())
            .chain(parameters.iter().filter_map(|argument| match argument {
                ParameterArgument::File(path) => Some(path.as_str()),
                ParameterArgument::Value { .. } => None,
            }))
            .collect(),
        BeforeConfig::Live(files) => files.iter().map(String::as_str).collect(),
    }
}
