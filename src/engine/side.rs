//! One deployment on both sides: what it asks for, what was there, what differs; and which of them share a state.

use crate::config::{BeforeConfig, Mode};
use crate::diff::{self, Change, ChangeType, Delta, PropertyChangeType};
use crate::eval::{Context, Reason};
use crate::finding::{Finding, ProblemKind};
use crate::ir::ScopeKind;
use crate::model::{Deployment, NotEvaluated};

use super::base::{Bases, Before};
use super::evaluate::{
    Inputs, evaluate, excuse_conditions, excuse_defaults, leave_out_what_never_is,
};
use super::failure::Failure;
use super::gaps::Gaps;
use super::request::{Request, Task};
use super::targets::{ParameterInput, Target};
use super::world::World;

/// One deployment on both sides.
pub(super) struct Side {
    /// What was asked for.
    pub(super) target: Target,
    /// Template and parameters as shown.
    pub(super) template: String,
    pub(super) parameters: Vec<String>,
    /// What happens to resources that left the template.
    pub(super) mode: Mode,
    /// What it would deploy.
    pub(super) after: Deployment,
    /// What was there.
    pub(super) before: Before,
    /// What either may lack.
    pub(super) gaps: Gaps,
    /// What differs; empty where only a state is judged.
    pub(super) changes: Vec<Change>,
    /// Whether all its files could be read.
    pub(super) is_read: bool,
}

impl Side {
    /// Evaluates both sides and compares them; none where the template cannot be read.
    pub(super) fn load(
        request: &Request,
        world: &World<'_>,
        bases: &Bases<'_>,
        target: Target,
        failures: &mut Vec<Failure>,
    ) -> Option<Self> {
        let complaints = failures.len();
        let (choice, asked) = choice(request, bases, &target);
        let live = match &choice {
            Some(BeforeConfig::Live(paths)) => bases.live(&target.context, paths, failures),
            _ => None,
        };
        let context = live
            .as_ref()
            .map_or(&target.context, |live| &live.context)
            .clone();
        let inputs = Inputs {
            library: bases.library(),
            template: &target.template,
            parameters: &target.parameters,
            context: &context,
            last: matches!(request.task, Task::Evaluate { .. }),
        };
        let evaluated = match evaluate(&inputs) {
            Ok(evaluated) => evaluated,
            Err(error) => {
                failures.push(error.into());
                return None;
            }
        };
        failures.extend(evaluated.unread.into_iter().map(Failure::from));
        let template = world.workspace.display(&evaluated.template);
        if target.is_named {
            failures.extend(unfit_option(&request.context, evaluated.scope, &template));
        }
        let mut after = evaluated.deployment;
        let alone = target.configured.is_none() && target.inputs().is_empty();
        let is_check = matches!(request.task, Task::Check { .. });
        if is_check || request.is_plan() {
            leave_out_what_never_is(&mut after);
        }
        if alone && is_check {
            excuse_defaults(&inputs, &mut after, evaluated.failing);
        }
        if is_check {
            excuse_conditions(&mut after);
        }
        if matches!(request.task, Task::Evaluate { .. }) {
            // Whoever only looks at the resources gets those parameters as unknown.
            after
                .problems
                .retain(|problem| !evaluated.missing.contains(problem));
        }
        let mode = match request.task {
            Task::Plan {
                mode: Some(mode), ..
            } => mode,
            _ => target.mode,
        };
        let before = match (&choice, &live) {
            (None, _) => Before::nothing("each template by itself"),
            (Some(BeforeConfig::Live(paths)), live) => bases.of_live(paths, live.as_ref()),
            (Some(choice), _) => bases.read(&target, &context, choice, asked, failures),
        };
        let gaps = Gaps::between(bases.library().files(), before.deployment.as_ref(), &after);
        let changes = if choice.is_some() && before.known {
            diff::compare(&diff::Sides {
                files: bases.library().files(),
                facts: world.facts,
                before: before.deployment.as_ref(),
                after: &after,
                mode,
                live: live.as_ref().is_some_and(|live| !live.is_predicted),
                blind: &|resource| match (&gaps.before, &live) {
                    (Some(_), _) => Some(
                        "not all of the state before could be evaluated: it may be there already"
                            .to_owned(),
                    ),
                    (None, live) => live.as_ref()?.blind(resource),
                },
                partial: gaps.after.is_some(),
            })
        } else {
            Vec::new()
        };
        Some(Self {
            parameters: target
                .inputs()
                .iter()
                .map(|input| match input {
                    ParameterInput::File(path) => world.workspace.display(path),
                    ParameterInput::Value { name, .. } => name.clone(),
                })
                .collect(),
            target,
            template,
            mode,
            after,
            before,
            gaps,
            changes,
            is_read: failures.len() == complaints,
        })
    }

    /// How a module that was not read can be had: what is said where it is named.
    pub(super) fn way_to(&self, what: &NotEvaluated) -> Option<String> {
        let is_module = matches!(what.reason, Reason::Module(_));
        let before = self.before.deployment.iter();
        let sides = before.chain([&self.after]).filter(|_| is_module);
        let mut problems = sides.flat_map(|side| &side.problems).filter(|problem| {
            problem.kind == ProblemKind::ModuleNotFound && problem.place == what.place
        });
        problems.find_map(|problem| problem.help.clone())
    }

    /// Lets go of what is needed to show changes, where there are none.
    pub(super) fn forget_unchanged(&mut self) {
        if self.changes.is_empty() {
            self.after.resources = Vec::new();
            self.after.outputs = Vec::new();
            self.before.deployment = None;
        }
    }

