//! Which rows a change can concern: not those of members that stand in both bodies with one and the same known value.

use super::Subject;
use crate::aks::cluster::Cluster;
use crate::aks::facts::{Property, Scope};
use crate::aks::pool::{Pool, Profile};
use crate::eval::{Data, Object, Value, equal_ignoring_case};

/// Where the members of a cluster stand in its resource.
const PROPERTIES: &str = "properties";

/// Rows of the subject's pool, or of its cluster, whose members may be other ones on the two sides, in the order of the
/// tables. All others are the same whatever their rows compare, and neither left out nor unknown: nothing is to be said
/// of them.
pub(super) fn open(subject: Subject<'_>) -> Vec<&Property> {
    let find = || numbers(subject);
    let numbers = match subject.pool {
        Some(pool) => pool.open_rows(find),
        None => find().into(),
    };
    let rows = subject.facts.properties();
    numbers.iter().filter_map(|at| rows.get(*at)).collect()
}

/// The numbers of these rows.
fn numbers(subject: Subject<'_>) -> Vec<usize> {
    let mut numbers: Vec<usize> = Vec::new();
    let mut add = |scope: Scope, names: &Names<'_>| match names {
        Names::All => {
            let all = subject.facts.properties().iter().enumerate();
            let of_scope = all.filter(|(_, row)| row.scope == scope);
            numbers.extend(of_scope.map(|(at, _)| at));
        }
        Names::Some(names) => {
            for name in names {
                numbers.extend(subject.facts.below(scope, name));
            }
        }
    };
    if let Some(pool) = subject.pool {
        add(Scope::Pool, &of_pool(pool.before, pool.after));
    } else {
        let of_cluster = of_cluster(subject);
        add(Scope::Resource, &of_cluster.outer);
        add(Scope::Cluster, &of_cluster.inner);
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Members by the first name of their path.
enum Names<'a> {
    /// Any of them.
    All,
    /// These.
    Some(Vec<&'a str>),
}

impl Names<'_> {
    fn has(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(names) => names.iter().any(|own| equal_ignoring_case(own, name)),
        }
    }
}

/// What is open of the resource of a cluster, and below its `properties`.
struct OfCluster<'a> {
    outer: Names<'a>,
    inner: Names<'a>,
}

fn of_pool<'a>(before: Option<&'a Pool>, after: Option<&'a Pool>) -> Names<'a> {
    match (before.and_then(single), after.and_then(single)) {
        (Some(before), Some(after)) => between(&before.body, &after.body),
        _ => Names::All,
    }
}

/// The one form that a pool is written in.
fn single(pool: &Pool) -> Option<&Profile> {
    let mut forms = pool.profiles();
    forms.next().filter(|_| forms.next().is_none())
}

