//! A finding to its way out: the steps of the plan that get round it, what remains to edit behind them, or why there are none.

use crate::plan::emit::Change;
use crate::plan::{Step, Unreachable};

use super::outcome::{Outcome, Planned, Reported};

/// The way out of what a finding is about.
#[derive(Debug)]
pub struct Way<'o> {
    /// The steps that it is a part of.
    pub planned: &'o Planned,
    /// Those that get round it, in order; none where no sequence does.
    pub steps: Vec<&'o Step>,
    /// What remains to change in the sources for it.
    pub changes: Vec<&'o Change>,
    /// What stands in the way of all steps.
    pub unreachable: Vec<&'o Unreachable>,
}

impl Outcome {
    /// The way out of a finding; none where the plan has no answer to it.
    pub fn way(&self, reported: &Reported) -> Option<Way<'_>> {
        let finding = &reported.finding;
        let resource = finding.resource.as_deref()?;
        let (planned, answer) = self.sequences.iter().find_map(|planned| {
            let mut answers = planned.sequence.answers.iter();
            let answer = answers.find(|answer| {
                planned.group.contains(&reported.deployment)
                    && answer.rule == finding.rule
                    && answer.resource == resource
            })?;
            Some((planned, answer))
        })?;
        let sequence = &planned.sequence;
        let key = answer.pool.as_deref();
        let is_of = |pool: Option<&str>| match (key, pool) {
            (Some(key), Some(pool)) => {
                let stands_in = |(old, new): &(String, String)| old == key && new == pool;
                pool == key || sequence.stand_ins.iter().any(stands_in)
            }
            (key, pool) => key == pool,
        };
        let steps = || sequence.steps.iter();
        let mut own: Vec<&Step> = steps().filter(|step| is_of(step.pool.as_deref())).collect();
        if own.is_empty() {
            own = steps().collect();
        }
        let changes = planned.remaining.changes.iter();
        let changes = changes.filter(|change| is_of(change.pool.as_deref()));
        let unreachable = sequence.unreachable.iter();
        Some(Way {
            planned,
            changes: changes.collect(),
            unreachable: unreachable.filter(|_| own.is_empty()).collect(),
            steps: own,
        })
    }
}
