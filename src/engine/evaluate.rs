//! Files to deployments: a template with its parameter files, read from one tree and evaluated.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::eval::Context;
use crate::finding::{Deployed, Level, Problem, ProblemKind};
use crate::ir::Template;
use crate::model::{self, Deployment, Given, GivenValue, Library, NotEvaluated};
use crate::source::{FileKind, SourceError};
use crate::text::{Files, Span};

use super::secrets;
use super::targets::ParameterInput;

/// What is evaluated, and where it is read.
#[derive(Clone, Copy)]
pub(super) struct Inputs<'a> {
    /// The files of the tree.
    pub(super) library: &'a Library<'a>,
    /// The template, or the `.bicepparam` file that names it.
    pub(super) template: &'a Path,
    /// Parameter files and values, later ones win.
    pub(super) parameters: &'a [ParameterInput],
    /// Scope values.
    pub(super) context: &'a Context,
    /// Whether nothing is read after it: what only reading needs makes room then.
    pub(super) last: bool,
}

/// An evaluated template. Parameter files that cannot be read are `unread`; the rest is evaluated without them.
pub(super) struct Evaluated {
    /// The template, which a `.bicepparam` file may have named.
    pub(super) template: PathBuf,
    /// What would be deployed, with the problems of its parameter files.
    pub(super) deployment: Deployment,
    /// Those of its problems that say that a required parameter has no value.
    pub(super) missing: Vec<Problem>,
    /// Where the resources and outputs of the template are declared that fail.
    pub(super) failing: BTreeSet<Span>,
    /// The scope of the template.
    pub(super) scope: model::ScopeKind,
    /// Parameter files that could not be read.
    pub(super) unread: Vec<SourceError>,
}

/// Evaluates a template with its parameters.
pub(super) fn evaluate(inputs: &Inputs<'_>) -> Result<Evaluated, SourceError> {
    let library = inputs.library;
    let files = library.files();
    let entry = entry(library, inputs.template)?;
    let template = entry.template;
    secrets::hide_written(files, &template);
    let mut read = Read::default();
    let own = entry.parameters.map(ParameterInput::File);
    for input in own.iter().chain(inputs.parameters) {
        match input {
            ParameterInput::File(path) => match library.parameters(path) {
                Ok(file) => {
                    secrets::hide_entries(files, (&template, entry.is_read), &file);
                    read.given.extend(file.given.iter().cloned());
                    read.problems.extend(file.problems.iter().cloned());
                    read.beside = Some(file.beside);
                }
                Err(error) => read.unread.push(error),
            },
            ParameterInput::Value { name, text } => {
                let one = model::read_command_line(files, &template, name, text);
                secrets::hide_given(files, &template, &one);
                read.given.push(one);
            }
        }
    }
    let mut unfit = Vec::new();
    if entry.is_read {
        let place = Span::whole(template.file);
        unfit = model::check_given(&template, &read.given, read.beside.unwrap_or(place));
    }
    if read.beside.is_none() {
        // Without a parameter file a missing value is unknown, and no mistake.
        unfit.retain(|problem| problem.kind != ProblemKind::ParameterMissing);
    }
    if entry.is_read {
        say_once(files, &mut read.problems, &mut unfit);
    }
    let missing = unfit
        .iter()
        .filter(|problem| problem.kind == ProblemKind::ParameterMissing)
        .cloned()
        .collect();
    read.problems.extend(unfit);
    let scope = template.scope;
    let request = model::Request {
        template,
        given: read.given,
        context: fitting(inputs.context, scope),
        loader: library,
    };
    if inputs.last {
        library.forget_trees();
    }
    let (mut deployment, failing) = model::expand_in_part(request, None);
    secrets::hide_parts(files, &deployment.parameters);
    for place in &deployment.secrets {
        files.hide(*place);
    }
    deployment.problems.extend(read.problems);
    if let Some((problem, what)) = entry.unread {
        deployment.problems.push(problem);
        deployment.gaps.push(what.clone());
        deployment.not_evaluated.push(what);
    }
    Ok(Evaluated {
        template: entry.path,
        deployment,
        missing,
        failing,
        scope,
        unread: read.unread,
    })
}