fn of_cluster(subject: Subject<'_>) -> OfCluster<'_> {
    let (before, after) = (root(subject.cluster.before), root(subject.cluster.after));
    let (Some(before), Some(after)) = (before, after) else {
        return OfCluster {
            outer: Names::All,
            inner: Names::All,
        };
    };
    let outer = between(before, after);
    let inner = match (below(before), below(after)) {
        _ if !outer.has(PROPERTIES) => Names::Some(Vec::new()),
        (Some(before), Some(after)) => between(before, after),
        _ => Names::All,
    };
    OfCluster { outer, inner }
}

fn root(cluster: Option<&Cluster>) -> Option<&Value> {
    Some(&cluster?.own.as_ref()?.root)
}

fn below(root: &Value) -> Option<&Value> {
    Some(&root.as_object()?.get(PROPERTIES)?.value)
}

/// Names of members that are not surely the same in two bodies.
fn between<'a>(before: &'a Value, after: &'a Value) -> Names<'a> {
    let (Data::Object(before), Data::Object(after)) = (&before.data, &after.data) else {
        return Names::All;
    };
    if is_odd(before) || is_odd(after) {
        return Names::All;
    }
    let mut names = Vec::new();
    for (one, other) in [(before, after), (after, before)] {
        for entry in &one.entries {
            let counterpart = other.get(&entry.key);
            if !counterpart.is_some_and(|other| surely_same(&entry.value, &other.value)) {
                names.push(&*entry.key);
            }
        }
    }
    Names::Some(names)
}

/// Whether a path may find something else than the member of its name: an open name may be any, of two names that differ
/// only in case the spelling decides, and letters beyond ASCII have cases of their own.
fn is_odd(object: &Object) -> bool {
    let mut entries = object.entries.iter().enumerate();
    entries.any(|(at, one)| {
        let mut earlier = object.entries.iter().take(at);
        one.unknown_key
            || !one.key.is_ascii()
            || earlier.any(|other| one.key.eq_ignore_ascii_case(&other.key))
    })
}

/// Whether two values are known in every part, and are the same in every part as written.
fn surely_same(one: &Value, other: &Value) -> bool {
    if one.has_unknown() || one.has_shade() || other.has_unknown() || other.has_shade() {
        return false;
    }
    match (&one.data, &other.data) {
        (Data::Null, Data::Null) => true,
        (Data::Bool(one), Data::Bool(other)) => one == other,
        (Data::Int(one), Data::Int(other)) => one == other,
        (Data::BigInt(one), Data::BigInt(other)) | (Data::String(one), Data::String(other)) => {
            one == other
        }
        (Data::Array(one), Data::Array(other)) => {
            one.items.len() == other.items.len()
                && one
                    .items
                    .iter()
                    .zip(&other.items)
                    .all(|(one, other)| surely_same(one, other))
        }
        (Data::Object(one), Data::Object(other)) => {
            one.entries.len() == other.entries.len()
                && one.entries.iter().zip(&other.entries).all(|(one, other)| {
                    one.key == other.key && surely_same(&one.value, &other.value)
                })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use indexmap::IndexMap;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::super::sameness::sameness;
    use super::super::{Mode, Options, Subject, verdict};
    use super::open;
    use crate::aks::change::{ClusterChange, PoolChange};
    use crate::aks::cluster::{Cluster, ClusterResource, InlinePools, State};
    use crate::aks::facts::{Facts, Form, Property, Scope};
    use crate::aks::pool::{Pool, Profile};
    use crate::aks::{Address, Segment, edit};
    use crate::diff::Sameness;
    use crate::eval::{Data, Entry, Object, Origin, Reason, Residual, Unknown, Value};
    use crate::syntax::json::Document;
    use crate::text::{FileId, Files, Span};

    /// Values that rows tell apart, and some that are odd.
    const VALUES: [&str; 14] = [
        "true",
        "false",
        "3",
        "\"3\"",
        "\"1.33.2\"",
        "\"1.34\"",
        "\"azure\"",
        "\"Azure\"",
        "\"\"",
        "null",
        "[\"1\",\"2\"]",
        "[\"2\",\"1\"]",
        "{\"a\":{\"b\":1}}",
        "{}",
    ];

    fn value(at: usize) -> Value {
        let Some(json) = VALUES.get(at) else {
            return unknown(at);
        };
        let document = Document::parse(FileId(0), (*json).into());
        crate::eval::from_json(document.root().unwrap())
    }

    fn unknown(at: usize) -> Value {
        let unknown = Unknown {
            residual: Residual::Call("parameters".into(), Vec::new()),
            reason: if at.is_multiple_of(2) {
                Reason::Parameter("p".into())
            } else {
                Reason::Scope("subscription".into())
            },
            secret: false,
            branches: None,
            depth: 1,
            hint: None,
        };
        Value::unknown(unknown, Origin::None)
    }

    /// Members of a body: which row's, which value before, and which after (as before where it stays).
    type Members = Vec<(Index, usize, Option<usize>)>;

    fn members() -> impl Strategy<Value = Members> {
        let value = 0..VALUES.len() + 2;
        let member = (
            any::<Index>(),
            value.clone(),
            prop::option::weighted(0.3, value),
        );
        prop::collection::vec(member, 0..12)
    }

    /// What is odd about the names of the body after.
    fn twist() -> impl Strategy<Value = &'static str> {
        select(&["", "", "", "reversed", "upper", "twin", "open", "gone"][..])
    }

    fn bodies(rows: &[&Property], members: &Members, twist: &str) -> (Value, Value) {
        let empty = || Value::object(Vec::new(), Origin::None);
        let (mut before, mut after) = (empty(), empty());
        for (row, old, new) in members {
            let row = row.get(rows);
            let path = match row.scope {
                Scope::Cluster => format!("properties.{}", row.path),
                _ => row.path.clone(),
            };
            before = edit::with(&before, &path, Some(&value(*old)));
            after = edit::with(&after, &path, Some(&value(new.unwrap_or(*old))));
        }
        (before, twisted(&after, twist))
    }

    fn twisted(body: &Value, twist: &str) -> Value {
        let Data::Object(object) = &body.data else {
            return body.clone();
        };
        let mut entries = object.entries.clone();
        match twist {
            "reversed" => entries.reverse(),
            "gone" => entries.truncate(1),
            "upper" => {
                for entry in &mut entries {
                    entry.key = entry.key.to_ascii_uppercase().into();
                }
            }
            "twin" => {
                let twins: Vec<Entry> = entries
                    .iter()
                    .map(|entry| Entry::new(entry.key.to_ascii_uppercase(), value(2)))
                    .collect();
                entries.splice(0..0, twins);
            }
            "open" => {
                let mut entry = Entry::new("[parameters('name')]", value(0));
                entry.unknown_key = true;
                entries.push(entry);
            }
            _ => {}
        }
        Value::new(
            Data::Object(std::sync::Arc::new(Object::new(entries))),
            Origin::None,
        )
    }

    fn cluster(root: Value) -> Cluster {
        let name = Segment {
            text: "shop".into(),
            known: true,
        };
        Cluster {
            address: Address {
                scope: String::new(),
                scope_known: true,
                names: vec![name.clone()],
            },
            name,
            gap: None,
            id: "shop".into(),
            own: Some(ClusterResource {
                root,
                api: "2025-09-01".parse().ok(),
                name_place: Span::whole(FileId(0)),
                inline: InlinePools::Absent,
                depends_on: Vec::new(),
                deployment: 0,
                modules: Vec::new(),
                condition: None,
            }),
            pools: IndexMap::new(),
        }
    }

    fn pool(body: Value) -> Pool {
        let name = Segment {
            text: "work".into(),
            known: true,
        };
        Pool {
            inline: None,
            child: Some(Profile {
                form: Form::Child,
                index: None,
                body,
                name: Value::text("work", Origin::None),
                name_place: Span::whole(FileId(0)),
                api: "2025-09-01".parse().ok(),
                depends_on: Vec::new(),
                carrier: "shop/work".into(),
                deployment: 0,
                modules: Vec::new(),
                condition: None,
            }),
            name,
        }
    }

    /// Nothing is to be said of the rows that are not looked at: neither here nor by whoever asks whether they change.
    fn rest_is_silent(subject: Subject<'_>, of_pool: bool) -> Result<(), TestCaseError> {
        let ids = |row: &Property| (row.scope, row.path.clone());
        let looked: BTreeSet<_> = open(subject).into_iter().map(ids).collect();
        for row in subject.facts.properties() {
            if (row.scope == Scope::Pool) != of_pool || looked.contains(&ids(row)) {
                continue;
            }
            let before = subject.before(row.scope, &row.path);
            let after = subject.after(row.scope, &row.path);
            prop_assert_eq!(
                sameness(subject, row, &before, &after),
                Sameness::Same,
                "{}",
                row.path
            );
            let ruling = verdict(subject, row).ruling();
            prop_assert!(ruling.is_none(), "{}: {ruling:?}", row.path);
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn rows_that_are_not_looked_at_say_nothing(
            of_cluster in members(), of_pool in members(), twists in (twist(), twist()),
        ) {
            let facts = Facts::embedded().unwrap();
            let rows = |pools: bool| -> Vec<&Property> {
                let all = facts.properties().iter();
                all.filter(|row| (row.scope == Scope::Pool) == pools).collect()
            };
            let (before, after) = bodies(&rows(false), &of_cluster, twists.0);
            let (before, after) = (cluster(before), cluster(after));
            let (old, new) = bodies(&rows(true), &of_pool, twists.1);
            let (old, new) = (pool(old), pool(new));
            let (files, state) = (Files::default(), State::default());
            let options = Options {
                features: BTreeSet::new(),
                as_of: "2026-11-23".parse().unwrap(),
                mode: Mode::Incremental,
                plan: true,
            };
            let change = ClusterChange::of(Some(&before), Some(&after));
            let subject = Subject {
                facts,
                files: &files,
                options: &options,
                after: &state,
                live_before: false,
                cluster: &change,
                pool: None,
            };
            rest_is_silent(subject, false)?;
            let pool = PoolChange::of(Some(&old), Some(&new));
            rest_is_silent(subject.with_pool(pool), true)?;
        }
    }
}
