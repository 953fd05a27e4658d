//! From what was found on the way to the outcome: order, what is said twice, verdicts.

use std::collections::BTreeSet;
use std::path::Path;

use crate::aks::facts::Facts;
use crate::diff::{Change, ChangeType};
use crate::eval::Reason;
use crate::finding::{Finding, Level, ProblemKind};
use crate::model::{Deployment, Library, NotEvaluated};
use crate::plan::emit;
use crate::plan::{Mistake, Plan};
use crate::rules::{self, OpenValue};
use crate::source::SourceError;
use crate::text::{Files, Span};

use super::base::Before;
use super::failure::Failure;
use super::outcome::{Changed, DeploymentOutcome, Outcome, Planned, Reported, Undecided, Verdict};
use super::request::Request;
use super::side::Side;
use super::world::World;

/// What is found on the way.
#[derive(Debug, Default)]
pub(super) struct Parts {
    findings: Vec<Reported>,
    undecided: Vec<Undecided>,
    /// Parameter files without a template, as shown.
    lone: Vec<String>,
    sequences: Vec<Planned>,
    /// Pools that others take the place of.
    replaced: BTreeSet<String>,
}

impl Parts {
    /// What is said of a deployment by itself.
    pub(super) fn of_one(&mut self, deployment: usize, side: &Side, files: &Files, is_plan: bool) {
        self.problems(deployment, side, is_plan);
        self.by_itself(deployment, side, is_plan);
        self.undecided(files, deployment, side);
    }

    /// The problems of reading and evaluating; a plan shows those that make it fail.
    fn problems(&mut self, deployment: usize, side: &Side, is_plan: bool) {
        for problem in &side.after.problems {
            // That the count of a loop is not known stands among what is undecided.
            let is_undecided =
                problem.level == Level::Warning && problem.kind == ProblemKind::CopyInvalid;
            if problem.level == Level::Error || !(is_plan || is_undecided) {
                self.found(deployment, rules::finding(problem));
            }
        }
    }

    /// What the rules about a deployment by itself find; a plan shows it of resources that it creates or modifies.
    fn by_itself(&mut self, deployment: usize, side: &Side, is_plan: bool) {
        let mut findings = Vec::new();
        rules::check_deployment(&side.after, &mut findings);
        findings.retain(|finding| !is_plan || side.touches(finding));
        for finding in findings {
            self.found(deployment, finding);
        }
    }

    /// What could not be decided on either side, and may hide a change or a refusal.
    fn undecided(&mut self, files: &Files, deployment: usize, side: &Side) {
        let before = side
            .before
            .deployment
            .as_ref()
            .map_or(&[][..], |before| &before.not_evaluated);
        let after = &side.after.not_evaluated;
        let alone = |one: &&NotEvaluated, others: &[NotEvaluated]| {
            counts(one) && !others.iter().any(|other| is_same(files, one, other))
        };
        // A module that neither side could read is told once.
        let again = |one: &&NotEvaluated| {
            let same = |other: &NotEvaluated| other.what == one.what && other.reason == one.reason;
            matches!(one.reason, Reason::Module(_)) && after.iter().any(same)
        };
        let all = after
            .iter()
            .filter(|one| alone(one, before))
            .chain(before.iter().filter(|one| alone(one, after) && !again(one)));
        let mut known: BTreeSet<(Span, &str)> = BTreeSet::new();
        for what in all {
            if known.insert((what.place, &what.what)) {
                self.undecided.push(Undecided {
                    deployment,
                    what: what.clone(),
                    way: side.way_to(what),
                    counts: true,
                });
            }
        }
    }

    /// A value that was not known where it decides.
    pub(super) fn open(&mut self, deployment: usize, open: OpenValue) {
        self.undecided.push(Undecided {
            deployment,
            what: open.what,
            way: None,
            counts: !open.is_same,
        });
    }