/// A `.bicepparam` file is checked by itself too: what it does not give may be given beside it, and what nobody declares is
/// told at its name, with the help of the check.
fn say_once(files: &Files, own: &mut Vec<Problem>, unfit: &mut [Problem]) {
    own.retain(|problem| problem.kind != ProblemKind::ParameterMissing);
    let line = |problem: &Problem| {
        let is_unknown = problem.kind == ProblemKind::ParameterUnknown;
        let location = is_unknown.then(|| files.location(problem.place))?;
        Some((problem.place.file, location.start.line))
    };
    own.retain(|problem| {
        let Some(place) = line(problem) else {
            return true;
        };
        match unfit.iter_mut().find(|other| line(other) == Some(place)) {
            Some(same) => {
                same.help.clone_from(&problem.help);
                false
            }
            None => true,
        }
    });
}

/// A template that is judged by itself, without anybody's parameters, is deployed with others perhaps: its modules are. What
/// fails only with the defaults of its parameters is worth a warning. `failing` is where the evaluation with them failed:
/// only there without them.
pub(super) fn excuse_defaults(
    inputs: &Inputs<'_>,
    deployment: &mut Deployment,
    failing: BTreeSet<Span>,
) {
    let fails = |problem: &&mut Problem| problem.level == Level::Error;
    if !deployment
        .problems
        .iter_mut()
        .any(|problem| fails(&problem))
    {
        return;
    }
    let Ok(template) = inputs.library.template(inputs.template) else {
        return;
    };
    let open = template.parameters.iter().map(|parameter| Given {
        name: Arc::clone(&parameter.name.text),
        place: parameter.name.place,
        value: GivenValue::Open,
        computed: false,
    });
    let scope = template.scope;
    let request = model::Request {
        given: open.collect(),
        template,
        context: fitting(inputs.context, scope),
        loader: inputs.library,
    };
    let (certain, _) = model::expand_in_part(request, Some(failing));
    for problem in deployment.problems.iter_mut().filter(fails) {
        let same = |other: &Problem| other.kind == problem.kind && other.place == problem.place;
        if !certain.problems.iter().any(same) {
            problem.level = Level::Warning;
            problem
                .message
                .push_str(" (with the defaults of the parameters)");
        }
    }
}

/// What fails in something that is never deployed does not fail.
pub(super) fn leave_out_what_never_is(deployment: &mut Deployment) {
    let never = |one: &Problem| one.level == Level::Error && one.deployed == Deployed::No;
    deployment.problems.retain(|problem| !never(problem));
}

/// Where a condition of a module is not known, what stands under it fails perhaps.
pub(super) fn excuse_conditions(deployment: &mut Deployment) {
    let perhaps =
        |one: &&mut Problem| one.level == Level::Error && one.deployed == Deployed::Perhaps;
    for problem in deployment.problems.iter_mut().filter(perhaps) {
        problem.level = Level::Warning;
        problem
            .message
            .push_str(" (if a condition of the module holds, which is not known)");
    }
}

/// What parameter files and values give.
#[derive(Default)]
struct Read {
    given: Vec<Given>,
    problems: Vec<Problem>,
    unread: Vec<SourceError>,
    /// Where a missing value is told: in the last parameter file.
    beside: Option<Span>,
}

/// The template of a deployment.
struct Entry {
    path: PathBuf,
    template: Arc<Template>,
    /// The `.bicepparam` file that names it.
    parameters: Option<PathBuf>,
    /// Why it is not there, although it may be.
    unread: Option<(Problem, NotEvaluated)>,
    /// Whether the template is there; if not, an empty one stands for it.
    is_read: bool,
}

fn entry(library: &Library<'_>, path: &Path) -> Result<Entry, SourceError> {
    if FileKind::of_path(path) != Some(FileKind::BicepParameters) {
        return Ok(Entry {
            path: path.to_owned(),
            template: library.template(path)?,
            parameters: None,
            unread: None,
            is_read: true,
        });
    }
    let file = library.parameters(path)?;
    let used = library.used_by(&file);
    let unread = match &used {
        Some(_) => None,
        None => library.unread_by(&file),
    };
    Ok(Entry {
        template: match &used {
            Some(template) => library.template(template)?,
            None => Arc::new(Template::empty(file.beside)),
        },
        is_read: used.is_some(),
        path: used.unwrap_or_else(|| path.to_owned()),
        parameters: Some(path.to_owned()),
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
