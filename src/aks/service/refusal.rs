//! Why the service refuses an operation: the judgement of the request it stands for.

use std::sync::Arc;

use crate::aks::change::{ClusterChange, PoolChange, pairs};
use crate::aks::cluster::{Cluster, State, StateKind};
use crate::aks::facts::{Fact, Facts, Form, Role, Scope, Verdict, WayOut};
use crate::aks::legality::{self, Mode, Options, Ruling, Subject};
use crate::aks::pool::Pool;
use crate::aks::wording::{shown, telling};
use crate::aks::{Move, edit};
use crate::eval::{Origin, Value};
use crate::finding::AzureError;
use crate::model::Resource;

use super::{Operation, Rulebook, Service, Told};

/// A refused operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which condition.
    pub why: Why,
    /// The service's error, where it is known.
    pub azure: Option<AzureError>,
    /// In a sentence.
    pub message: String,
    /// The way out, by its name in the tables.
    pub way_out: WayOut,
    /// The way out in a sentence.
    pub way: String,
    /// Lower-case name of the pool it is about.
    pub pool: Option<String>,
    /// The member it is about.
    pub path: Option<String>,
}

impl Refusal {
    /// What a fact says of a pool that is asked for by a request of its own.
    pub fn of_fact(fact: &Fact, pool: &str, values: &[(&str, &str)]) -> Self {
        let says = &fact.says;
        Self {
            why: Why::Row(fact.id.clone(), String::new()),
            azure: says.azure(Form::Child),
            message: says.message(values),
            way_out: says.way_out,
            way: says.way(values),
            pool: Some(pool.to_owned()),
            path: None,
        }
    }
}

/// The condition that refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// A row of the tables, with its case.
    Row(String, String),
    /// There is nothing to do it to.
    Missing,
}

/// What the judgement says of a request.
pub(super) struct Judged {
    /// The request as a state, as far as it was looked at.
    pub(super) request: Option<State>,
    pub(super) refusal: Option<Refusal>,
    /// Members stated without effect: of the cluster, or of a pool.
    pub(super) ignored: Vec<(Option<String>, String)>,
    pub(super) told: Told,
}

impl Judged {
    fn of(refusal: Option<Refusal>) -> Self {
        Self {
            request: None,
            refusal,
            ignored: Vec::new(),
            told: Told::default(),
        }
    }
}

impl Service {
    /// What the judgement says of an operation.
    pub(super) fn judged(&self, book: Rulebook<'_>, operation: &Operation) -> Judged {
        if !matches!(operation, Operation::Put(_)) && !self.has_target(operation) {
            return Judged::of(Some(missing(operation)));
        }
        match operation {
            Operation::Put(resource) => self.judged_put(book, resource),
            Operation::DeletePool { pool } => self.judged_deletion(book, pool),
            Operation::Power {
                pool: Some(pool),
                state,
            } => self.judged_power(book, pool, state),
            Operation::RollBackPool { pool, to } => Judged::of(
                self.not_ready(book)
                    .or_else(|| self.too_far(book, pool, to)),
            ),
            Operation::DrainPool { .. } | Operation::Migrate { .. } => {
                Judged::of(self.not_ready(book))
            }
            Operation::Power { pool: None, .. } | Operation::Wait => Judged::of(None),
        }
    }

    fn has_target(&self, operation: &Operation) -> bool {
        match operation {
            Operation::DeletePool { pool }
            | Operation::RollBackPool { pool, .. }
            | Operation::DrainPool { pool }
            | Operation::Power {
                pool: Some(pool), ..
            } => self.pool(pool).is_some(),
            Operation::Put(_)
            | Operation::Power { pool: None, .. }
            | Operation::Migrate { .. }
            | Operation::Wait => self.cluster().is_some(),
        }
    }

    fn judged_put(&self, book: Rulebook<'_>, resource: &Resource) -> Judged {
        let of_pool = super::is_pool(resource);
        if of_pool && self.cluster().is_none() {
            return Judged::of(Some(missing(&Operation::Put(Box::new(resource.clone())))));
        }
        if self.busy {
            // Whatever it asks for: the service does not look at it.
            return Judged {
                request: Some(self.request(resource, book.facts)),
                ..Judged::of(self.not_ready(book))
            };
        }
        let request = self.request(resource, book.facts);
        if of_pool {
            let asked = request.clusters.get(&self.key);
            let key = asked.and_then(|cluster| cluster.pools.keys().next());
            let judged = self.judged_request(book, &request, key.map(AsRef::as_ref));
            return Judged {
                request: Some(request),
                ..judged
            };
        }
        let before = self.before_cluster_request(book.facts, &request);
        let whole = self.with_other_pools(&request);
        let judged = Self::judge(book, Mode::Incremental, (&before, &whole), None);
        Judged {
            request: Some(request),
            ..judged
        }
    }

