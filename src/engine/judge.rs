//! What AKS does with the deployments of one scope.

use std::collections::BTreeSet;

use crate::aks::change::pairs;
use crate::aks::cluster::{State, StateKind};
use crate::aks::legality::{self, Mode, Options};
use crate::config;
use crate::diff::ChangeType;
use crate::model::Deployment;
use crate::plan::{self, Mistake, Plan};
use crate::rules::{Judged, put_into_words};
use crate::text::Files;

use super::outcome::BeforeKind;
use super::request::Request;
use super::side::Side;
use super::world::World;

/// What comes out of the judgement of a group.
#[derive(Default)]
pub(super) struct Group {
    /// What the rules find.
    pub(super) judged: Judged,
    /// The steps of a plan.
    pub(super) plan: Option<Result<Plan, Mistake>>,
}

/// What the rules about AKS find in a group of deployments that share a state.
pub(super) fn group(
    request: &Request,
    world: &World<'_>,
    files: &Files,
    sides: &[Side],
    group: &[usize],
) -> Group {
    let sides: Vec<&Side> = group
        .iter()
        .filter_map(|index| sides.get(*index))
        .filter(|side| side.before.known)
        .collect();
    let Some(first) = sides.first() else {
        return Group::default();
    };
    let before: Vec<&Deployment> = sides
        .iter()
        .filter_map(|side| side.before.deployment.as_ref())
        .collect();
    let after: Vec<&Deployment> = sides.iter().map(|side| &side.after).collect();
    let is_live = matches!(first.before.state.kind, BeforeKind::Live);
    let kind = if is_live {
        StateKind::Live
    } else {
        StateKind::Template
    };
    let features: BTreeSet<String> = sides
        .iter()
        .flat_map(|side| side.target.features.iter().cloned())
        .collect();
    let options = Options {
        features,
        as_of: request.as_of,
        mode: match first.mode {
            config::Mode::Incremental => Mode::Incremental,
            config::Mode::Complete => Mode::Complete,
            config::Mode::Stack => Mode::Stack,
        },
        plan: request.is_plan() || !before.is_empty(),
    };
    let mut before = State::of(&before, kind, world.facts);
    before.leave_open(
        sides
            .iter()
            .flat_map(|side| &side.changes)
            .filter_map(|change| {
                matches!(change.change_type, ChangeType::Ignore)
                    .then_some(change.resource_id.as_str())
            }),
    );
    let mut after = State::of(&after, StateKind::Template, world.facts);
    leave_gaps_open(&sides, &mut before, &mut after);
    let changes = pairs(&before, &after);
    let rulings = legality::judge(world.facts, files, &options, &changes, &before, &after);
    let judged = put_into_words(world.facts, files, &changes, &rulings);
    let plan = request.is_plan().then(|| {
        plan::plan(plan::Query {
            facts: world.facts,
            files,
            options: &options,
            wishes: &request.wishes,
            before: &before,
            changes: &changes,
            rulings: &rulings,
        })
    });
    Group { judged, plan }
}

/// What only one side could evaluate may be there on the other as well.
fn leave_gaps_open(sides: &[&Side], before: &mut State, after: &mut State) {
    if let Some(why) = sides.iter().find_map(|side| side.gaps.before.as_ref()) {
        before.leave_pools_open(why);
    }
    let partial = sides
        .iter()
        .filter_map(|side| Some((side, side.gaps.after.as_ref()?)));
    for (side, why) in partial {
        after.leave_pools_open(why);
        let gone = side.changes.iter().filter(|change| change.after.is_none());
        after.leave_open(gone.map(|change| change.resource_id.as_str()));
    }
}
