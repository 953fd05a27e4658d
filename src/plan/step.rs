//! What a plan consists of: sequences of steps, one for each cluster, and what they leave open.

use std::sync::Arc;

use crate::aks::Segment;
use crate::aks::facts::WayOut;
use crate::aks::service::{Operation, Service};
use crate::finding::AzureError;

/// The plan of a run.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// One for each cluster that needs steps, in the order of the state after.
    pub sequences: Vec<Sequence>,
    /// Names of pools that others take the place of.
    pub replaced: Vec<String>,
}

/// The steps for one cluster.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// Name of the cluster.
    pub cluster: Segment,
    /// Its id, as printed.
    pub id: String,
    /// In order.
    pub steps: Vec<Step>,
    /// What no sequence reaches, with the reason.
    pub unreachable: Vec<Unreachable>,
    /// What is other than asked for once the steps have run.
    pub differences: Vec<Difference>,
    /// Which pool takes the place of which: old name, new name.
    pub renamed: Vec<(String, String)>,
    /// Likewise, and which does so for a while.
    pub stand_ins: Vec<(String, String)>,
    /// What it is the way out of.
    pub answers: Vec<Answer>,
    /// The service before the first step, and after each.
    pub states: Vec<Arc<Service>>,
    /// Why the steps do not stand the proof: a fault of this program. Then there are no steps.
    pub fault: Option<String>,
}

/// A finding to which a sequence is the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its rule.
    pub rule: String,
    /// Its resource, as printed.
    pub resource: String,
    /// Lower-case name of the pool, where it is about one.
    pub pool: Option<String>,
}

impl Sequence {
    /// Whether only a new cluster gets there.
    pub fn needs_new_cluster(&self) -> bool {
        let new = |one: &Unreachable| one.way_out == WayOut::NewCluster;
        self.unreachable.iter().any(new)
    }

    /// Numbers the steps from one behind a number on, and says which are independent.
    pub fn number_from(&mut self, last: usize) {
        for step in &mut self.steps {
            step.number += last;
            for other in &mut step.independent {
                *other += last;
            }
            if !step.independent.is_empty() {
                let text = format!(
                    "independent of {}: one at a time, in any order",
                    ranges(&step.independent)
                );
                step.effects.push(text);
            }
        }
    }
}

/// Numbers of steps in words, those in a row as ranges.
pub fn ranges(numbers: &[usize]) -> String {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => parts.push((*number, *number)),
        }
    }
    let word = if numbers.len() == 1 { "step" } else { "steps" };
    let parts: Vec<String> = parts
        .iter()
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first}-{last}"),
        })
        .collect();
    format!("{word} {}", parts.join(", "))
}

/// What happens in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// A pool is added.
    AddPool,
    /// The number of nodes changes.
    ScalePool,
    /// Another change of a pool: autoscaler, mode, settings.
    UpdatePool,
    /// The Kubernetes version of a pool goes up.
    UpgradePool,
    /// It goes back.
    RollBackPool,
    /// Nodes are cordoned and drained.
    DrainPool,
    /// A pool is deleted.
    DeletePool,
    /// The version of the control plane goes up.
    UpgradeControlPlane,
    /// Another change of the cluster, moves of its network too.
    UpdateCluster,
    /// Something that no template does: start, stop, wait.
    Manual,
}

impl StepKind {
    /// The word in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AddPool => "add-pool",
            Self::ScalePool => "scale-pool",
            Self::UpdatePool => "update-pool",
            Self::UpgradePool => "upgrade-pool",
            Self::RollBackPool => "rollback-pool",
            Self::DrainPool => "drain-pool",
            Self::DeletePool => "delete-pool",
            Self::UpgradeControlPlane => "upgrade-control-plane",
            Self::UpdateCluster => "update-cluster",
            Self::Manual => "manual",
        }
    }
}

/// One step: a deployment, or commands.
#[derive(Clone, Debug)]
pub struct Step {
    /// From 1, over all sequences of a plan.
    pub number: usize,
    /// What happens.
    pub kind: StepKind,
    /// The cluster, or the pool as `cluster/pool`.
    pub target: String,
    /// Lower-case name of the pool, where it is about one.
    pub pool: Option<String>,
    /// What tells it from others of its kind: a version, a number of nodes, members.
    pub detail: Option<String>,
    /// Why it is needed.
    pub reason: String,
    /// The service's error that it avoids.
    pub avoids: Option<AzureError>,
    /// Commands that do it, and that show when it is done.
    pub commands: Vec<String>,
    /// File of its template, once it is written.
    pub template: Option<String>,
    /// What it does to nodes, pods, quota and addresses.
    pub effects: Vec<String>,
    /// Whether it can be undone, and how.
    pub undo: Option<String>,
    /// Numbers of steps on other pools that could change places with it.
    pub independent: Vec<usize>,
    /// What is asked of the service.
    pub operation: Operation,
    /// Members that it changes.
    pub paths: Vec<String>,
    /// Which part of the walk found it: neighbours of one part are independent unless shown otherwise.
    pub(super) phase: u32,
}

impl Step {
    /// What happens to what, in a few words.
    pub fn head(&self) -> String {
        let (kind, target) = (self.kind.word(), &self.target);
        match &self.detail {
            Some(detail) => format!("{kind} {target} ({detail})"),
            None => format!("{kind} {target}"),
        }
    }

    /// Whether a template deploys it.
    pub const fn is_deployment(&self) -> bool {
        matches!(self.operation, Operation::Put(_))
    }

    /// Why it is needed, with the error that it avoids.
    pub fn full_reason(&self) -> String {
        match &self.avoids {
            None => self.reason.clone(),
            Some(AzureError { code, target: None }) => format!("{} (avoids {code})", self.reason),
            Some(AzureError {
                code,
                target: Some(target),
            }) => format!("{} (avoids {code}, target {target})", self.reason),
        }
    }

    /// Effects, and whether it is taken back.
    pub fn all_effects(&self) -> Vec<String> {
        let mut effects = self.effects.clone();
        effects.push(match &self.undo {
            Some(undo) => format!("undo: {undo}"),
            None => "irreversible".to_owned(),
        });
        effects
    }

    /// Whether it cannot be taken back.
    pub const fn is_irreversible(&self) -> bool {
        self.undo.is_none()
    }
}

/// Something that is asked for and that no sequence of operations reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreachable {
    /// The cluster, or the pool.
    pub target: String,
    /// The member, where it is one.
    pub path: Option<String>,
    /// Why.
    pub reason: String,
    /// What can be done.
    pub way: String,
    /// Its kind.
    pub way_out: WayOut,
    /// The service's error.
    pub azure: Option<AzureError>,
}

impl Unreachable {
    /// The member with its owner, in words.
    pub fn what(&self) -> String {
        match &self.path {
            Some(path) => format!("{path} of {}", self.target),
            None => self.target.clone(),
        }
    }
}

/// Something that is other than asked for in the end, on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The cluster or the pool, by the name it has in the end.
    pub target: String,
    /// Lower-case name of the pool in the end.
    pub pool: Option<String>,
    /// The member; none: the pool as a whole.
    pub path: Option<String>,
    /// Why.
    pub reason: String,
}
