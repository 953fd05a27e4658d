//! What a sequence leaves other than the user's files say, to edits of those files: the literal to replace where there is
//! one, else what must become what, and where it stands.

use std::collections::BTreeSet;

use crate::aks::cluster::{Cluster, State, StateKind};
use crate::aks::facts::{Facts, Scope};
use crate::aks::pool::Pool;
use crate::aks::read::{Reading, read, scalar};
use crate::eval::{Data, Origin, Value};
use crate::model::Deployment;
use crate::plan::{Difference, Sequence};
use crate::text::{Files, Span};

/// What remains to change, in the order of the plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remaining {
    /// The changes.
    pub changes: Vec<Change>,
}

/// One change of the user's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What must become what, in words.
    pub what: String,
    /// Lower-case name of the pool that it is about, as it is written.
    pub pool: Option<String>,
    /// Where the name or the member stands.
    pub place: Span,
    /// The literal to replace and its new text; none where the value is computed.
    pub edit: Option<(Span, String)>,
    /// Other places of the same files that name the pool.
    pub also: Vec<Span>,
}

/// More places than this are not listed for one name.
const MOST_PLACES: usize = 20;

/// What remains to change once the steps of a sequence have run.
pub fn remaining(
    facts: &Facts,
    files: &Files,
    sequence: &Sequence,
    after: &[&Deployment],
) -> Remaining {
    let mut remaining = Remaining::default();
    if sequence.steps.is_empty() {
        return remaining;
    }
    let state = State::of(after, StateKind::Template, facts);
    let Some(cluster) = cluster_of(&state, sequence) else {
        return remaining;
    };
    for (old, new) in &sequence.renamed {
        remaining.changes.extend(renamed(files, cluster, old, new));
    }
    for pool in cluster.pools.values() {
        remaining.changes.extend(said_twice(facts, files, pool));
    }
    for difference in &sequence.differences {
        let changes = differs(files, sequence, cluster, difference);
        remaining.changes.extend(changes);
    }
    remaining
}

/// The cluster of a sequence in a state of the templates.
pub(super) fn cluster_of<'a>(state: &'a State, sequence: &Sequence) -> Option<&'a Cluster> {
    let clusters = || state.clusters.values();
    let same_id = clusters().find(|cluster| cluster.id.eq_ignore_ascii_case(&sequence.id));
    same_id.or_else(|| {
        let mut named = clusters().filter(|cluster| cluster.name == sequence.cluster);
        let first = named.next();
        if named.next().is_some() { None } else { first }
    })
}

/// A pool that another one took the place of: in each form in which it is written.
fn renamed(files: &Files, cluster: &Cluster, old: &str, new: &str) -> Vec<Change> {
    let Some(pool) = cluster.pools.get(old.to_ascii_lowercase().as_str()) else {
        return Vec::new();
    };
    let mut changes: Vec<Change> = Vec::new();
    for profile in [&pool.inline, &pool.child].into_iter().flatten() {
        let mut leaves = BTreeSet::new();
        literals(&profile.name.origin, &mut leaves);
        let mut edits = leaves
            .into_iter()
            .filter_map(|place| Some((place, with_name(&files.slice(place), old, new)?)));
        let edit = match (edits.next(), edits.next()) {
            (Some(edit), None) => Some(edit),
            _ => None,
        };
        let known = changes
            .iter()
            .any(|change| edit.is_some() && change.edit == edit);
        if known {
            continue;
        }
        let place = edit
            .as_ref()
            .map_or(profile.name_place, |(place, _)| *place);
        let mut what = format!("the pool's name '{old}' becomes '{new}'");
        if edit.is_none() {
            what.push_str(": it is computed, so its parts have to change");
        }
        changes.push(Change {
            what,
            pool: Some(pool.name.key()),
            place: profile.name_place,
            also: mentions(files, &[place, profile.name_place], old),
            edit,
        });
    }
    changes
}

/// A pool that stands in the cluster's array and as a resource of its own: the resource is deployed later, so the array
/// has to say the same.
fn said_twice(facts: &Facts, files: &Files, pool: &Pool) -> Vec<Change> {
    let (Some(inline), Some(child)) = (&pool.inline, &pool.child) else {
        return Vec::new();
    };
    let rows = facts.properties().iter();
    let rows = rows.filter(|row| row.scope == Scope::Pool && !row.comparison.read_only);
    rows.filter_map(|row| {
        let (own, other) = (read(&inline.body, &row.path), read(&child.body, &row.path));
        let (own, other) = (own.known()?, other.known()?);
        let (now, next) = (scalar(&own.value)?, scalar(&other.value)?);
        if now.eq_ignore_ascii_case(&next) {
            return None;
        }
        Some(Change {
            what: format!(
                "{} of pool '{}' in the cluster's array: {now} becomes {next}, as its own resource says",
                row.path, pool.name.text
            ),
            pool: Some(pool.name.key()),
            place: own.key_place.or(own.value.origin.place())?,
            edit: replaced(files, &own.value, &other.value),
            also: Vec::new(),
        })
    })
    .collect()
}

/// A literal with another pool in it: the whole text, or what stands behind its last slash.
fn with_name(literal: &str, old: &str, new: &str) -> Option<String> {
    let (start, inner, end) = unquoted(literal);
    let at = inner.len().checked_sub(old.len())?;
    let (before, name) = (inner.get(..at)?, inner.get(at..)?);
    let is_name = name.eq_ignore_ascii_case(old) && (before.is_empty() || before.ends_with('/'));
    is_name.then(|| format!("{start}{before}{new}{end}"))
}

