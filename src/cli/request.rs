//! Parsed arguments as a request of the engine, and the mistakes that clap cannot see.

use std::path::Path;

use miette::Diagnostic;
use thiserror::Error;

use crate::aks::Date;
use crate::config::{BeforeConfig, Mode, ParameterArgument};
use crate::engine::{ConfigChoice, Request, Task};
use crate::eval::{Cloud, Context};
use crate::plan::Wishes;
use crate::rules::{self, Rule};
use crate::source::process;

use super::args;

/// User error: an option with a value that makes no sense.
#[derive(Debug, Error, Diagnostic)]
pub(super) enum Usage {
    /// `--as-of` is no day.
    #[error("`{text}` is not a day")]
    #[diagnostic(code(armplan::usage), help("write it as --as-of 2026-11-24"))]
    AsOf {
        /// As given.
        text: String,
    },

    /// `--env` is no name of a variable.
    #[error("`{text}` is no name of an environment variable")]
    #[diagnostic(
        code(armplan::usage),
        help("give its name only, its value is read from the environment: --env IMAGE_TAG")
    )]
    Environment {
        /// As given.
        text: String,
    },

    /// `plan` of several files.
    #[error("`plan` takes one template, and `{path}` is a second one")]
    #[diagnostic(
        code(armplan::usage),
        help("give parameter files with -p, and changed files with --hints")
    )]
    SecondTemplate {
        /// As given.
        path: String,
    },

    /// `--select` or `--ignore` names no rule.
    #[error("there is no rule `{name}`")]
    #[diagnostic(code(armplan::usage))]
    Rule {
        /// As given.
        name: String,
        /// What may have been meant.
        #[help]
        help: String,
    },
}

/// The request of `check`.
pub(super) fn check(options: &args::Check) -> Result<Request, Usage> {
    let paths: Vec<String> = options.paths.iter().map(|path| text(path)).collect();
    let (paths, hints) = if options.hints {
        (Vec::new(), Some(paths))
    } else {
        (paths, None)
    };
    let task = Task::Check {
        paths,
        base: options.base.clone(),
    };
    Ok(Request {
        hints,
        ..judging(task, &options.inputs, &options.judging)?
    })
}

/// The request of `plan`.
pub(super) fn plan(options: &args::Plan) -> Result<Request, Usage> {
    let mut paths = options.templates.iter().map(|path| text(path));
    let (template, hints) = if options.hints {
        (None, Some(paths.collect()))
    } else {
        let template = paths.next();
        if let Some(second) = paths.next() {
            return Err(Usage::SecondTemplate { path: second });
        }
        (template, None)
    };
    let task = Task::Plan {
        template,
        before: before(options),
        mode: options.mode.map(|mode| match mode {
            args::Mode::Incremental => Mode::Incremental,
            args::Mode::Complete => Mode::Complete,
            args::Mode::Stack => Mode::Stack,
        }),
    };
    Ok(Request {
        hints,
        wishes: Wishes {
            pool_names: options.steps.pool_names.clone(),
            careful: options.steps.careful,
            keep_names: options.steps.keep_names,
        },
        ..judging(task, &options.inputs, &options.judging)?
    })
}

/// The request of `expand`.
pub(super) fn expand(template: &Path, inputs: &args::Inputs) -> Result<Request, Usage> {
    let mut request = evaluate(template, inputs)?;
    request.context.answers_open_scopes = false;
    Ok(request)
}

/// The request of the commands that only evaluate.
pub(super) fn evaluate(template: &Path, inputs: &args::Inputs) -> Result<Request, Usage> {
    request(
        Task::Evaluate {
            template: text(template),
        },
        inputs,
    )
}

