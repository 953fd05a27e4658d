//! Files to deployments: a template with its parameter files, read from one tree and evaluated.

use std::path::Path;
use std::sync::Arc;

use crate::eval::Context;
use crate::finding::{Problem, ProblemKind};
use crate::model::{self, Deployment, LinkedFiles};
use crate::source::{Source, SourceError};
use crate::syntax::json::Document;
use crate::text::{Files, Span};

use super::secrets;
use super::targets::ParameterInput;

/// What is evaluated, and where it is read.
#[derive(Clone, Copy)]
pub(super) struct Inputs<'a> {
    /// The tree.
    pub(super) source: &'a dyn Source,
    /// The texts of the run.
    pub(super) files: &'a Files,
    /// The template.
    pub(super) template: &'a Path,
    /// Parameter files and values, later ones win.
    pub(super) parameters: &'a [ParameterInput],
    /// Scope values.
    pub(super) context: &'a Context,
}

/// An evaluated template. Parameter files that cannot be read are `unread`; the rest is evaluated without them.
pub(super) struct Evaluated {
    /// What would be deployed, with the problems of its parameter files.
    pub(super) deployment: Deployment,
    /// Those of its problems that say that a required parameter has no value.
    pub(super) missing: Vec<Problem>,
    /// The scope of the template.
    pub(super) scope: model::ScopeKind,
    /// Parameter files that could not be read.
    pub(super) unread: Vec<SourceError>,
}

/// Evaluates a template with its parameters.
pub(super) fn evaluate(inputs: &Inputs<'_>) -> Result<Evaluated, SourceError> {
    let Inputs { source, files, .. } = *inputs;
    let entry = crate::source::load(source, files, inputs.template)?;
    let template = Arc::new(model::template_of(files, entry));
    secrets::hide_written(files, &template);
    let mut given = Vec::new();
    let mut problems = Vec::new();
    let mut unread = Vec::new();
    let mut beside = None;
    for input in inputs.parameters {
        match input {
            ParameterInput::File(path) => match crate::source::load(source, files, path) {
                Ok(file) => {
                    let document = Document::parse(file, Arc::clone(&files.get(file).text));
                    secrets::hide_entries(files, &template, &document);
                    let read = model::read_parameter_file(&document);
                    given.extend(read.given);
                    problems.extend(read.problems);
                    beside = Some(Span::new(file, 0, 0));
                }
                Err(error) => unread.push(error),
            },
            ParameterInput::Value { name, text } => {
                let one = model::read_command_line(files, &template, name, text);
                secrets::hide_given(files, &template, &one);
                given.push(one);
            }
        }
    }
    let place = Span::new(entry, 0, 0);
    let mut unfit = model::check_given(&template, &given, beside.unwrap_or(place));
    if beside.is_none() {
        // Without a parameter file a missing value is unknown, and no mistake.
        unfit.retain(|problem| problem.kind != ProblemKind::ParameterMissing);
    }
    let missing = unfit
        .iter()
        .filter(|problem| problem.kind == ProblemKind::ParameterMissing)
        .cloned()
        .collect();
    problems.extend(unfit);
    let linked = LinkedFiles::new(source, files, entry, inputs.template);
    let scope = template.scope;
    let mut deployment = model::expand(model::Request {
        template,
        given,
        context: fitting(inputs.context, scope),
        loader: &linked,
    });
    deployment.problems.extend(problems);
    Ok(Evaluated {
        deployment,
        missing,
        scope,
        unread,
    })
}

/// The scope values that a template of this scope has.
fn fitting(context: &Context, scope: model::ScopeKind) -> Context {
    let mut context = context.clone();
    match scope {
        model::ScopeKind::ResourceGroup => context.management_group = None,
        model::ScopeKind::Subscription => {
            context.management_group = None;
            context.resource_group = None;
        }
        model::ScopeKind::ManagementGroup => {
            context.subscription = None;
            context.resource_group = None;
        }
        model::ScopeKind::Tenant => {
            context.management_group = None;
            context.subscription = None;
            context.resource_group = None;
        }
    }
    context
}
