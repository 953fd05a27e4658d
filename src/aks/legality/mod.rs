//! The judgement: what AKS does with a change from one state to another. A pure function of facts, states and options;
//! places and sentences are made of it in `rules`, and the planner replays its steps through it.

mod condition;
mod inline;
mod network;
mod operation;
mod property;
mod ranges;
mod rows;
mod sameness;
mod setting;
mod support;
mod system_pool;
mod upgrade;
mod version;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::eval::Reason;
use crate::finding::Level;
use crate::text::Files;

pub use operation::{changed_rows, newly_stated, not_ready, surge_nodes};
pub use property::verdict;

use super::Date;
use super::change::{ClusterChange, PoolChange};
use super::cluster::{Cluster, State, StateKind};
use super::facts::{Change, Fact, Facts, Form, Property, Role, Says, Scope, Verdict};
use super::pool::Pool;
use super::read::Reading;

/// What a deployment does with resources that leave the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// They stay.
    #[default]
    Incremental,
    /// Resources of the group are deleted; agent pools as the service likes.
    Complete,
    /// They are deleted.
    Stack,
}

/// What the judgement depends on besides the two states.
#[derive(Clone, Debug)]
pub struct Options {
    /// Preview features that are registered; all others are unknown.
    pub features: BTreeSet<String>,
    /// The day on which the support calendar is asked.
    pub as_of: Date,
    /// What happens to resources that leave the template.
    pub mode: Mode,
    /// A change is planned; otherwise a state is looked at as a first deployment.
    pub plan: bool,
}

impl Options {
    /// Whether a feature is registered, with or without its provider's name.
    pub fn has_feature(&self, gate: &str) -> bool {
        let last = |name: &str| {
            name.rsplit('/')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        };
        self.features.iter().any(|known| last(known) == last(gate))
    }
}

/// What AKS does with one edit.
#[derive(Clone, Debug)]
pub enum Legality<'f> {
    /// Nothing is to be said.
    Allowed,
    /// Accepted, with this effect.
    AllowedWith(Ruling<'f>),
    /// Refused.
    Refused(Ruling<'f>),
    /// It cannot be told.
    Undecided(Ruling<'f>),
}

impl<'f> Legality<'f> {
    /// The ruling, where there is one.
    pub fn ruling(self) -> Option<Ruling<'f>> {
        match self {
            Self::Allowed => None,
            Self::AllowedWith(ruling) | Self::Refused(ruling) | Self::Undecided(ruling) => {
                Some(ruling)
            }
        }
    }
}

/// One row of the tables, applied.
#[derive(Clone, Debug)]
pub struct Ruling<'f> {
    /// Row of the catalog (`P04`, `V3`).
    pub row: &'f str,
    /// Case within the row; empty for facts with their condition in code.
    pub case: &'f str,
    /// What AKS does, as the row says.
    pub verdict: Verdict,
    /// Why it cannot be told; none where it can.
    pub doubt: Option<Doubt>,
    /// How loud; none: nothing is said.
    pub level: Option<Level>,
    /// Whether it hangs on nothing but the date.
    pub by_date: bool,
    /// What is said.
    pub says: &'f Says,
    /// Whose way out is the better help.
    pub way: &'f Says,
    /// Key of the cluster in its state.
    pub cluster: String,
    /// Lower-case name of the pool, where it is about one.
    pub pool: Option<String>,
    /// In which form the pool's value is written.
    pub form: Form,
    /// What the finding stands at.
    pub anchor: Anchor,
    /// Values for the placeholders of the message that are more than before and after.
    pub values: Vec<(&'f str, String)>,
    /// The preview feature on which it depends, while that is not known to be registered.
    pub gate: Option<&'f str>,
}

/// Why a change was not decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// A value is not known.
    Value(Reason),
    /// A value is not known, and both sides write it with the same expression: told, but no difference.
    SameValue(Reason),
    /// Nobody states the value before, and the service's default depends on something else.
    Default,
    /// A condition of the row could not be decided.
    Condition(String),
    /// It is not known whether the resource is deployed at all.
    Deployed(Reason),
}

