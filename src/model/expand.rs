//! A template with values for its parameters to what it would deploy.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::given::Given;
use super::level::Level;
use super::names::Names;
use super::names_ids::Target;
use super::run::Run;
use super::{Deployment, declared, outputs};
use crate::eval::{Context, ContextOrigins, Origin, Reason, Residual, Unknown, Value};
use crate::finding::{Level as Severity, Problem, ProblemKind};
use crate::ir::Template;
use crate::text::{FileId, Span};

/// Reads the templates that a template names by `relativePath`.
pub trait Loader {
    /// The template at a path relative to a file.
    fn load(&self, from: FileId, relative: &str) -> Loaded;
}

/// What was found there.
#[derive(Clone, Debug)]
pub enum Loaded {
    /// A template.
    Template(Arc<Template>),
    /// Nothing that could be read, and why in a few words (`the file a.json does not exist`).
    Absent(String),
}

/// Reads nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl Loader for NoFiles {
    fn load(&self, _from: FileId, relative: &str) -> Loaded {
        Loaded::Absent(format!("the file {relative} was not read"))
    }
}

/// What is to be evaluated.
pub struct Request<'r> {
    /// The template.
    pub template: Arc<Template>,
    /// Values for its parameters; of several for one parameter the last counts.
    pub given: Vec<Given>,
    /// Scope values.
    pub context: Context,
    /// Where linked templates come from.
    pub loader: &'r dyn Loader,
}

/// Evaluates a template. Never fails: what fails is a problem of the deployment.
pub fn expand(request: Request<'_>) -> Deployment {
    expand_in_part(request, None).0
}

/// Evaluates a template; of its resources and outputs only those that are declared at these places, where there are any,
/// and what they need. Also the places of those that fail.
pub fn expand_in_part(
    request: Request<'_>,
    only: Option<BTreeSet<Span>>,
) -> (Deployment, BTreeSet<Span>) {
    let Request {
        template,
        given,
        context,
        loader,
    } = request;
    let run = Rc::new(Run::in_part(loader, only));
    let read = template.problems.clone();
    for problem in &template.problems {
        run.problem(problem.clone());
    }
    run.gaps_of_text(&template.problems);
    let target = target(&template, &context);
    let parameters = declared::all(&template, &given);
    let names = Names::new(
        Rc::clone(&run),
        Arc::clone(&template),
        template.scope,
        (context, ContextOrigins::default()),
        given,
        None,
    );
    names.evaluate_all();
    let level = Rc::new(Level {
        run: Rc::clone(&run),
        names,
        outer: false,
        loops: None,
        template,
        target,
        modules: Vec::new(),
        condition: None,
        parent: None,
        instances: RefCell::default(),
        by_open_id: RefCell::default(),
    });
    level.expand();
    let outputs = outputs::evaluate_all(&level);
    // Deployments and resources point at each other through these lists.
    run.levels.take();
    run.by_id.take();
    level.instances.take();
    let problems = run.problems.take();
    let deployment = Deployment {
        resources: run.resources.take(),
        outputs,
        problems: without_consequences(problems, &read),
        not_evaluated: run.not_evaluated.take(),
        gaps: run.gaps.take(),
        secrets: run.secrets.take(),
        parameters: declared::with_values(parameters, &level.names),
    };
    (deployment, run.failing.take())
}

/// Leaves out failures of what has a mistake inside that was told when the template was read.
pub(super) fn without_consequences(mut all: Vec<Problem>, read: &[Problem]) -> Vec<Problem> {
    let whole = |one: &Problem| one.place == Span::whole(one.place.file);
    let mistakes: Vec<&Problem> = read
        .iter()
        .filter(|one| one.level == Severity::Error && !whole(one))
        .collect();
    let caused = |problem: &Problem, mistake: &Problem| {
        let about = match mistake.kind {
            // The call that lacks the parameter.
            ProblemKind::ParameterMissing => mistake.related.as_slice(),
            _ => &[],
        };
        let inside = |place: Span| problem.place.contains(place);
        let fails = problem.level == Severity::Error || problem.kind == mistake.kind;
        let void = || mistake.voids.is_some_and(|all| all.contains(problem.place));
        fails && (inside(mistake.place) || about.iter().any(|label| inside(label.place)) || void())
    };
    all.retain(|problem| {
        read.contains(problem) || !mistakes.iter().any(|mistake| caused(problem, mistake))
    });
    all
}

/// The scope that the template's schema asks for, as far as it is known.
fn target(template: &Template, context: &Context) -> Target {
    let value = |given: &Option<Arc<str>>, function: &str, member: &str| {
        if let Some(text) = given {
            Value::text(Arc::clone(text), Origin::None)
        } else {
            let call = Residual::Call(function.into(), Vec::new());
            let residual = Residual::Property(Box::new(call), member.into());
            Value::unknown(
                Unknown::new(residual, Reason::Scope(function.into())),
                Origin::None,
            )
        }
    };
    Target {
        kind: template.scope,
        subscription: value(&context.subscription, "subscription", "subscriptionId"),
        group: value(&context.resource_group, "resourceGroup", "name"),
        management_group: value(&context.management_group, "managementGroup", "name"),
    }
}