fn before(options: &args::Plan) -> Option<BeforeConfig> {
    if let Some(revision) = &options.base {
        return Some(BeforeConfig::Base(revision.clone()));
    }
    if let Some(file) = &options.before {
        return Some(BeforeConfig::Template {
            file: text(file),
            parameters: options
                .before_params
                .iter()
                .map(|path| ParameterArgument::File(text(path)))
                .collect(),
        });
    }
    if !options.live.is_empty() {
        return Some(BeforeConfig::Live(
            options.live.iter().map(|path| text(path)).collect(),
        ));
    }
    options.new.then_some(BeforeConfig::New)
}

fn judging(task: Task, inputs: &args::Inputs, judging: &args::Judging) -> Result<Request, Usage> {
    let mut request = request(task, inputs)?;
    if let Some(text) = &judging.as_of {
        request.as_of = text
            .parse()
            .map_err(|_| Usage::AsOf { text: text.clone() })?;
    }
    request.features.clone_from(&judging.features);
    request.select = rules(&judging.select)?;
    request.ignore = rules(&judging.ignore)?;
    Ok(request)
}

fn request(task: Task, inputs: &args::Inputs) -> Result<Request, Usage> {
    let unfit = |name: &&String| name.is_empty() || name.contains(['=', '\0']);
    if let Some(name) = inputs.environment.iter().find(unfit) {
        return Err(Usage::Environment { text: name.clone() });
    }
    let shared = |text: &Option<String>| text.as_deref().map(Into::into);
    Ok(Request {
        task,
        config: match (&inputs.config, inputs.no_config) {
            (Some(path), _) => ConfigChoice::File(text(path)),
            (None, true) => ConfigChoice::Off,
            (None, false) => ConfigChoice::Nearest,
        },
        root: inputs.root.as_deref().map(text),
        allowed_paths: inputs.allowed_paths.iter().map(|path| text(path)).collect(),
        environment: inputs.environment.clone(),
        external_inputs: inputs.external.iter().map(|path| text(path)).collect(),
        parameters: inputs
            .parameters
            .iter()
            .map(|argument| ParameterArgument::parse(argument))
            .collect(),
        context: Context {
            tenant: shared(&inputs.tenant),
            management_group: shared(&inputs.management_group),
            subscription: shared(&inputs.subscription),
            resource_group: shared(&inputs.resource_group),
            location: shared(&inputs.location),
            deployment_name: shared(&inputs.deployment_name),
            cloud: inputs.cloud.map(|cloud| match cloud {
                args::Cloud::Public => Cloud::Public,
                args::Cloud::UsGovernment => Cloud::UsGovernment,
                args::Cloud::China => Cloud::China,
            }),
            answers_open_scopes: true,
        },
        deployment: inputs.deployment.clone(),
        hints: None,
        as_of: Date::after_1970(process::days_since_1970()),
        features: Vec::new(),
        select: Vec::new(),
        ignore: Vec::new(),
        wishes: Wishes::default(),
    })
}

fn rules(names: &[String]) -> Result<Vec<&'static str>, Usage> {
    names
        .iter()
        .map(|name| match rules::by_id(name) {
            Some(rule) => Ok(rule.id),
            None => Err(Usage::Rule {
                name: name.clone(),
                help: match nearest(name) {
                    Some(rule) => format!("did you mean `{}`? `armplan rules` lists all", rule.id),
                    None => "`armplan rules` lists all".to_owned(),
                },
            }),
        })
        .collect()
}

/// A rule whose id holds the words of a name, or is held by it, or that has it as an alias.
pub(super) fn nearest(name: &str) -> Option<&'static Rule> {
    let name = name.to_ascii_lowercase();
    let named = |rule: &&&'static Rule| {
        rule.aliases
            .iter()
            .any(|alias| alias.eq_ignore_ascii_case(&name))
    };
    let alike = |rule: &&&'static Rule| {
        name.len() > 3 && (rule.id.contains(&name) || name.contains(rule.id))
    };
    rules::ALL
        .iter()
        .find(named)
        .or_else(|| rules::ALL.iter().find(alike))
        .copied()
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