    /// The steps of a plan, numbered through.
    pub(super) fn plan(
        &mut self,
        owners: &[(usize, &Side)],
        plan: Option<Result<Plan, Mistake>>,
        (facts, files): (&Facts, &Files),
        failures: &mut Vec<Failure>,
    ) {
        let after: Vec<&Deployment> = owners.iter().map(|(_, side)| &side.after).collect();
        let plan = match plan {
            None => return,
            Some(Ok(plan)) => plan,
            Some(Err(mistake)) => {
                failures.push(mistake.into());
                return;
            }
        };
        self.replaced.extend(plan.replaced);
        for mut sequence in plan.sequences {
            if let Some(fault) = sequence.fault.take() {
                failures.push(Failure::Unproved {
                    cluster: sequence.cluster.text.clone(),
                    fault,
                });
                continue;
            }
            let has = |(_, side): &&(usize, &Side)| {
                side.after.resources.iter().any(|resource| {
                    resource
                        .id
                        .as_text()
                        .is_some_and(|id| id.eq_ignore_ascii_case(&sequence.id))
                })
            };
            let owner = owners.iter().find(has).or(owners.first());
            let owner = owner.map(|(index, _)| *index);
            let first = self
                .sequences
                .iter()
                .map(|planned| planned.sequence.steps.len())
                .sum();
            sequence.number_from(first);
            self.sequences.push(Planned {
                deployment: owner.unwrap_or_default(),
                remaining: emit::remaining(facts, files, &sequence, &after),
                group: owners.iter().map(|(index, _)| *index).collect(),
                sequence,
            });
        }
    }

    /// What was found of one deployment elsewhere, where it was deployment 0.
    pub(super) fn append(&mut self, deployment: usize, of_one: Self) {
        for reported in of_one.findings {
            self.found(deployment, reported.finding);
        }
        for undecided in of_one.undecided {
            self.undecided.push(Undecided {
                deployment,
                ..undecided
            });
        }
    }

    /// A finding.
    pub(super) fn found(&mut self, deployment: usize, finding: Finding) {
        self.findings.push(Reported {
            deployment,
            finding,
        });
    }

    /// A parameter file that no template goes with: its own shape. It stands among the deployments under its own name.
    pub(super) fn lone_parameter_file(
        &mut self,
        deployment: usize,
        world: &World<'_>,
        library: &Library<'_>,
        path: &Path,
    ) -> Result<(), SourceError> {
        for problem in &library.parameters(path)?.problems {
            self.found(deployment, rules::finding(problem));
        }
        self.lone.push(world.workspace.display(path));
        Ok(())
    }

    /// The outcome of the run.
    pub(super) fn outcome(
        mut self,
        request: &Request,
        files: Files,
        sides: Vec<Side>,
        mut failures: Vec<Failure>,
    ) -> Outcome {
        let is_plan = request.is_plan();
        // Where something could not be read, its pools are not known.
        if failures.is_empty()
            && let Err(mistake) = request.wishes.check(&self.replaced)
        {
            failures.push(mistake.into());
        }
        // Steps with other names than asked for are of no use.
        if failures.iter().any(|one| matches!(one, Failure::Wish(_))) {
            self.sequences.clear();
        }
        self.findings
            .retain(|reported| is_wanted(request, reported.finding.rule));
        let findings = sorted(self.findings, &files, !is_plan);
        let mut outcome = Outcome {
            files,
            findings,
            not_evaluated: self.undecided,
            failures,
            sequences: self.sequences,
            ..Outcome::empty(is_plan)
        };
        for (index, side) in sides.into_iter().enumerate() {
            let undecided = outcome
                .not_evaluated
                .iter()
                .any(|undecided| undecided.deployment == index && undecided.counts);
            let failed = side
                .after
                .problems
                .iter()
                .any(|problem| problem.level == Level::Error);
            let complete = !failed
                && side.is_read
                && side.before.known
                && !undecided
                && !side
                    .changes
                    .iter()
                    .any(|change| change.change_type == ChangeType::Unsupported);
            let own = outcome
                .findings
                .iter()
                .filter(|reported| reported.deployment == index);
            let verdict = if is_plan {
                plan_verdict(own, &side.changes, complete)
            } else {
                check_verdict(own, complete)
            };
            outcome
                .changes
                .extend(side.changes.into_iter().map(|change| Changed {
                    deployment: index,
                    change,
                }));
            outcome.deployments.push(DeploymentOutcome {
                name: side.target.name,
                template: side.template,
                parameters: side.parameters,
                before: side.before.state,
                is_compared: side.before.known,
                verdict,
                complete,
                after: side.after,
                previous: side.before.deployment,
            });
        }
        for name in self.lone {
            let index = outcome.deployments.len();
            let own = outcome
                .findings
                .iter()
                .filter(|reported| reported.deployment == index);
            let complete = own
                .clone()
                .all(|reported| reported.finding.level != Level::Error);
            let verdict = check_verdict(own, complete);
            outcome.deployments.push(DeploymentOutcome {
                template: name.clone(),
                parameters: vec![name.clone()],
                name,
                before: Before::nothing("each file by itself").state,
                is_compared: true,
                verdict,
                complete,
                after: Deployment::default(),
                previous: None,
            });
        }
        outcome
    }
}

