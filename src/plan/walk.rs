//! The walk from what is deployed to what is asked for: the next operation that the service takes, until nothing is left to do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::aks::change::ClusterChange;
use crate::aks::cluster::State;
use crate::aks::facts::{Property, Role, Scope, WayOut};
use crate::aks::legality::{self, Ruling, Subject};
use crate::aks::read::read;
use crate::aks::service::{Operation, Refusal, Service};
use crate::eval::Value;
use crate::finding::AzureError;

use super::goals::{Fate, Goals, PoolGoal};
use super::step::{Answer, Difference, Sequence, Step, StepKind, Unreachable};
use super::{Query, effects, replay};

/// Rounds in which what was refused is tried again.
const ROUNDS: usize = 6;

/// The walk through one cluster.
pub(super) struct Walk<'a> {
    pub(super) query: Query<'a>,
    pub(super) goals: Goals,
    /// As it stands after the steps so far.
    pub(super) service: Arc<Service>,
    pub(super) start: Arc<Service>,
    pub(super) steps: Vec<Step>,
    pub(super) states: Vec<Arc<Service>>,
    /// The last refusal of what is still to be done: by pool (none: the cluster) and member.
    pub(super) refused: BTreeMap<(Option<String>, String), Box<Refusal>>,
    /// What stays other than asked for, on purpose.
    pub(super) differences: Vec<Difference>,
    pub(super) renamed: Vec<(String, String)>,
    /// Replaced pools that are done with, and pools that are deleted.
    pub(super) done: BTreeSet<String>,
    /// The upgrade channel that a step took away for a while.
    pub(super) channel: Option<String>,
    pub(super) phase: u32,
}

/// A step before it is taken.
pub(super) struct Draft {
    pub(super) kind: StepKind,
    pub(super) pool: Option<String>,
    pub(super) reason: String,
    pub(super) avoids: Option<AzureError>,
    pub(super) operation: Operation,
    pub(super) paths: Vec<String>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(query: Query<'a>, key: &str, goals: Goals) -> Self {
        let service = Arc::new(Service::of(query.before, key, query.facts));
        Self {
            query,
            goals,
            start: Arc::clone(&service),
            states: vec![Arc::clone(&service)],
            service,
            steps: Vec::new(),
            refused: BTreeMap::new(),
            differences: Vec::new(),
            renamed: Vec::new(),
            done: BTreeSet::new(),
            channel: None,
            phase: 0,
        }
    }

    /// Walks as far as it goes.
    pub(super) fn run(&mut self) {
        self.make_ready();
        for _ in 0..ROUNDS {
            let count = self.steps.len();
            self.refused.clear();
            for phase in [
                Self::cluster_settings,
                Self::pools_first,
                Self::control_plane,
                Self::cluster_reimages,
                Self::pool_reimages,
                Self::replacements,
                Self::final_versions,
                Self::pools_last,
                Self::deletions,
            ] {
                self.phase += 1;
                phase(self);
            }
            if self.steps.len() == count {
                break;
            }
        }
        self.phase += 1;
        self.channel_back();
        self.stop_again();
    }

    /// Asks the service for an operation, and makes a step of it if it takes it.
    pub(super) fn take(&mut self, draft: Draft) -> Result<(), Box<Refusal>> {
        let next = Arc::new(self.service.apply(self.query.book(), &draft.operation)?);
        let cluster = self.service.cluster();
        let name = cluster.map(|cluster| cluster.name.text.clone());
        let pool = draft.pool.as_ref().map(|key| {
            next.pool(key)
                .or_else(|| self.service.pool(key))
                .map_or_else(|| key.clone(), |pool| pool.name.text.clone())
        });
        let target = match (name, pool) {
            (Some(cluster), Some(pool)) => format!("{cluster}/{pool}"),
            (Some(cluster), None) => cluster,
            (None, pool) => pool.unwrap_or_default(),
        };
        let mut step = Step {
            number: self.steps.len() + 1,
            kind: draft.kind,
            target,
            pool: draft.pool,
            detail: None,
            reason: draft.reason,
            avoids: draft.avoids,
            commands: Vec::new(),
            template: None,
            effects: Vec::new(),
            undo: None,
            independent: Vec::new(),
            operation: draft.operation,
            paths: draft.paths,
            phase: self.phase,
        };
        effects::describe(self.query, &mut step, &self.service, &next);
        self.steps.push(step);
        self.states.push(Arc::clone(&next));
        self.service = next;
        Ok(())
    }

    /// Notes a refusal of something that is still to be done.
    pub(super) fn note(&mut self, pool: Option<&str>, path: &str, refusal: Box<Refusal>) {
        self.refused
            .insert((pool.map(str::to_owned), path.to_owned()), refusal);
    }

