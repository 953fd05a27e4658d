//! From a change that AKS refuses, or takes in a certain order only, to steps each of which it takes: found by walking
//! through the model of the service, and proved by running them in it again.

mod bodies;
mod cluster_phases;
mod commands;
mod effects;
/// Files of a plan.
pub mod emit;
mod goals;
mod migration;
mod names;
mod pool_phases;
mod replay;
mod step;
mod versions;
mod walk;

pub use names::{Mistake, Wishes};
pub use step::{Answer, Difference, Plan, Sequence, Step, StepKind, Unreachable, ranges};

use crate::aks::change::ClusterChange;
use crate::aks::cluster::State;
use crate::aks::facts::Facts;
use crate::aks::legality::{Options, Ruling};
use crate::aks::service::Rulebook;
use crate::text::Files;

use goals::Goals;
use walk::Walk;

/// What is planned.
#[derive(Clone, Copy)]
pub struct Query<'a> {
    /// What AKS does with a change.
    pub facts: &'a Facts,
    /// The texts that literals stand in.
    pub files: &'a Files,
    /// Features, date, mode.
    pub options: &'a Options,
    /// What the user asks of the plan.
    pub wishes: &'a Wishes,
    /// What is deployed.
    pub before: &'a State,
    /// What is asked for, cluster by cluster.
    pub changes: &'a [ClusterChange<'a>],
    /// What the judgement says of it.
    pub rulings: &'a [Ruling<'a>],
}

impl<'a> Query<'a> {
    fn book(&self) -> Rulebook<'a> {
        Rulebook {
            facts: self.facts,
            files: self.files,
            options: self.options,
        }
    }
}

/// The steps for every cluster that needs some. A name that cannot be had ends it; whether every wish was of use is told
/// by all plans of a run together ([`Wishes::check`]).
pub fn plan(query: Query<'_>) -> Result<Plan, Mistake> {
    let mut plan = Plan::default();
    for change in query.changes {
        let (Some(before), Some(after)) = (change.before, change.after) else {
            continue;
        };
        let key = before.address.cluster_key();
        let asked = after.address.cluster_key();
        let rulings = query.rulings.iter();
        let own: Vec<&Ruling<'_>> = rulings.filter(|ruling| ruling.cluster == asked).collect();
        let mut goals = Goals::of(query, change, &own);
        plan.replaced
            .extend(goals.name_replacements(query, change)?);
        let mut walk = Walk::new(query, &key, goals);
        walk.run();
        let sequence = walk.sequence(query, change, &own);
        plan.sequences.extend(sequence);
    }
    Ok(plan)
}