    /// The state before, as a request for the cluster meets it: where that states no versions, pools without one of
    /// their own have none.
    fn before_cluster_request(&self, facts: &Facts, request: &State) -> State {
        let mut before = self.state.clone();
        if states_versions(facts, request.clusters.get(&self.key)) {
            return before;
        }
        let cluster = before.clusters.get_mut(&self.key);
        if let (Some(cluster), Some(row)) = (cluster, facts.role(Role::PoolVersion)) {
            for key in &self.assumed {
                let pool = cluster.pool_mut(key);
                if let Some(child) = pool.and_then(|pool| pool.child.as_mut()) {
                    child.body = edit::with(&child.body, &row.path, None);
                }
            }
        }
        before
    }

    /// A request for the cluster is judged with the pools that it does not name as well: they are there.
    fn with_other_pools(&self, request: &State) -> State {
        let mut request = request.clone();
        let Some(asked) = request.clusters.get_mut(&self.key) else {
            return request;
        };
        for (key, pool) in self
            .cluster()
            .into_iter()
            .flat_map(|cluster| &cluster.pools)
        {
            asked.pools.entry(Arc::clone(key)).or_insert_with(|| {
                let mut other = pool.as_ref().clone();
                if let Some(child) = &mut other.child {
                    // No part of the deployment that sends the request.
                    child.deployment = usize::MAX;
                }
                Arc::new(other)
            });
        }
        request
    }

    /// What the judgement says of a request, for a pool or for the cluster. What a deployment does with resources that
    /// leave the template is no part of it.
    pub(super) fn judged_request(
        &self,
        book: Rulebook<'_>,
        request: &State,
        pool: Option<&str>,
    ) -> Judged {
        Self::judge(book, Mode::Incremental, (&self.state, request), pool)
    }

    /// The judgement of a change of the whole cluster, or of one that is about one pool.
    fn judge(
        book: Rulebook<'_>,
        mode: Mode,
        (before, request): (&State, &State),
        pool: Option<&str>,
    ) -> Judged {
        let options = &Options {
            mode,
            ..book.options.clone()
        };
        let changes = match pool {
            Some(key) => {
                let (before, after) = (before.clusters.values(), request.clusters.values());
                let (before, after) = (before.into_iter().next(), after.into_iter().next());
                vec![ClusterChange::of_pool(before, after, key)]
            }
            None => pairs(before, request),
        };
        let rulings = legality::judge(book.facts, book.files, options, &changes, before, request);
        let refusal = rulings
            .iter()
            .find(|ruling| ruling.refuses())
            .map(|ruling| refusal(book, &changes, ruling));
        let ignored = rulings
            .iter()
            .filter(|ruling| ruling.verdict == Verdict::Ignored)
            .filter_map(|ruling| match &ruling.anchor {
                legality::Anchor::Member(Scope::Pool, path) => {
                    Some((ruling.pool.clone(), path.clone()))
                }
                legality::Anchor::Member(Scope::Cluster, path) => Some((None, path.clone())),
                _ => None,
            })
            .collect();
        let with = |verdict: Verdict| rulings.iter().any(|ruling| ruling.verdict == verdict);
        let told = Told {
            gates: gates(&rulings),
            reimages_pool: with(Verdict::ReimagesPool),
            reimages_cluster: with(Verdict::ReimagesCluster),
            later: with(Verdict::TakesEffectLater),
        };
        Judged {
            request: None,
            refusal,
            ignored,
            told,
        }
    }

    /// The cluster without one pool: what a deletion asks for.
    fn judged_deletion(&self, book: Rulebook<'_>, pool: &str) -> Judged {
        let Some(cluster) = self.cluster() else {
            return Judged::of(None);
        };
        let mut rest = cluster.clone();
        rest.own = None;
        rest.pools.shift_remove(pool);
        let mut before = self.state.clone();
        before.kind = StateKind::Template;
        let request = before.with_only(Some((self.key.clone(), rest)));
        let judged = Self::judge(book, Mode::Stack, (&before, &request), Some(pool));
        Judged::of(self.not_ready(book).or(judged.refusal))
    }

    /// Starting and stopping a pool is a request with another power state.
    fn judged_power(&self, book: Rulebook<'_>, pool: &str, state: &str) -> Judged {
        let row = book.facts.role(Role::PoolPowerState);
        let (Some(row), Some(body)) = (row, self.body(pool)) else {
            return Judged::of(None);
        };
        let state = Value::text(state, Origin::None);
        let body = edit::with(body, &row.path, Some(&state));
        let request = self.asked(book.facts, Some(pool), &body);
        self.judged_request(book, &request, Some(pool))
    }

    /// A cluster that is stopped or busy takes nothing.
    fn not_ready(&self, book: Rulebook<'_>) -> Option<Refusal> {
        let changes = pairs(&self.state, &self.state);
        let change = changes.first()?;
        let ruling = legality::not_ready(self.subject(book, change, None))?;
        Some(refusal(book, &changes, &ruling))
    }

