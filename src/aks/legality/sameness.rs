//! Whether one member is the same in two bodies, as its row compares it.

use crate::diff::{Sameness, WhyUnknown, compare_member};
use crate::eval::{Data, Value};

use super::Subject;
use crate::aks::facts::{Pattern, Patterns, Property};
use crate::aks::read::Reading;

/// Whether a member is the same on both sides. Members below it with rows of their own are judged there.
pub(super) fn sameness(
    subject: Subject<'_>,
    row: &Property,
    before: &Reading,
    after: &Reading,
) -> Sameness {
    if let Reading::Unknown(reason, None) = before {
        return Sameness::CannotTell(WhyUnknown::Before(reason.clone()));
    }
    if let Reading::Unknown(reason, None) = after {
        return Sameness::CannotTell(WhyUnknown::After(reason.clone()));
    }
    let below = below(row);
    if below.is_empty() || flips(row, before, after) {
        return compare_member(
            subject.files,
            &row.comparison,
            before.value(),
            after.value(),
        );
    }
    let before = before.value().map(|value| without(value, &below));
    let after = after.value().map(|value| without(value, &below));
    compare_member(
        subject.files,
        &row.comparison,
        before.as_ref(),
        after.as_ref(),
    )
}

/// Whether a member appears or goes away whose row speaks of just that.
fn flips(row: &Property, before: &Reading, after: &Reading) -> bool {
    let speaks = |patterns: &Patterns| {
        patterns
            .0
            .iter()
            .any(|pattern| matches!(pattern, Pattern::Absent | Pattern::Present))
    };
    before.is_absent() != after.is_absent()
        && row
            .changes
            .iter()
            .any(|change| speaks(&change.from) || speaks(&change.to))
}

/// Whether a row above decides, because its whole object appears or goes away: what is inside is no change of its own.
pub(super) fn comes_or_goes_as_a_whole(subject: Subject<'_>, property: &Property) -> bool {
    let is_inner = property.path.contains('.');
    let mut outer = subject.facts.properties().iter().filter(|_| is_inner);
    outer.any(|outer| {
        outer.scope == property.scope
            && outer.inner.contains(&property.path)
            && flips(
                outer,
                &subject.before(outer.scope, &outer.path),
                &subject.after(outer.scope, &outer.path),
            )
    })
}

/// Paths below a row's, counted from it, that have rows of their own.
fn below(row: &Property) -> Vec<&str> {
    row.inner
        .iter()
        .filter_map(|path| {
            let (head, tail) = path.split_at_checked(row.path.len())?;
            head.eq_ignore_ascii_case(&row.path)
                .then(|| tail.strip_prefix('.'))
                .flatten()
        })
        .collect()
}

/// An object without the members that have rows of their own.
fn without(value: &Value, below: &[&str]) -> Value {
    let Data::Object(object) = &value.data else {
        return value.clone();
    };
    let mut entries = Vec::new();
    for entry in &object.entries {
        let own = |path: &&&str| {
            path.split('.')
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(&entry.key))
        };
        let inner: Vec<_> = below.iter().filter(own).copied().collect();
        if inner.is_empty() {
            entries.push(entry.clone());
        } else if !inner
            .iter()
            .any(|path| path.eq_ignore_ascii_case(&entry.key))
        {
            let rest: Vec<_> = inner
                .iter()
                .filter_map(|path| path.split_once('.').map(|(_, rest)| rest))
                .collect();
            let stripped = without(&entry.value, &rest);
            let empty = stripped
                .as_object()
                .is_some_and(|object| object.entries.is_empty());
            if !empty {
                entries.push(crate::eval::Entry {
                    value: stripped,
                    ..entry.clone()
                });
            }
        }
    }
    Value::object(entries, value.origin.clone())
}
