//! What a run gives: findings, changes and what was not decided, each with the deployment that it belongs to.

use crate::diff::Change;
use crate::finding::{Finding, Level};
use crate::model::{Deployment, NotEvaluated};
use crate::plan::Sequence;
use crate::plan::emit::Remaining;
use crate::text::Files;

use super::failure::Failure;

/// The result of a run. Always there: what could not be read is a failure beside the rest.
#[derive(Debug)]
pub struct Outcome {
    /// Whether it is the outcome of a plan: it has changes.
    pub is_plan: bool,
    /// All texts that were read.
    pub files: Files,
    /// The deployments that were evaluated.
    pub deployments: Vec<DeploymentOutcome>,
    /// What differs, in the order of the deployments.
    pub changes: Vec<Changed>,
    /// Findings in the order in which they are shown.
    pub findings: Vec<Reported>,
    /// What was not decided.
    pub not_evaluated: Vec<Undecided>,
    /// What could not be read or used.
    pub failures: Vec<Failure>,
    /// Steps that get there, cluster by cluster.
    pub sequences: Vec<Planned>,
    /// The folder to which the steps were written.
    pub emitted: Option<String>,
}

/// The steps for a cluster, with the deployment that they belong to.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Index into `deployments`.
    pub deployment: usize,
    /// The steps.
    pub sequence: Sequence,
    /// The deployments that share the state of the cluster, as indexes.
    pub group: Vec<usize>,
    /// What remains to change in the sources.
    pub remaining: Remaining,
}

/// One deployment of the run.
#[derive(Clone, Debug)]
pub struct DeploymentOutcome {
    /// Its name.
    pub name: String,
    /// Its template, as shown.
    pub template: String,
    /// Its parameter files as shown, and the names of single values.
    pub parameters: Vec<String>,
    /// What it was compared with.
    pub before: BeforeState,
    /// Whether that could be read.
    pub is_compared: bool,
    /// How it ends.
    pub verdict: Verdict,
    /// Whether everything was decided.
    pub complete: bool,
    /// What it asks for.
    pub after: Deployment,
    /// What was there; none for a first deployment.
    pub previous: Option<Deployment>,
}

/// What happens to a resource, with its deployment.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Index into `deployments`.
    pub deployment: usize,
    /// What happens; its indexes count in the deployment's resources.
    pub change: Change,
}

/// What a deployment was compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeforeState {
    /// Where it came from.
    pub kind: BeforeKind,
    /// Revision, file, or why there is none.
    pub label: String,
}

/// Where a state before came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeforeKind {
    /// A git revision.
    Git,
    /// A template.
    Template,
    /// Output of Azure.
    Live,
    /// A first deployment.
    None,
}

/// How a deployment ends, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// AKS would refuse it.
    Blocked,
    /// It changes something, and nothing is refused.
    Changes,
    /// Nothing found, but not everything was decided.
    Incomplete,
    /// Nothing changes.
    Ok,
}

/// A finding with its deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Index into `deployments`.
    pub deployment: usize,
    /// The finding.
    pub finding: Finding,
}

/// Something undecided with its deployment.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// Index into `deployments`.
    pub deployment: usize,
    /// What and why.
    pub what: NotEvaluated,
    /// How it can be had, where somebody knows.
    pub way: Option<String>,
    /// Whether it may hide a change or a refusal, so that the plan is not complete.
    pub counts: bool,
}

impl Outcome {
    /// An outcome without anything.
    pub fn empty(is_plan: bool) -> Self {
        Self {
            is_plan,
            files: Files::default(),
            deployments: Vec::new(),
            changes: Vec::new(),
            findings: Vec::new(),
            not_evaluated: Vec::new(),
            failures: Vec::new(),
            sequences: Vec::new(),
            emitted: None,
        }
    }

    /// The worst verdict.
    pub fn verdict(&self) -> Verdict {
        let worst = self
            .deployments
            .iter()
            .map(|deployment| deployment.verdict)
            .min();
        match worst {
            Some(verdict) => verdict,
            None if self.failures.is_empty() => Verdict::Ok,
            None => Verdict::Incomplete,
        }
    }

    /// What the deployments were compared with: the state of all of them, or of the first.
    pub fn before(&self) -> BeforeState {
        self.deployments.first().map_or_else(
            || BeforeState {
                kind: BeforeKind::None,
                label: String::new(),
            },
            |deployment| deployment.before.clone(),
        )
    }

    /// Whether everything was decided and read.
    pub fn complete(&self) -> bool {
        self.failures.is_empty()
            && self
                .deployments
                .iter()
                .all(|deployment| deployment.complete)
    }

    /// Whether there was nothing to look at.
    pub fn is_empty(&self) -> bool {
        self.deployments.is_empty() && self.findings.is_empty()
    }

    /// Whether there is a finding of this level or worse.
    pub fn has(&self, level: Level) -> bool {
        self.findings
            .iter()
            .any(|reported| reported.finding.level <= level)
    }
}