impl Doubt {
    /// Why a value is not known, where that is the doubt.
    pub const fn open_value(&self) -> Option<&Reason> {
        match self {
            Self::Value(reason) | Self::SameValue(reason) => Some(reason),
            Self::Default | Self::Condition(_) | Self::Deployed(_) => None,
        }
    }
}

/// What a finding stands at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// A member of the pool or cluster.
    Member(Scope, String),
    /// The whole pool.
    Pool,
    /// The whole cluster.
    Cluster,
}

/// One cluster, and one of its pools or none, on both sides: what rows are asked about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The tables.
    pub facts: &'a Facts,
    /// The texts that literals stand in: secrets are compared by them.
    pub files: &'a Files,
    /// Features, date, mode.
    pub options: &'a Options,
    /// The state that is asked for.
    pub after: &'a State,
    /// Whether the state before is a snapshot of what runs.
    pub live_before: bool,
    /// The cluster.
    pub cluster: &'a ClusterChange<'a>,
    /// The pool.
    pub pool: Option<PoolChange<'a>>,
}

impl<'a> Subject<'a> {
    fn before(&self, scope: Scope, path: &str) -> Reading {
        match scope {
            Scope::Pool => {
                let pool = self.pool.and_then(|pool| pool.before);
                pool.map_or(Reading::Absent, |pool: &Pool| pool.read(path))
            }
            Scope::Cluster | Scope::Resource => self
                .cluster
                .before
                .map_or(Reading::Absent, |cluster: &Cluster| {
                    cluster.read(scope, path)
                }),
        }
    }

    fn after(&self, scope: Scope, path: &str) -> Reading {
        match scope {
            Scope::Pool => {
                let pool = self.pool.and_then(|pool| pool.after);
                pool.map_or(Reading::Absent, |pool: &Pool| pool.read(path))
            }
            Scope::Cluster | Scope::Resource => self
                .cluster
                .after
                .map_or(Reading::Absent, |cluster: &Cluster| {
                    cluster.read(scope, path)
                }),
        }
    }

    /// The same cluster with another pool.
    #[must_use]
    pub const fn with_pool(self, pool: PoolChange<'a>) -> Self {
        Self {
            pool: Some(pool),
            ..self
        }
    }

    /// Text of a pool member by role, on the side after, else before.
    fn role_text(&self, role: Role) -> Option<String> {
        let property = self.facts.role(role)?;
        let after = self.after(property.scope, &property.path);
        match after {
            Reading::Absent => self
                .before(property.scope, &property.path)
                .text()
                .or_else(|| default_text(property)),
            other => other.text(),
        }
    }

    fn cluster_key(&self) -> String {
        self.cluster
            .cluster()
            .map(|cluster| cluster.address.cluster_key())
            .unwrap_or_default()
    }

    fn pool_key(&self) -> Option<String> {
        self.pool.and_then(|pool| pool.key())
    }

    /// A ruling of a row with a case.
    fn of_case(&self, property: &'a Property, change: &'a Change, form: Form) -> Ruling<'a> {
        Ruling {
            row: &property.id,
            case: &change.case,
            verdict: change.verdict,
            doubt: None,
            by_date: false,
            level: change.says.level,
            says: &change.says,
            way: &change.says,
            cluster: self.cluster_key(),
            pool: self.pool_key().filter(|_| property.scope == Scope::Pool),
            form,
            anchor: Anchor::Member(property.scope, property.path.clone()),
            values: Vec::new(),
            gate: None,
        }
    }

    /// A ruling of a fact with its condition in code; none where the table has no such row.
    fn of_fact(&self, name: &str, anchor: Anchor) -> Option<Ruling<'a>> {
        let fact: &Fact = self.facts.fact(name)?;
        let form = self
            .pool
            .and_then(|pool| pool.pool())
            .and_then(Pool::profile)
            .map_or(Form::Inline, |profile| profile.form);
        Some(Ruling {
            row: &fact.id,
            case: "",
            verdict: fact.verdict,
            doubt: None,
            by_date: false,
            level: fact.says.level,
            says: &fact.says,
            way: &fact.says,
            cluster: self.cluster_key(),
            pool: self.pool_key(),
            form,
            anchor,
            values: fact
                .numbers
                .iter()
                .map(|(name, number)| (name.as_str(), number.to_string()))
                .collect(),
            gate: None,
        })
    }
}