    /// Members of a pool that differ from what is asked for, with what AKS does with each.
    pub(super) fn pool_changes(&self, goal: &PoolGoal) -> Vec<Pending<'a>> {
        let Some(wanted) = &goal.wanted else {
            return Vec::new();
        };
        let service = &self.service;
        let facts = self.query.facts;
        let request = service.asked_of_pool(facts, &goal.key, wanted, goal.api.clone());
        changed(self.query, service, &request, Some(&goal.key))
    }

    /// Members of the cluster that differ from what is asked for.
    pub(super) fn cluster_changes(&self) -> Vec<Pending<'a>> {
        let Some(root) = &self.goals.root else {
            return Vec::new();
        };
        let request = self.service.asked_of_cluster(root, self.goals.api.clone());
        changed(self.query, &self.service, &request, None)
    }

    /// Members that the cluster's resource newly states, of which is not known whether they change.
    pub(super) fn newly_stated(&self) -> Vec<&'a Property> {
        let Some(root) = &self.goals.root else {
            return Vec::new();
        };
        let request = self.service.asked(self.query.facts, None, root);
        let change = ClusterChange::of(self.service.cluster(), request.clusters.values().next());
        let subject = subject(self.query, &self.service, &request, &change, None);
        let ids: Vec<String> = legality::newly_stated(subject)
            .iter()
            .map(|row| row.id.clone())
            .collect();
        let rows = self.query.facts.properties().iter();
        rows.filter(|row| ids.contains(&row.id)).collect()
    }

    /// A member of what is asked for of the cluster.
    pub(super) fn wanted_cluster_text(&self, role: Role) -> Option<String> {
        let row = self.query.facts.role(role)?;
        let root = self.goals.root.as_ref()?;
        read(root, &super::bodies::full_path(row)).text()
    }

    /// The goals of pools that stay, in order: a pool that has come stays as well, under the name that it has now.
    pub(super) fn kept(&self) -> Vec<PoolGoal> {
        let goals = self.goals.pools.iter();
        goals.filter_map(|goal| self.stays(goal, None)).collect()
    }

    /// What is asked for of a pool by the name that it has now.
    pub(super) fn goal_of(&self, key: &str) -> Option<PoolGoal> {
        let mut goals = self.goals.pools.iter();
        let kept = goals.find_map(|goal| self.stays(goal, Some(key)));
        kept.or_else(|| self.goals.pool(key).cloned())
    }

    /// The goal of a pool that stays and is there, by the name that it has now, if that is the one that is meant.
    fn stays(&self, goal: &PoolGoal, meant: Option<&str>) -> Option<PoolGoal> {
        let new = match &goal.fate {
            Fate::Keep | Fate::Add(_) => None,
            Fate::Replace(_) if self.done.contains(&goal.key) => {
                let new = self.renamed.iter().find(|(old, _)| *old == goal.key);
                new.map(|(_, new)| new)
            }
            Fate::Replace(_) | Fate::Delete(_) => return None,
        };
        let key = new.unwrap_or(&goal.key);
        let is_meant = meant.is_none_or(|meant| meant == key);
        (is_meant && self.service.pool(key).is_some()).then(|| PoolGoal {
            key: key.clone(),
            name: new.unwrap_or(&goal.name).clone(),
            fate: Fate::Keep,
            wanted: goal.wanted.clone(),
            api: goal.api.clone(),
        })
    }

    /// The sequence, once it has stood the proof; none where nothing needs one.
    pub(super) fn sequence(
        mut self,
        query: Query<'_>,
        change: &ClusterChange<'_>,
        rulings: &[&Ruling<'_>],
    ) -> Option<Sequence> {
        let unreachable = self.unreachable();
        let cluster = change.cluster()?;
        let mut sequence = Sequence {
            cluster: cluster.name.clone(),
            id: cluster.id.clone(),
            unreachable,
            differences: std::mem::take(&mut self.differences),
            renamed: std::mem::take(&mut self.renamed),
            stand_ins: self.goals.stand_ins(),
            answers: answers(change, rulings),
            states: std::mem::take(&mut self.states),
            steps: std::mem::take(&mut self.steps),
            fault: None,
        };
        let refused = rulings.iter().any(|ruling| ruling.refuses());
        let is_over = sequence
            .unreachable
            .iter()
            .any(|one| one.way_out == WayOut::NewCluster);
        if is_over || !needs_steps(&sequence, rulings) {
            // Without steps nothing ends otherwise than asked for.
            sequence.steps.clear();
            sequence.differences.clear();
            sequence.renamed.clear();
            sequence.states.truncate(1);
            return (refused && !sequence.unreachable.is_empty()).then_some(sequence);
        }
        if let Err(fault) = replay::prove(query, &self.goals, &self.start, &sequence) {
            sequence.steps.clear();
            sequence.fault = Some(fault);
            return Some(sequence);
        }
        replay::independence(query, &self.start, &mut sequence);
        Some(sequence)
    }

    /// What is left to do: refused whatever came before.
    fn unreachable(&self) -> Vec<Unreachable> {
        let mut unreachable: Vec<Unreachable> = Vec::new();
        let of_cluster: Vec<String> = paths(&self.cluster_changes());
        for ((pool, path), refusal) in &self.refused {
            // What was refused once may have been reached in another way.
            let is_open = match pool {
                _ if path.is_empty() => true,
                None => of_cluster.contains(path),
                Some(key) => self
                    .goal_of(key)
                    .is_none_or(|goal| paths(&self.pool_changes(&goal)).contains(path)),
            };
            let is_left =
                |one: &Difference| one.pool == *pool && one.path.as_deref() == Some(path.as_str());
            if !is_open || self.differences.iter().any(is_left) {
                continue;
            }
            let target = pool.clone().or_else(|| {
                self.service
                    .cluster()
                    .map(|cluster| cluster.name.text.clone())
            });
            let one = Unreachable {
                target: target.unwrap_or_default(),
                path: Some(path.clone()).filter(|path| !path.is_empty()),
                reason: refusal.message.clone(),
                way: refusal.way.clone(),
                way_out: refusal.way_out,
                azure: refusal.azure.clone(),
            };
            unreachable.push(one);
        }
        unreachable
    }
}