    /// Whether a state finding is about something that the plan creates or modifies.
    pub(super) fn touches(&self, finding: &Finding) -> bool {
        let Some(resource) = finding.resource.as_deref().map(str::to_ascii_lowercase) else {
            return true;
        };
        self.changes.iter().any(|change| {
            let id = change.resource_id.to_ascii_lowercase();
            let holds = resource == id
                || resource
                    .strip_prefix(&id)
                    .is_some_and(|rest| rest.starts_with('/'));
            holds
                && match change.change_type {
                    ChangeType::Create => true,
                    ChangeType::Modify => {
                        touches_item(&change.delta, finding.pointer.as_deref().unwrap_or(""))
                    }
                    _ => false,
                }
        })
    }

    /// Whether the deployment has a resource, or the parent of an inline one.
    fn has(&self, resource: &str) -> bool {
        let before = self
            .before
            .deployment
            .iter()
            .flat_map(|deployment| &deployment.resources);
        self.after.resources.iter().chain(before).any(|one| {
            one.id.as_text().is_some_and(|id| {
                resource
                    .get(..id.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(id))
                    && resource
                        .get(id.len()..)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        })
    }
}

/// Of an array whose items changed, only those items are touched.
fn touches_item(delta: &[Delta], pointer: &str) -> bool {
    delta
        .iter()
        .filter(|member| member.change_type == PropertyChangeType::Array)
        .all(|member| match pointer.strip_prefix(&member.pointer) {
            Some(rest) if rest.starts_with('/') => {
                let index = rest.split('/').nth(1).unwrap_or("");
                member.children.iter().any(|child| child.path == index)
            }
            _ => true,
        })
}

/// What a deployment is compared with, and whether somebody said so.
fn choice(request: &Request, bases: &Bases<'_>, target: &Target) -> (Option<BeforeConfig>, bool) {
    match &request.task {
        Task::Check { base, .. } => (base.clone().map(BeforeConfig::Base), true),
        Task::Evaluate { .. } => (None, true),
        Task::Plan { before, .. } => match before.clone().or_else(|| target.before.clone()) {
            Some(before) => (Some(before), true),
            None => (Some(bases.default_choice()), false),
        },
    }
}

/// An option of the command line that the template's scope does not have.
fn unfit_option(given: &Context, scope: ScopeKind, template: &str) -> Option<Failure> {
    let (words, help) = match scope {
        ScopeKind::ResourceGroup => (
            "a resource group",
            "it takes --subscription and --resource-group",
        ),
        ScopeKind::Subscription => ("a subscription", "it takes --subscription"),
        ScopeKind::ManagementGroup => ("a management group", "it takes --management-group"),
        ScopeKind::Tenant => ("the tenant", "it takes --tenant only"),
    };
    let group = given.resource_group.is_some() && scope != ScopeKind::ResourceGroup;
    let subscription = given.subscription.is_some()
        && !matches!(scope, ScopeKind::ResourceGroup | ScopeKind::Subscription);
    let management = given.management_group.is_some() && scope != ScopeKind::ManagementGroup;
    let option = [
        (group, "resource-group"),
        (subscription, "subscription"),
        (management, "management-group"),
    ]
    .into_iter()
    .find_map(|(unfit, option)| unfit.then_some(option))?;
    Some(Failure::ScopeOption {
        option,
        template: template.to_owned(),
        scope: words,
        help,
    })
}

/// Deployments of the configuration with the same scope share one state; every other stands alone.
pub(super) fn groups(sides: &[Side]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, side) in sides.iter().enumerate() {
        let same = |group: &&mut Vec<usize>| {
            group
                .first()
                .and_then(|first| sides.get(*first))
                .is_some_and(|other| {
                    side.target.same_configuration(&other.target)
                        && same_scope(&side.target.context, &other.target.context)
                })
        };
        let shared = if side.target.configured.is_some() {
            groups.iter_mut().find(same)
        } else {
            None
        };
        match shared {
            Some(group) => group.push(index),
            None => groups.push(vec![index]),
        }
    }
    groups
}

pub(super) fn same_scope(one: &Context, other: &Context) -> bool {
    let same = |a: &Option<std::sync::Arc<str>>, b: &Option<std::sync::Arc<str>>| match (a, b) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        (None, None) => true,
        _ => false,
    };
    same(&one.tenant, &other.tenant)
        && same(&one.management_group, &other.management_group)
        && same(&one.subscription, &other.subscription)
        && same(&one.resource_group, &other.resource_group)
}

/// The deployment of a group that a finding belongs to: the one that has the resource, else the one whose file it points into.
pub(super) fn owner(sides: &[Side], group: &[usize], finding: &Finding) -> usize {
    let member = |is: &dyn Fn(&Side) -> bool| {
        group
            .iter()
            .copied()
            .find(|index| sides.get(*index).is_some_and(is))
    };
    let has = |side: &Side| {
        finding
            .resource
            .as_deref()
            .is_some_and(|resource| side.has(resource))
    };
    let points = |side: &Side| {
        side.after
            .resources
            .iter()
            .any(|resource| resource.place.file == finding.place.file)
    };
    member(&|side| has(side) && points(side))
        .or_else(|| member(&has))
        .or_else(|| member(&points))
        .or_else(|| group.first().copied())
        .unwrap_or(0)
}

/// The deployment of a group whose resources stand in the file of a place.
pub(super) fn owner_of_place(sides: &[Side], group: &[usize], place: crate::text::Span) -> usize {
    let points = |index: &&usize| {
        sides.get(**index).is_some_and(|side| {
            side.after
                .resources
                .iter()
                .any(|resource| resource.place.file == place.file)
        })
    };
    group
        .iter()
        .find(points)
        .or(group.first())
        .copied()
        .unwrap_or(0)
}