impl<'f> Ruling<'f> {
    /// Whether AKS refuses, for sure.
    pub fn refuses(&self) -> bool {
        self.verdict == Verdict::Refused
            && self.level == Some(Level::Error)
            && self.doubt.is_none()
            && self.gate.is_none()
    }

    /// With a value for a placeholder.
    #[must_use]
    fn value(mut self, name: &'f str, value: impl fmt::Display) -> Self {
        self.values.insert(0, (name, format!("{value}")));
        self
    }

    /// Not decided: a refusal becomes a warning.
    #[must_use]
    fn doubted(mut self, doubt: Doubt) -> Self {
        self.level = self.level.map(|level| level.max(Level::Warning));
        self.doubt = Some(doubt);
        self
    }
}

/// The value that a member has where nobody states it, if that is one constant.
pub fn default_text(property: &Property) -> Option<String> {
    use crate::diff::ServiceDefault;
    match &property.comparison.default {
        ServiceDefault::Constant(serde_json::Value::String(text)) => Some(text.clone()),
        ServiceDefault::Constant(value) => Some(value.to_string()),
        ServiceDefault::None | ServiceDefault::Depends => None,
    }
}

/// Judges a change from one state to another: everything there is to say about it, cluster by cluster.
pub fn judge<'a>(
    facts: &'a Facts,
    files: &'a Files,
    options: &'a Options,
    changes: &'a [ClusterChange<'a>],
    before: &'a State,
    after: &'a State,
) -> Vec<Ruling<'a>> {
    let mut rulings = Vec::new();
    for cluster in changes {
        let subject = Subject {
            facts,
            files,
            options,
            live_before: before.kind == StateKind::Live,
            after,
            cluster,
            pool: None,
        };
        let mut of_cluster = Vec::new();
        property::judge(subject, &mut of_cluster);
        version::judge(subject, &mut of_cluster);
        inline::judge(subject, &mut of_cluster);
        system_pool::judge(subject, &mut of_cluster);
        setting::judge(subject, &mut of_cluster);
        operation::judge(subject, &mut of_cluster);
        upgrade::judge(subject, &mut of_cluster);
        network::judge(subject, before, &mut of_cluster);
        rulings.append(&mut of_cluster);
    }
    setting::renamed_cluster(facts, changes, &mut rulings);
    rulings.retain(|ruling| ruling.level.is_some());
    without_echoes(rulings)
}

/// One cause speaks once: what is said at a member that is refused already, or about a pool with a refused member
/// as a whole, is left out where it is less grave.
fn without_echoes(rulings: Vec<Ruling<'_>>) -> Vec<Ruling<'_>> {
    let mut beside: BTreeMap<_, Vec<&Ruling<'_>>> = BTreeMap::new();
    for ruling in &rulings {
        let owner = (&ruling.cluster, &ruling.pool);
        beside.entry(owner).or_default().push(ruling);
    }
    let grave: Vec<_> = rulings
        .iter()
        .map(|ruling| {
            let owner = (&ruling.cluster, &ruling.pool);
            let others = || beside.get(&owner).into_iter().flatten();
            let at_same = others()
                .filter(|other| other.anchor == ruling.anchor)
                .filter_map(|other| other.level)
                .min();
            // A change through the cluster is no news where a member of it is told about already.
            let whole = (ruling.anchor == Anchor::Pool && ruling.level == Some(Level::Info))
                .then(|| others().filter_map(|other| other.level).min())
                .flatten();
            at_same.min(whole.or(at_same))
        })
        .collect();
    rulings
        .into_iter()
        .zip(grave)
        .filter(|(ruling, grave)| ruling.level <= *grave)
        .map(|(ruling, _)| ruling)
        .collect()
}
