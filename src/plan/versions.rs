//! Steps for Kubernetes versions: the control plane as far as one request goes, pools lifted before the window closes.

use std::sync::Arc;

use crate::aks::facts::{Form, Role, SupportState, WayOut};
use crate::aks::read::read;
use crate::aks::service::{Operation, Refusal, Why};
use crate::aks::{Minor, Move, Version, edit};

use super::bodies::text;
use super::goals::{Fate, PoolGoal};
use super::step::{Difference, StepKind};
use super::walk::{Draft, Walk};

/// Upgrades of one control plane, at most.
const MOST: usize = 64;

impl Walk<'_> {
    /// The control plane, minor by minor where it has to be.
    pub(super) fn control_plane(&mut self) {
        let facts = self.query.facts;
        let Some(row) = facts.role(Role::ClusterVersion) else {
            return;
        };
        let path = row.path.clone();
        let wanted = self.wanted_cluster_text(Role::ClusterVersion);
        let Some(wanted) = wanted.and_then(|text| text.parse::<Version>().ok()) else {
            return;
        };
        for _ in 0..MOST {
            let Some(now) = self.service.control_plane(facts) else {
                return;
            };
            match now.move_to(&wanted) {
                Move::Same => return,
                Move::Down => {
                    self.cannot_go_back(&path, &wanted);
                    return;
                }
                Move::Up | Move::UnknownPatch => {}
            }
            self.channel_off();
            if let Err(refusal) = self.next_version(&now, &wanted) {
                self.note(None, &path, refusal);
                return;
            }
            if self.query.wishes.careful {
                self.follow();
            }
        }
    }

    /// One upgrade on the way from one version to another: as far as the service goes at once.
    fn next_version(&mut self, now: &Version, wanted: &Version) -> Result<(), Box<Refusal>> {
        let mut candidates = vec![wanted.clone()];
        candidates.extend(self.stops(now, wanted));
        let mut why: Option<Box<Refusal>> = None;
        for candidate in candidates {
            match self.raise(now, &candidate, wanted) {
                Ok(()) => return Ok(()),
                // "One minor at a time" is no reason where the next minor is refused as well.
                Err(refusal) => match &why {
                    Some(known) if known.way_out != WayOut::StepMinors => {}
                    _ => why = Some(refusal),
                },
            }
        }
        why.map_or(Ok(()), Err)
    }

    /// Where the control plane may stop on the way, the better place first: the next minor, or the oldest one in support where
    /// the next has left it and the cluster has no long-term support.
    fn stops(&self, now: &Version, wanted: &Version) -> Vec<Version> {
        let calendar = self.query.facts.calendar();
        let as_of = self.query.options.as_of;
        let next = now.minor().next();
        let mut minors: Vec<Minor> = Vec::new();
        if next < wanted.minor() {
            minors.push(next);
        }
        let oldest = calendar.oldest_supported(as_of);
        if let Some(oldest) = oldest.filter(|oldest| next < *oldest && *oldest < wanted.minor()) {
            let is_offered = self.has_long_term()
                || matches!(
                    calendar.state(next, as_of),
                    Some(SupportState::Community | SupportState::Preview)
                );
            minors.insert(if is_offered { minors.len() } else { 0 }, oldest);
        }
        let alias = |minor: Minor| minor.to_string().parse().ok();
        minors.into_iter().filter_map(alias).collect()
    }

    /// The control plane to one version, with pools lifted before where they would fall out of the window.
    fn raise(&mut self, now: &Version, to: &Version, wanted: &Version) -> Result<(), Box<Refusal>> {
        match self.raise_alone(now, to, wanted) {
            Ok(()) => Ok(()),
            Err(refusal) if is_skew(self, &refusal) => {
                let mark = self.mark();
                let lifted = self.lift(to.minor());
                let raised = lifted.and_then(|()| self.raise_alone(now, to, wanted));
                if raised.is_err() {
                    self.back_to(mark);
                }
                raised
            }
            Err(refusal) => Err(refusal),
        }
    }

    fn raise_alone(
        &mut self,
        now: &Version,
        to: &Version,
        wanted: &Version,
    ) -> Result<(), Box<Refusal>> {
        let facts = self.query.facts;
        let together = self.goes_together(now, to);
        let Some(operation) = self.version_request(&to.to_string(), together) else {
            return Ok(());
        };
        let far = wanted.minor().minors_above(now.minor()).unwrap_or(0);
        let reason = if together {
            format!("{now} is out of support: control plane and pools go to {to} in one request")
        } else if far > 1 && to.minor() < wanted.minor() {
            format!(
                "the control plane goes from {now} to {wanted} one minor version at a time: {to} comes next"
            )
        } else {
            format!("the control plane goes from {now} to {to}, its pools stay where they are")
        };
        let skip = facts.fact("cp-skip-minor").filter(|_| far > 1);
        let path = facts.role(Role::ClusterVersion).map(|row| row.path.clone());
        self.take(Draft {
            kind: StepKind::UpgradeControlPlane,
            pool: None,
            reason,
            avoids: skip.and_then(|fact| fact.says.azure(Form::Inline)),
            operation,
            paths: path.into_iter().collect(),
        })
    }

    /// A jump out of a version without support is only taken by control plane and pools in one request.
    fn goes_together(&self, now: &Version, to: &Version) -> bool {
        let calendar = self.query.facts.calendar();
        let state = calendar.state(now.minor(), self.query.options.as_of);
        let skips = to
            .minor()
            .minors_above(now.minor())
            .is_some_and(|minors| minors > 1);
        let out = matches!(state, Some(SupportState::LongTerm | SupportState::Ended));
        skips && out && !self.has_long_term()
    }

    fn has_long_term(&self) -> bool {
        let plan = self
            .service
            .cluster_text(Role::ClusterSupportPlan, self.query.facts);
        plan.is_some_and(|plan| {
            let fact = self.query.facts.fact("lts-plan");
            fact.is_some_and(|fact| fact.lists("plan", &plan))
        })
    }

    /// Pools that a control plane of this minor would leave too far behind.
    fn lift(&mut self, minor: Minor) -> Result<(), Box<Refusal>> {
        let facts = self.query.facts;
        let Some(window) = facts.calendar().window(minor) else {
            return Ok(());
        };
        let keys: Vec<Arc<str>> = self.service.pool_keys().cloned().collect();
        self.phase += 1;
        for key in keys {
            let behind = self
                .service
                .version(&key, facts)
                .and_then(|version| minor.minors_above(version.minor()));
            if behind.is_none_or(|behind| behind <= window) {
                continue;
            }
            let goal = self.goal_of(&key);
            // A pool that goes anyway goes now.
            if let Some(goal) = &goal
                && matches!(goal.fate, Fate::Delete(_))
                && self.attempt(|walk| walk.delete(goal)).is_ok()
            {
                continue;
            }
            self.lift_pool(&key, goal.as_ref())?;
        }
        self.phase += 1;
        Ok(())
    }

    fn lift_pool(&mut self, key: &str, goal: Option<&PoolGoal>) -> Result<(), Box<Refusal>> {
        let facts = self.query.facts;
        let Some(plane) = self.service.control_plane(facts) else {
            return Ok(());
        };
        let wanted = goal
            .filter(|goal| matches!(goal.fate, Fate::Keep))
            .and_then(|goal| goal.wanted.as_ref())
            .and_then(|body| super::walk::member(body, facts.role(Role::PoolVersion)))
            .and_then(|text| text.parse::<Version>().ok());
        let to = match wanted {
            Some(wanted) if !wanted.is_later_than(&plane) && wanted.minor() < plane.minor() => {
                wanted
            }
            _ => plane.clone(),
        };
        let now = self.service.version(key, facts);
        let reason = format!(
            "pool '{key}' runs {}, as far behind the control plane as is allowed: it goes up before the next minor version",
            now.map_or_else(String::new, |now| now.to_string())
        );
        let skew = facts.fact("skew-too-old");
        let avoids = skew.and_then(|fact| fact.says.azure(Form::Child));
        match self.upgrade(key, goal, &to, reason.clone(), avoids.clone()) {
            Ok(()) => Ok(()),
            Err(refusal) => {
                // What stands in the way may be asked for as well: another system image, or another pool.
                let Some(goal) = goal else {
                    return Err(refusal);
                };
                match &goal.fate {
                    Fate::Keep => {
                        self.reimages_of(goal);
                        self.upgrade(key, Some(goal), &to, reason, avoids)
                    }
                    Fate::Replace(_) => {
                        let goal = goal.clone();
                        self.attempt(|walk| walk.replace(&goal))
                            .map_err(|_| refusal)
                    }
                    Fate::Add(_) | Fate::Delete(_) => Err(refusal),
                }
            }
        }
    }

    /// Pools follow the control plane at once.
    fn follow(&mut self) {
        let facts = self.query.facts;
        let Some(plane) = self.service.control_plane(facts) else {
            return;
        };
        self.phase += 1;
        for goal in self.kept() {
            let wanted = self.wanted_version(&goal);
            let now = self.service.version(&goal.key, facts);
            let (Some(wanted), Some(now)) = (wanted, now) else {
                continue;
            };
            if wanted.minor() < plane.minor() || now.minor() >= plane.minor() {
                continue;
            }
            let to = if wanted.minor() == plane.minor() {
                wanted
            } else {
                plane.clone()
            };
            let reason = format!(
                "pool '{}' follows the control plane at every minor version",
                goal.name
            );
            if let Err(refusal) = self.upgrade(&goal.key, Some(&goal), &to, reason, None) {
                let path = facts.role(Role::PoolVersion).map(|row| row.path.clone());
                self.note(Some(&goal.key), &path.unwrap_or_default(), refusal);
            }
        }
        self.phase += 1;
    }

    pub(super) fn wanted_version(&self, goal: &PoolGoal) -> Option<Version> {
        let body = goal.wanted.as_ref()?;
        super::walk::member(body, self.query.facts.role(Role::PoolVersion))?
            .parse()
            .ok()
    }

    /// Pools to the versions that are asked for.
    pub(super) fn final_versions(&mut self) {
        let facts = self.query.facts;
        let Some(row) = facts.role(Role::PoolVersion) else {
            return;
        };
        for goal in self.kept() {
            let wanted = self.wanted_version(&goal);
            let now = self.service.version(&goal.key, facts);
            let (Some(wanted), Some(now)) = (wanted, now) else {
                continue;
            };
            let done = match now.move_to(&wanted) {
                Move::Same => Ok(()),
                Move::Up | Move::UnknownPatch => {
                    let reason = format!("pool '{}' goes from {now} to {wanted}", goal.name);
                    self.upgrade(&goal.key, Some(&goal), &wanted, reason, None)
                }
                Move::Down => self.roll_back(&goal, &now, &wanted),
            };
            if let Err(refusal) = done {
                self.note(Some(&goal.key), &row.path, refusal);
            }
        }
    }

    /// One pool to one version, and nothing else of it.
    fn upgrade(
        &mut self,
        key: &str,
        goal: Option<&PoolGoal>,
        to: &Version,
        reason: String,
        avoids: Option<crate::finding::AzureError>,
    ) -> Result<(), Box<Refusal>> {
        let Some(row) = self.query.facts.role(Role::PoolVersion) else {
            return Ok(());
        };
        let Some(body) = self.pool_body_now(key, goal) else {
            return Ok(());
        };
        // As the template gives it, with its parameter.
        let asked = goal.and_then(|goal| goal.wanted.as_ref());
        let asked = asked.map(|body| read(body, &row.path));
        let asked = asked.as_ref().and_then(crate::aks::read::Reading::value);
        let same =
            asked.filter(|value| value.as_text().is_some_and(|text| **text == to.to_string()));
        let value = same.cloned().unwrap_or_else(|| text(&to.to_string()));
        let body = edit::with(&body, &row.path, Some(&value));
        let name = goal.map_or_else(|| key.to_owned(), |goal| goal.name.clone());
        let api = self.pool_api(key, goal);
        let operation = self.pool_request(&name, &body, api.as_ref());
        self.take(Draft {
            kind: StepKind::UpgradePool,
            pool: Some(key.to_owned()),
            reason,
            avoids,
            operation,
            paths: vec![row.path.clone()],
        })
    }

    /// A pool that shall be older: within its window it is rolled back, and a template behind a live pool is aligned.
    fn roll_back(
        &mut self,
        goal: &PoolGoal,
        now: &Version,
        to: &Version,
    ) -> Result<(), Box<Refusal>> {
        let Some(row) = self.query.facts.role(Role::PoolVersion) else {
            return Ok(());
        };
        let body = self.pool_body_now(&goal.key, Some(goal));
        let body = body.map(|body| edit::with(&body, &row.path, Some(&text(&to.to_string()))));
        let asked = body.map(|body| self.pool_request(&goal.name, &body, goal.api.as_ref()));
        if let Some(Err(refusal)) = asked.map(|asked| self.service.apply(self.query.book(), &asked))
        {
            if refusal.way_out == WayOut::AlignTemplate {
                self.leave(Some(&goal.key), Some(&row.path), refusal.message);
                return Ok(());
            }
            return Err(refusal);
        }
        self.take(Draft {
            kind: StepKind::RollBackPool,
            pool: Some(goal.key.clone()),
            reason: format!("pool '{}' goes back from {now} to {to}: AKS does that within days of the upgrade, to the version before", goal.name),
            avoids: self
                .query
                .facts
                .fact("np-downgrade")
                .and_then(|fact| fact.says.azure(Form::Child)),
            operation: Operation::RollBackPool {
                pool: goal.key.clone(),
                to: to.clone(),
            },
            paths: vec![row.path.clone()],
        })
    }

    /// A control plane never goes back: a template behind a live one is aligned, anything else needs a new cluster.
    fn cannot_go_back(&mut self, path: &str, wanted: &Version) {
        let Some(operation) = self.version_request(&wanted.to_string(), false) else {
            return;
        };
        match self.service.apply(self.query.book(), &operation) {
            Err(refusal) if refusal.way_out == WayOut::AlignTemplate => {
                self.leave(None, Some(path), refusal.message);
            }
            Err(refusal) => self.note(None, path, refusal),
            Ok(_) => {}
        }
    }

    /// Something stays other than asked for, on purpose.
    pub(super) fn leave(&mut self, pool: Option<&str>, path: Option<&str>, reason: String) {
        let target = match pool {
            Some(pool) => pool.to_owned(),
            None => self
                .service
                .cluster()
                .map(|cluster| cluster.name.text.clone())
                .unwrap_or_default(),
        };
        let one = Difference {
            target,
            pool: pool.map(str::to_owned),
            path: path.map(str::to_owned),
            reason,
        };
        if !self.differences.contains(&one) {
            self.differences.push(one);
        }
    }
}

/// Whether a refusal is about pools that are too far behind.
fn is_skew(walk: &Walk<'_>, refusal: &Refusal) -> bool {
    let fact = walk.query.facts.fact("skew-too-old");
    match (&refusal.why, fact) {
        (Why::Row(row, _), Some(fact)) => *row == fact.id,
        _ => false,
    }
}