/// A member that is still to change, and what AKS does with its change.
#[derive(Clone, Debug)]
pub(super) struct Pending<'a> {
    pub(super) row: &'a Property,
    pub(super) verdict: crate::aks::facts::Verdict,
}

fn paths(pending: &[Pending<'_>]) -> Vec<String> {
    pending.iter().map(|one| one.row.path.clone()).collect()
}

/// Members that a request changes.
pub(super) fn changed<'a>(
    query: Query<'a>,
    service: &Service,
    request: &State,
    pool: Option<&str>,
) -> Vec<Pending<'a>> {
    use crate::aks::facts::Verdict;
    let Some(asked) = request.clusters.values().next() else {
        return Vec::new();
    };
    let (before, asked) = (service.cluster(), Some(asked));
    let change = match pool {
        Some(key) => ClusterChange::of_pool(before, asked, key),
        None => ClusterChange::of(before, asked),
    };
    let subject = subject(query, service, request, &change, pool);
    let rows: Vec<String> = legality::changed_rows(subject)
        .iter()
        .map(|row| row.id.clone())
        .collect();
    rows.iter()
        .filter_map(|id| {
            let row = query.facts.properties().iter().find(|row| row.id == *id)?;
            let verdict = legality::verdict(subject, row)
                .ruling()
                .map_or(Verdict::Allowed, |ruling| ruling.verdict);
            Some(Pending { row, verdict })
        })
        .collect()
}

fn subject<'s>(
    query: Query<'s>,
    service: &Service,
    request: &'s State,
    change: &'s ClusterChange<'s>,
    pool: Option<&str>,
) -> Subject<'s> {
    Subject {
        facts: query.facts,
        files: query.files,
        options: query.options,
        after: request,
        live_before: service.state().kind == crate::aks::cluster::StateKind::Live,
        cluster: change,
        pool: pool.and_then(|key| change.pool(key)),
    }
}

/// What steps are the way out of: refusals, and what is taken in a certain order only.
fn answers(change: &ClusterChange<'_>, rulings: &[&Ruling<'_>]) -> Vec<Answer> {
    let told = rulings
        .iter()
        .filter(|ruling| ruling.refuses() || is_by_order(ruling));
    told.filter_map(|ruling| {
        Some(Answer {
            rule: ruling.says.rule.clone()?,
            resource: change.resource(ruling.pool.as_deref())?,
            pool: ruling.pool.clone(),
        })
    })
    .collect()
}

/// Whether a change is taken in a certain order only.
fn is_by_order(ruling: &Ruling<'_>) -> bool {
    // What the calendar says of a version that stays is no change, whatever way out it names.
    !ruling.by_date
        && ruling
            .level
            .is_some_and(|level| level <= crate::finding::Level::Warning)
        && matches!(
            ruling.way.way_out,
            WayOut::UpgradeInOrder
                | WayOut::StepMinors
                | WayOut::DeletePool
                | WayOut::ScaleSeparately
                | WayOut::SeparateDeployments
                | WayOut::WaitForOperation
                | WayOut::StartFirst
                | WayOut::RollBackPool
        )
}

/// Whether the change is more than one deployment of the template.
fn needs_steps(sequence: &Sequence, rulings: &[&Ruling<'_>]) -> bool {
    if sequence.steps.is_empty() {
        return false;
    }
    let refused = rulings.iter().any(|ruling| ruling.refuses());
    let by_hand = sequence.steps.iter().any(|step| {
        matches!(
            step.kind,
            StepKind::DeletePool | StepKind::RollBackPool | StepKind::Manual
        )
    });
    let reimages = sequence
        .steps
        .iter()
        .filter(|step| {
            step.effects
                .iter()
                .any(|effect| effect.starts_with(effects::REIMAGES))
        })
        .count();
    let planes = sequence
        .steps
        .iter()
        .filter(|step| step.kind == StepKind::UpgradeControlPlane)
        .count();
    refused
        || rulings.iter().any(|ruling| is_by_order(ruling))
        || by_hand
        || reimages > 1
        || planes > 1
}

/// A member of a body.
pub(super) fn member(body: &Value, row: Option<&Property>) -> Option<String> {
    let row = row?;
    debug_assert!(row.scope == Scope::Pool, "a pool's body");
    read(body, &row.path).text()
}