/// By place; what is said twice is said once. `across`: also of several deployments.
fn sorted(mut findings: Vec<Reported>, files: &Files, across: bool) -> Vec<Reported> {
    findings.sort_by_cached_key(|reported| {
        let finding = &reported.finding;
        let location = files.location(finding.place);
        (
            location,
            finding.level,
            finding.rule,
            finding.message.clone(),
            finding.resource.clone(),
            reported.deployment,
        )
    });
    findings.dedup_by(|later, earlier| {
        later.finding == earlier.finding && (across || later.deployment == earlier.deployment)
    });
    findings
}

/// Whether the user wants to see findings of this rule.
fn is_wanted(request: &Request, rule: &str) -> bool {
    (request.select.is_empty() || request.select.contains(&rule)) && !request.ignore.contains(&rule)
}

/// A scope value that was not given is the same placeholder on both sides.
fn counts(undecided: &NotEvaluated) -> bool {
    !matches!(undecided.reason, Reason::Scope(_))
}

/// The same expression on both sides, open for the same reason, is no difference. What failed or was not read stays undecided.
fn is_same(files: &Files, one: &NotEvaluated, other: &NotEvaluated) -> bool {
    let open = !matches!(
        one.reason,
        Reason::Failed | Reason::Limit | Reason::Module(_)
    );
    open && one.reason == other.reason
        && one.what == other.what
        && files.slice(one.place) == files.slice(other.place)
}

/// How a plan of one deployment ends.
fn plan_verdict<'f>(
    findings: impl Iterator<Item = &'f Reported>,
    changes: &[Change],
    complete: bool,
) -> Verdict {
    let mut findings = findings;
    let refused = findings.any(|reported| {
        reported.finding.level == Level::Error && rules::is_about_aks(reported.finding.rule)
    });
    let changed = changes.iter().any(|change| {
        matches!(
            change.change_type,
            ChangeType::Create | ChangeType::Modify | ChangeType::Delete
        )
    });
    match (refused, changed, complete) {
        (true, ..) => Verdict::Blocked,
        (false, true, _) => Verdict::Changes,
        (false, false, false) => Verdict::Incomplete,
        (false, false, true) => Verdict::Ok,
    }
}

/// How a check of one deployment ends.
fn check_verdict<'f>(findings: impl Iterator<Item = &'f Reported>, complete: bool) -> Verdict {
    let mut findings = findings;
    let blocked = findings.any(|reported| {
        reported.finding.level == Level::Error
            && !rules::is_evaluation_failure(reported.finding.rule)
    });
    match (blocked, complete) {
        (true, _) => Verdict::Blocked,
        (false, false) => Verdict::Incomplete,
        (false, true) => Verdict::Ok,
    }
}