/// A member that is other than asked for in the end.
fn differs(
    files: &Files,
    sequence: &Sequence,
    cluster: &Cluster,
    difference: &Difference,
) -> Vec<Change> {
    let (Some(path), Some(end)) = (&difference.path, sequence.states.last()) else {
        return Vec::new();
    };
    let (owner, stated, stays) = if let Some(key) = &difference.pool {
        let old = sequence.renamed.iter().find(|(_, new)| new == key);
        let written = old.map_or(key, |(old, _)| old);
        let Some(pool) = cluster.pools.get(written.as_str()) else {
            return Vec::new();
        };
        let stays = end.body(key).map(|body| read(body, path));
        (format!("pool '{key}'"), pool.read(path), stays)
    } else {
        let full = format!("properties.{path}");
        let root = cluster.own.as_ref().map(|own| &own.root);
        let own = root.map_or(Reading::Absent, |root| read(root, &full));
        let stays = end.root().map(|root| read(root, &full));
        (format!("cluster '{}'", cluster.name.text), own, stays)
    };
    let Some(member) = stated.member() else {
        return Vec::new();
    };
    let Some(place) = member.key_place.or(member.value.origin.place()) else {
        return Vec::new();
    };
    let stays = stays.as_ref().and_then(Reading::value);
    let is_secret = member.value.has_secret() || stays.is_some_and(Value::has_secret);
    let (now, next) = (scalar(&member.value), stays.and_then(scalar));
    let edit = match stays {
        Some(stays) if !is_secret => replaced(files, &member.value, stays),
        _ => None,
    };
    let what = match (now, next, stays) {
        _ if is_secret => format!("{path} of {owner} becomes what is deployed"),
        (Some(now), Some(next), _) => format!("{path} of {owner}: {now} becomes {next}"),
        (None, Some(next), _) => format!("{path} of {owner} becomes {next}"),
        (_, None, None) => format!("{path} of {owner} is left out"),
        (_, None, Some(_)) => format!("{path} of {owner} becomes what is deployed"),
    };
    vec![Change {
        what: format!("{what}; {}", difference.reason),
        pool: difference.pool.clone(),
        place,
        edit,
        also: Vec::new(),
    }]
}

/// The literal that a value is, with the text for another value in it.
fn replaced(files: &Files, value: &Value, next: &Value) -> Option<(Span, String)> {
    let mut leaves = BTreeSet::new();
    only_literal(&value.origin, &mut leaves);
    let place = leaves.into_iter().next()?;
    let written = files.slice(place);
    let (start, inner, end) = unquoted(&written);
    // Part of a text, or text that is evaluated, is no literal of this value.
    if scalar(value).is_none_or(|text| text != inner) {
        return None;
    }
    let text = scalar(next)?;
    let is_text = matches!(next.data, Data::String(_));
    if start.is_empty() && is_text {
        return None;
    }
    Some((place, format!("{start}{text}{end}")))
}

/// The literal behind steps that only pass it on.
fn only_literal(origin: &Origin, found: &mut BTreeSet<Span>) {
    match origin {
        Origin::Literal(place) => {
            found.insert(*place);
        }
        Origin::Step(step) => match step.inputs.as_slice() {
            [input] if step.passes_on() => only_literal(input, found),
            [] if step.passes_on() => {
                found.insert(step.place);
            }
            _ => {}
        },
        Origin::None => {}
    }
}

/// All literals that a value is made of.
fn literals(origin: &Origin, found: &mut BTreeSet<Span>) {
    origin.visit(&mut |origin| match origin {
        Origin::Literal(place) => {
            found.insert(*place);
        }
        Origin::Step(step) if step.inputs.is_empty() && step.passes_on() => {
            found.insert(step.place);
        }
        Origin::None | Origin::Step(_) => {}
    });
}

/// A literal's quotes and what stands between them.
fn unquoted(literal: &str) -> (&str, &str, &str) {
    for quote in ['"', '\''] {
        let inner = literal
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            let end = literal.len().saturating_sub(1);
            return (
                literal.get(..1).unwrap_or_default(),
                inner,
                literal.get(end..).unwrap_or_default(),
            );
        }
    }
    ("", literal, "")
}

/// Other places in the files of some places where a name stands as a whole text, or at the end of a path.
fn mentions(files: &Files, places: &[Span], name: &str) -> Vec<Span> {
    let ids: BTreeSet<_> = places.iter().map(|place| place.file).collect();
    let mut found = Vec::new();
    for id in ids {
        let text = files.get(id).text.clone();
        let hidden = files.hidden(id);
        for (at, _) in text.match_indices(name) {
            let end = at + name.len();
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let after = text.get(end..).and_then(|text| text.chars().next());
            let is_whole =
                matches!(before, Some('\'' | '"' | '/')) && matches!(after, Some('\'' | '"'));
            let (Ok(start), Ok(end)) = (u32::try_from(at), u32::try_from(end)) else {
                break;
            };
            let span = Span::new(id, start, end);
            let is_known = places
                .iter()
                .chain(&hidden)
                .any(|place| place.contains(span));
            if is_whole && !is_known {
                found.push(span);
            }
        }
    }
    found.truncate(MOST_PLACES);
    found
}

#[cfg(test)]
mod tests {
    use super::with_name;

    #[test]
    fn a_name_is_replaced_where_it_stands_alone() {
        for (literal, expected) in [
            ("\"np1\"", Some("\"np2\"")),
            ("'aks/np1'", Some("'aks/np2'")),
            ("'{0}/NP1'", Some("'{0}/np2'")),
            ("\"xnp1\"", None),
            ("'1'", None),
            ("np1", Some("np2")),
        ] {
            assert_eq!(with_name(literal, "np1", "np2").as_deref(), expected);
        }
    }
}
