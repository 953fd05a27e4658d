//! An outcome to the files of its steps.

use crate::aks::facts::Facts;
use crate::model::Deployment;
use crate::plan::emit::{self, Emission, Subject};

use super::outcome::{DeploymentOutcome, Outcome, Planned};

/// The files for the steps of an outcome; none where there are no steps, or something could not be read.
pub fn emission(outcome: &Outcome, facts: &Facts) -> Emission {
    if !outcome.failures.is_empty() {
        return Emission::default();
    }
    let subjects: Vec<Subject<'_>> = outcome
        .sequences
        .iter()
        .map(|planned| subject(outcome, planned))
        .collect();
    emit::emit(emit::Query {
        facts,
        files: &outcome.files,
        subjects: &subjects,
    })
}

fn subject<'a>(outcome: &'a Outcome, planned: &'a Planned) -> Subject<'a> {
    let deployments = &outcome.deployments;
    let group: Vec<&DeploymentOutcome> = planned
        .group
        .iter()
        .filter_map(|index| deployments.get(*index))
        .collect();
    let own = deployments.get(planned.deployment);
    Subject {
        sequence: &planned.sequence,
        after: group.iter().map(|one| &one.after).collect(),
        before: group
            .iter()
            .filter_map(|one| one.previous.as_ref())
            .collect::<Vec<&Deployment>>(),
        template: own.map_or_else(String::new, described),
        compared: own.map_or_else(String::new, |own| own.before.label.clone()),
        remaining: &planned.remaining,
    }
}

/// A deployment in words.
fn described(deployment: &DeploymentOutcome) -> String {
    if deployment.parameters.is_empty() {
        deployment.template.clone()
    } else {
        format!(
            "{} with {}",
            deployment.template,
            deployment.parameters.join(", ")
        )
    }
}