    /// A rollback goes to the version before the last upgrade, and to no other.
    fn too_far(&self, book: Rulebook<'_>, pool: &str, to: &crate::aks::Version) -> Option<Refusal> {
        let now = self.version(pool, book.facts)?;
        let goes_back = now.move_to(to) == Move::Down;
        let known = self.earlier.get(pool);
        let is_it = known.is_none_or(|known| known.agrees_with(to));
        if goes_back && is_it {
            return None;
        }
        let fact = book.facts.fact("np-downgrade")?;
        let values = [
            ("pool", pool),
            ("before", &now.to_string()),
            ("after", &to.to_string()),
        ];
        Some(Refusal::of_fact(fact, pool, &values))
    }

    /// What rows are asked about, on both sides.
    pub(super) fn subject<'a>(
        &'a self,
        book: Rulebook<'a>,
        cluster: &'a ClusterChange<'a>,
        pool: Option<PoolChange<'a>>,
    ) -> Subject<'a> {
        Subject {
            facts: book.facts,
            files: book.files,
            options: book.options,
            after: &self.state,
            live_before: self.state.kind == StateKind::Live,
            cluster,
            pool,
        }
    }
}

/// Whether a request states the version of a pool.
pub(super) fn states_versions(facts: &Facts, asked: Option<&Cluster>) -> bool {
    let Some(row) = facts.role(Role::PoolVersion) else {
        return false;
    };
    asked.is_some_and(|cluster| {
        let mut pools = cluster.pools.values();
        pools.any(|pool| !pool.read(&row.path).is_absent())
    })
}

/// Preview features that rulings name, each once.
fn gates(rulings: &[Ruling<'_>]) -> Vec<String> {
    let mut gates: Vec<String> = Vec::new();
    for gate in rulings.iter().filter_map(|ruling| ruling.gate) {
        if !gates.iter().any(|known| known == gate) {
            gates.push(gate.to_owned());
        }
    }
    gates
}

fn missing(operation: &Operation) -> Refusal {
    let what = match operation {
        Operation::DeletePool { pool }
        | Operation::RollBackPool { pool, .. }
        | Operation::DrainPool { pool }
        | Operation::Power {
            pool: Some(pool), ..
        } => format!("there is no pool '{pool}'"),
        Operation::Put(_)
        | Operation::Power { pool: None, .. }
        | Operation::Migrate { .. }
        | Operation::Wait => "there is no cluster".to_owned(),
    };
    Refusal {
        why: Why::Missing,
        azure: None,
        message: what,
        way_out: WayOut::None,
        way: String::new(),
        pool: None,
        path: None,
    }
}

/// A ruling with its sentence.
fn refusal(book: Rulebook<'_>, changes: &[ClusterChange<'_>], ruling: &Ruling<'_>) -> Refusal {
    let change = changes.iter().find(|change| {
        let key = change
            .cluster()
            .map(|cluster| cluster.address.cluster_key());
        key.as_ref() == Some(&ruling.cluster)
    });
    let (message, way) = sentence(book, change, ruling);
    Refusal {
        why: Why::Row(ruling.row.to_owned(), ruling.case.to_owned()),
        azure: ruling.says.azure(ruling.form),
        message,
        way_out: ruling.way.way_out,
        way,
        pool: ruling.pool.clone(),
        path: match &ruling.anchor {
            legality::Anchor::Member(_, path) => Some(path.clone()),
            legality::Anchor::Pool | legality::Anchor::Cluster => None,
        },
    }
}

/// A ruling and its way out in sentences.
pub fn sentence(
    book: Rulebook<'_>,
    change: Option<&ClusterChange<'_>>,
    ruling: &Ruling<'_>,
) -> (String, String) {
    let mut values: Vec<(&str, String)> = ruling.values.clone();
    if let Some(key) = &ruling.pool {
        let pool = change.and_then(|change| change.pool(key));
        let name = pool
            .and_then(|pool| pool.pool())
            .map(|pool| pool.name.text.clone());
        values.push(("pool", name.unwrap_or_else(|| key.clone())));
    }
    if let Some(cluster) = change.and_then(ClusterChange::cluster) {
        values.push(("cluster", cluster.name.text.clone()));
    }
    if let (legality::Anchor::Member(scope, path), Some(change)) = (&ruling.anchor, change) {
        values.push(("path", path.clone()));
        let pool = ruling.pool.as_deref().and_then(|key| change.pool(key));
        let shown = |cluster: Option<&Cluster>, pool: Option<&Pool>| {
            let reading = match scope {
                Scope::Pool => pool?.read(path),
                _ => cluster?.read(*scope, path),
            };
            let segments: Vec<&str> = path.split('.').collect();
            let default = || {
                book.facts
                    .property(*scope, &segments)
                    .and_then(legality::default_text)
            };
            reading.value().map(shown).or_else(default)
        };
        let none = || "none".to_owned();
        let before = shown(change.before, pool.and_then(|pool| pool.before));
        let after = shown(change.after, pool.and_then(|pool| pool.after));
        let (before, after) = (before.unwrap_or_else(none), after.unwrap_or_else(none));
        values.push(("before", telling(&before, &after)));
        values.push(("after", telling(&after, &before)));
    }
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    (ruling.says.message(&values), ruling.way.way(&values))
}
