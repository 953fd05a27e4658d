//! Steps for pools: settings and nodes before and after the upgrade, reimaging changes one at a time, pools that come, go,
//! or take the place of others.

use std::sync::Arc;

use crate::aks::facts::{Role, Verdict};
use crate::aks::read::read;
use crate::aks::service::{Operation, Refusal};
use crate::aks::{ApiVersion, Move, edit};
use crate::eval::{Data, Origin, Value};

use super::bodies::held_back;
use super::goals::{Fate, PoolGoal, Replacement};
use super::names;
use super::step::{Difference, StepKind};
use super::walk::{Draft, Pending, Walk};

/// Where a walk can go back to.
pub(super) struct Mark {
    steps: usize,
    service: Arc<crate::aks::service::Service>,
    renamed: usize,
    differences: usize,
    done: std::collections::BTreeSet<String>,
}

impl Walk<'_> {
    pub(super) fn mark(&self) -> Mark {
        Mark {
            steps: self.steps.len(),
            service: Arc::clone(&self.service),
            renamed: self.renamed.len(),
            differences: self.differences.len(),
            done: self.done.clone(),
        }
    }

    pub(super) fn back_to(&mut self, mark: Mark) {
        self.steps.truncate(mark.steps);
        self.states.truncate(mark.steps + 1);
        self.renamed.truncate(mark.renamed);
        self.differences.truncate(mark.differences);
        self.done = mark.done;
        self.service = mark.service;
    }

    /// Several steps, or none of them.
    pub(super) fn attempt(
        &mut self,
        steps: impl FnOnce(&mut Self) -> Result<(), Box<Refusal>>,
    ) -> Result<(), Box<Refusal>> {
        let mark = self.mark();
        let result = steps(self);
        if result.is_err() {
            self.back_to(mark);
        }
        result
    }

    /// The body that is asked for with all that is pending held back; as it is, where nothing is asked for.
    pub(super) fn pool_body_now(&self, key: &str, goal: Option<&PoolGoal>) -> Option<Value> {
        let keeps = goal.filter(|goal| matches!(goal.fate, Fate::Keep));
        match keeps {
            Some(goal) => self.pool_body(goal, &self.pool_changes(goal), &[]),
            None => self.service.body(key).cloned(),
        }
    }

    /// The body in which of what is pending only some rows change.
    pub(super) fn pool_body(
        &self,
        goal: &PoolGoal,
        pending: &[Pending<'_>],
        rows: &[&str],
    ) -> Option<Value> {
        let mut body = goal.wanted.clone()?;
        let current = self.service.body(&goal.key)?;
        for one in pending {
            if !rows.contains(&one.row.id.as_str()) {
                body = held_back(&body, current, one.row);
            }
        }
        Some(body)
    }

    pub(super) fn pool_api(&self, key: &str, goal: Option<&PoolGoal>) -> Option<ApiVersion> {
        let own = || self.service.pool(key)?.child.as_ref()?.api.clone();
        goal.and_then(|goal| goal.api.clone())
            .or_else(own)
            .or_else(|| self.goals.api.clone())
    }

    fn update(
        &mut self,
        goal: &PoolGoal,
        pending: &[Pending<'_>],
        ids: &[&str],
        (kind, reason): (StepKind, String),
    ) -> Result<(), Box<Refusal>> {
        let Some(body) = self.pool_body(goal, pending, ids) else {
            return Ok(());
        };
        let paths = pending
            .iter()
            .filter(|one| ids.contains(&one.row.id.as_str()))
            .map(|one| one.row.path.clone())
            .collect();
        let operation = self.pool_request(&goal.name, &body, goal.api.as_ref());
        self.take(Draft {
            kind,
            pool: Some(goal.key.clone()),
            reason,
            avoids: None,
            operation,
            paths,
        })
    }

    fn is_on(&self, key: &str) -> bool {
        let text = self
            .service
            .pool_text(key, Role::PoolAutoscaler, self.query.facts);
        text.is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    fn wants(&self, goal: &PoolGoal, role: Role) -> Option<String> {
        super::walk::member(goal.wanted.as_ref()?, self.query.facts.role(role))
    }

    /// Settings, System mode, and nodes that come: before anything is upgraded.
    pub(super) fn pools_first(&mut self) {
        for goal in self.kept() {
            let turned_on = !self.is_on(&goal.key)
                && self
                    .wants(&goal, Role::PoolAutoscaler)
                    .is_some_and(|text| text.eq_ignore_ascii_case("true"));
            if turned_on {
                // The count is brought within the bounds before the autoscaler takes it over.
                self.scale(&goal, |_| true);
            }
            self.settings(&goal, |walk, goal| {
                let mode = walk.wants(goal, Role::PoolMode);
                mode.is_some_and(|mode| walk.is_system(&mode))
            });
            self.scale(&goal, |grows| grows);
        }
    }

    /// Modes that are given up, and nodes that go: after everything else.
    pub(super) fn pools_last(&mut self) {
        for goal in self.kept() {
            self.settings(&goal, |_, _| true);
            self.scale(&goal, |_| true);
            self.power(&goal);
        }
    }

    fn is_system(&self, mode: &str) -> bool {
        let fact = self.query.facts.fact("system-pool-required");
        fact.is_some_and(|fact| fact.lists("modes", mode))
    }

    /// All that changes in place and is neither version nor count, as far as the service takes it in one request.
    fn settings(&mut self, goal: &PoolGoal, mode_too: impl Fn(&Self, &PoolGoal) -> bool) {
        let pending = self.pool_changes(goal);
        let mode_too = mode_too(self, goal);
        let ids: Vec<&str> = pending
            .iter()
            .filter(|one| match one.row.role {
                Some(
                    Role::PoolVersion
                    | Role::PoolCount
                    | Role::PoolPowerState
                    | Role::PoolNodeImage,
                ) => false,
                Some(Role::PoolMode) => mode_too,
                _ => one.verdict != Verdict::ReimagesPool,
            })
            .map(|one| one.row.id.as_str())
            .collect();
        if ids.is_empty() {
            return;
        }
        let mut taken = Vec::new();
        let tries = |walk: &Self, ids: &[&str]| -> Result<(), Box<Refusal>> {
            let Some(body) = walk.pool_body(goal, &pending, ids) else {
                return Ok(());
            };
            let operation = walk.pool_request(&goal.name, &body, goal.api.as_ref());
            walk.service
                .apply(walk.query.book(), &operation)
                .map(|_| ())
        };
        if tries(self, &ids).is_ok() {
            taken = ids;
        } else {
            for id in ids {
                let mut more = taken.clone();
                more.push(id);
                match tries(self, &more) {
                    Ok(()) => taken = more,
                    Err(refusal) => {
                        let row = pending.iter().find(|one| one.row.id == id);
                        let path = row.map(|one| one.row.path.clone()).unwrap_or_default();
                        self.note(Some(&goal.key), &path, refusal);
                    }
                }
            }
        }
        if taken.is_empty() {
            return;
        }
        let list: Vec<&str> = pending
            .iter()
            .filter(|one| taken.contains(&one.row.id.as_str()))
            .map(|one| one.row.path.as_str())
            .collect();
        let reason = format!(
            "{} of pool '{}': changed in place, by a request that locks only this pool",
            list.join(", "),
            goal.name
        );
        if let Err(refusal) = self.update(goal, &pending, &taken, (StepKind::UpdatePool, reason)) {
            self.note(Some(&goal.key), "", refusal);
        }
    }

    /// The number of nodes, where it goes the way that is asked for.
    fn scale(&mut self, goal: &PoolGoal, way: impl Fn(bool) -> bool) {
        let pending = self.pool_changes(goal);
        let Some(count) = pending
            .iter()
            .find(|one| one.row.role == Some(Role::PoolCount))
        else {
            return;
        };
        let path = count.row.path.clone();
        let now = self
            .service
            .pool_text(&goal.key, Role::PoolCount, self.query.facts);
        let wanted = self.wants(goal, Role::PoolCount);
        if self.is_on(&goal.key) {
            let stays = self
                .wants(goal, Role::PoolAutoscaler)
                .is_none_or(|text| text.eq_ignore_ascii_case("true"));
            if stays {
                let now = now.unwrap_or_default();
                self.leave(
                    Some(&goal.key),
                    Some(&path),
                    format!("the autoscaler of pool '{}' owns its count: {now} stays, and the count is better left out of the template", goal.name),
                );
            }
            return;
        }
        let number = |text: Option<&String>| text.and_then(|text| text.parse::<i64>().ok());
        let (Some(from), Some(to)) = (number(now.as_ref()), number(wanted.as_ref())) else {
            return;
        };
        if !way(to > from) {
            return;
        }
        let id = count.row.id.clone();
        let now = self.service.version(&goal.key, self.query.facts);
        let upgrades = match (now, self.wanted_version(goal)) {
            (Some(now), Some(wanted)) => now.move_to(&wanted) == Move::Up,
            _ => false,
        };
        let reason = if to > from && upgrades {
            format!(
                "pool '{}' gets its nodes ({from} to {to}) before its upgrade: AKS does not do both at once, and they help meanwhile",
                goal.name
            )
        } else {
            format!(
                "pool '{}' goes from {from} to {to} nodes in an operation of its own",
                goal.name
            )
        };
        if let Err(refusal) = self.update(goal, &pending, &[&id], (StepKind::ScalePool, reason)) {
            self.note(Some(&goal.key), &path, refusal);
        }
    }

    /// Running or stopped, as asked for.
    fn power(&mut self, goal: &PoolGoal) {
        let facts = self.query.facts;
        let Some(wanted) = self.wants(goal, Role::PoolPowerState) else {
            return;
        };
        let now = self
            .service
            .pool_text(&goal.key, Role::PoolPowerState, facts);
        if now.is_some_and(|now| now.eq_ignore_ascii_case(&wanted)) {
            return;
        }
        let draft = Draft {
            kind: StepKind::Manual,
            pool: Some(goal.key.clone()),
            reason: format!("pool '{}' shall be {wanted}", goal.name),
            avoids: None,
            operation: Operation::Power {
                pool: Some(goal.key.clone()),
                state: wanted,
            },
            paths: facts
                .role(Role::PoolPowerState)
                .map(|row| row.path.clone())
                .into_iter()
                .collect(),
        };
        if let Err(refusal) = self.take(draft) {
            self.note(Some(&goal.key), "", refusal);
        }
    }

    /// Changes that reimage the nodes of a pool, one at a time.
    pub(super) fn pool_reimages(&mut self) {
        for goal in self.kept() {
            self.reimages_of(&goal);
        }
    }

    pub(super) fn reimages_of(&mut self, goal: &PoolGoal) {
        let ids: Vec<String> = self
            .pool_changes(goal)
            .iter()
            .filter(|one| {
                one.verdict == Verdict::ReimagesPool && one.row.role != Some(Role::PoolVersion)
            })
            .map(|one| one.row.id.clone())
            .collect();
        for id in ids {
            let pending = self.pool_changes(goal);
            let Some(one) = pending.iter().find(|one| one.row.id == id) else {
                continue;
            };
            let path = one.row.path.clone();
            let reason = format!(
                "{path} of pool '{}': a change that reimages its nodes goes alone",
                goal.name
            );
            if let Err(refusal) =
                self.update(goal, &pending, &[&id], (StepKind::UpdatePool, reason))
            {
                self.note(Some(&goal.key), &path, refusal);
            }
        }
    }

    /// Pools that come, and pools that take the place of others.
    pub(super) fn replacements(&mut self) {
        for goal in self.goals.pools.clone() {
            let done = match &goal.fate {
                Fate::Add(reason) if self.service.pool(&goal.key).is_none() => {
                    let body = goal.wanted.clone().unwrap_or_else(Value::null);
                    self.add(
                        &goal,
                        &goal.name,
                        &body,
                        format!("{reason}; it comes by a request of its own"),
                    )
                }
                Fate::Replace(_) if !self.done.contains(&goal.key) => {
                    self.attempt(|walk| walk.replace(&goal))
                }
                _ => Ok(()),
            };
            if let Err(refusal) = done {
                self.note(Some(&goal.key), "", refusal);
            }
        }
    }

    fn add(
        &mut self,
        goal: &PoolGoal,
        name: &str,
        body: &Value,
        reason: String,
    ) -> Result<(), Box<Refusal>> {
        names::admitted(self.query.facts, name, body)?;
        self.has_room(name)?;
        let key = name.to_ascii_lowercase();
        let api = self.pool_api(&key, Some(goal));
        let body = self.within_bounds(body);
        let operation = self.pool_request(name, &body, api.as_ref());
        let avoids = match &goal.fate {
            Fate::Replace(replacement) => replacement.azure.clone(),
            _ => None,
        };
        self.take(Draft {
            kind: StepKind::AddPool,
            pool: Some(key),
            reason,
            avoids,
            operation,
            paths: Vec::new(),
        })
    }

    /// Whether the cluster takes one more pool; what has more than it takes already is not held to it.
    fn has_room(&self, name: &str) -> Result<(), Box<Refusal>> {
        let fact = self.query.facts.fact("cluster-pool-limit");
        let limit = fact.and_then(|fact| usize::try_from(fact.number("limit")?).ok());
        let (now, at_first) = (self.service.pool_keys(), self.start.pool_keys());
        let (Some(fact), Some(limit)) = (fact, limit) else {
            return Ok(());
        };
        if now.count() < limit || at_first.count() > limit {
            return Ok(());
        }
        let cluster = self.service.cluster().map(|one| one.name.text.clone());
        let values = [("cluster", cluster.as_deref().unwrap_or_default())];
        let key = name.to_ascii_lowercase();
        Err(Box::new(Refusal::of_fact(fact, &key, &values)))
    }

    /// Another pool in the place of one, or for a while beside it.
    pub(super) fn replace(&mut self, goal: &PoolGoal) -> Result<(), Box<Refusal>> {
        let Fate::Replace(replacement) = goal.fate.clone() else {
            return Ok(());
        };
        let old = &goal.key;
        if self.query.wishes.keep_names {
            self.two_hops(goal, &replacement)?;
        } else {
            let new = &replacement.new;
            let reason = format!(
                "{}; pool '{new}' takes the place of '{old}'",
                replacement.reason
            );
            self.add(goal, new, &replacement.body, reason)?;
            self.remove(old, &format!("pool '{new}' has taken its place"))?;
            self.renamed.push((old.clone(), new.clone()));
            self.differences.push(Difference {
                target: new.clone(),
                pool: Some(new.clone()),
                path: None,
                reason: format!("pool '{new}' stands for '{old}'"),
            });
        }
        self.done.insert(old.clone());
        Ok(())
    }

    /// A pool for a while, the old one away, the new one under the old name, the first one away again.
    fn two_hops(&mut self, goal: &PoolGoal, replacement: &Replacement) -> Result<(), Box<Refusal>> {
        let (old, tmp) = (&goal.key, &replacement.new);
        let still = self.without_autoscaler(&replacement.body);
        let reason = format!(
            "{}; pool '{tmp}' takes its pods while '{old}' is made anew",
            replacement.reason
        );
        self.add(goal, tmp, &still, reason)?;
        self.remove(old, &format!("pool '{tmp}' has taken its pods"))?;
        let reason = format!("pool '{old}' comes back with what is asked for");
        self.add(goal, &goal.name, &replacement.body, reason)?;
        self.remove(tmp, &format!("pool '{old}' is back"))
    }

    /// Pools that left the template. They stay while one that is to come can never come: it may be meant for their pods.
    pub(super) fn deletions(&mut self) {
        let impossible = self.impossible();
        for goal in self.goals.pools.clone() {
            if self.done.contains(&goal.key) || !matches!(goal.fate, Fate::Delete(_)) {
                continue;
            }
            let deleted = match &impossible {
                Some(refusal) => Err(refusal.clone()),
                None => self.attempt(|walk| walk.delete(&goal)),
            };
            if let Err(refusal) = deleted {
                self.note(Some(&goal.key), "", refusal);
            }
        }
    }

    /// Why a pool that is to come can never come under its name.
    fn impossible(&self) -> Option<Box<Refusal>> {
        self.goals.pools.iter().find_map(|goal| {
            let is_to_come = matches!(goal.fate, Fate::Add(_));
            let body = goal.wanted.as_ref().filter(|_| is_to_come)?;
            names::admitted(self.query.facts, &goal.name, body).err()
        })
    }

    pub(super) fn delete(&mut self, goal: &PoolGoal) -> Result<(), Box<Refusal>> {
        let Fate::Delete(reason) = &goal.fate else {
            return Ok(());
        };
        self.remove(&goal.key, reason)?;
        self.done.insert(goal.key.clone());
        Ok(())
    }

    /// Autoscaler off, nodes drained, pool deleted.
    fn remove(&mut self, key: &str, reason: &str) -> Result<(), Box<Refusal>> {
        let name = self
            .service
            .pool(key)
            .map_or_else(|| key.to_owned(), |pool| pool.name.text.clone());
        if self.is_on(key)
            && let Some(body) = self.service.body(key)
        {
            let body = self.without_autoscaler(body);
            let api = self.pool_api(key, None);
            let operation = self.pool_request(&name, &body, api.as_ref());
            let paths = [Role::PoolAutoscaler, Role::PoolMinCount, Role::PoolMaxCount]
                .into_iter()
                .filter_map(|role| self.query.facts.role(role))
                .map(|row| row.path.clone())
                .collect();
            self.take(Draft {
                kind: StepKind::UpdatePool,
                pool: Some(key.to_owned()),
                reason: format!("the autoscaler of pool '{name}' would add nodes for the pods that its drain sets free"),
                avoids: None,
                operation,
                paths,
            })?;
        }
        self.take(Draft {
            kind: StepKind::DrainPool,
            pool: Some(key.to_owned()),
            reason: format!(
                "{reason}; its pods move before it is deleted, as a deletion drains nothing"
            ),
            avoids: None,
            operation: Operation::DrainPool {
                pool: key.to_owned(),
            },
            paths: Vec::new(),
        })?;
        self.take(Draft {
            kind: StepKind::DeletePool,
            pool: Some(key.to_owned()),
            reason: format!("{reason}; leaving it out of a template deletes no pool"),
            avoids: None,
            operation: Operation::DeletePool {
                pool: key.to_owned(),
            },
            paths: Vec::new(),
        })
    }

    /// A pool that comes with an autoscaler comes with a count within its bounds.
    fn within_bounds(&self, body: &Value) -> Value {
        let facts = self.query.facts;
        let number = |role: Role| -> Option<i64> {
            super::walk::member(body, facts.role(role))?.parse().ok()
        };
        let is_on = super::walk::member(body, facts.role(Role::PoolAutoscaler))
            .is_some_and(|text| text.eq_ignore_ascii_case("true"));
        let (Some(count), Some(row)) = (number(Role::PoolCount), facts.role(Role::PoolCount))
        else {
            return body.clone();
        };
        let least = number(Role::PoolMinCount).unwrap_or(count);
        let most = number(Role::PoolMaxCount).unwrap_or(count);
        let fits = count.min(most).max(least);
        if !is_on || fits == count {
            return body.clone();
        }
        let value = Value::new(Data::Int(fits), Origin::None);
        edit::with(body, &row.path, Some(&value))
    }

    fn without_autoscaler(&self, body: &Value) -> Value {
        let facts = self.query.facts;
        let mut body = body.clone();
        let Some(row) = facts.role(Role::PoolAutoscaler) else {
            return body;
        };
        let is_on = read(&body, &row.path)
            .text()
            .is_some_and(|text| text.eq_ignore_ascii_case("true"));
        if !is_on {
            return body;
        }
        let off = Value::new(Data::Bool(false), Origin::None);
        body = edit::with(&body, &row.path, Some(&off));
        for role in [Role::PoolMinCount, Role::PoolMaxCount] {
            if let Some(row) = facts.role(role) {
                body = edit::with(&body, &row.path, None);
            }
        }
        body
    }
}
