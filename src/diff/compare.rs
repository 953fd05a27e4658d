//! Two values of one member: the same, changed, or undecided because one of them is unknown.

use crate::eval::{Array, Data, Entry, Object, Reason, Value, residual_text};
use crate::text::Files;

use super::provenance::same_literals;
use super::scalar;
use super::{Compare, Comparison, Omitted, ServiceDefault};

/// What comes out of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sameness {
    /// Equal, or of no account.
    Same,
    /// Certainly different.
    Changed,
    /// It hangs on something unknown.
    CannotTell(WhyUnknown),
}

/// What a comparison hangs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyUnknown {
    /// The value before is unknown.
    Before(Reason),
    /// The value after is unknown.
    After(Reason),
    /// One side is missing, and what it counts as then depends on what cannot be seen here.
    Default,
}

impl Sameness {
    /// Two parts of one value: a certain change decides, then what is unknown.
    #[must_use]
    pub fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Changed => self,
            Self::Same => other(),
            Self::CannotTell(_) => match other() {
                Self::Changed => Self::Changed,
                _ => self,
            },
        }
    }

    fn of(same: bool) -> Self {
        if same { Self::Same } else { Self::Changed }
    }
}

/// Compares one member by what is known of it. A missing member is none; null, and what the row calls empty, is missing too.
pub fn compare_member(
    files: &Files,
    how: &Comparison,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Sameness {
    if how.read_only || how.compare == Compare::Key {
        return Sameness::Same;
    }
    let stated =
        |value: Option<&'_ Value>| value.is_some_and(|value| !counts_as_missing(how, value));
    let comparer = Comparer { files };
    match (
        before.filter(|_| stated(before)),
        after.filter(|_| stated(after)),
    ) {
        (None, None) => Sameness::Same,
        (None, _) | (_, None) if how.write_only => Sameness::Same,
        (Some(before), Some(after)) => comparer.values(how.compare, before, after),
        (None, Some(after)) => match open(after) {
            Some(open) => Sameness::CannotTell(WhyUnknown::After(open.reason)),
            None => comparer.with_default(how, after, WhyUnknown::After),
        },
        (Some(before), None) => match how.omitted {
            Omitted::Keeps => Sameness::Same,
            Omitted::Clears | Omitted::Default => match open(before) {
                Some(open) => Sameness::CannotTell(WhyUnknown::Before(open.reason)),
                None => comparer.with_default(how, before, WhyUnknown::Before),
            },
        },
    }
}

/// Whether a value stands for no value: null, or what the row names (`""` for an id, 0 for a disk size).
pub(super) fn counts_as_missing(how: &Comparison, value: &Value) -> bool {
    if open(value).is_some() {
        return false;
    }
    matches!(value.data, Data::Null)
        || how
            .empty
            .iter()
            .any(|empty| scalar::same_json(how.compare, value, empty))
}

/// Something that is not decided at its outermost level.
pub(super) struct Open {
    pub(super) expression: String,
    pub(super) reason: Reason,
    pub(super) secret: bool,
}

/// Whether a secret is made of what `list*()` gives, without a part that stands for given values.
fn is_listed(expression: &str) -> bool {
    expression.contains("list")
        && !["parameters(", "reference("]
            .iter()
            .any(|hiding| expression.contains(hiding))
}

/// Whether a value is unknown as a whole. What is only assumed counts as unknown.
pub(super) fn open(value: &Value) -> Option<Open> {
    if let Some(shade) = value.shade.as_ref().filter(|shade| shade.assumed) {
        return Some(Open {
            expression: residual_text(&shade.residual),
            reason: Reason::Runtime("reference".into()),
            secret: shade.secret,
        });
    }
    value.as_unknown().map(|unknown| Open {
        expression: residual_text(&unknown.residual),
        reason: unknown.reason.clone(),
        secret: unknown.secret,
    })
}

struct Comparer<'f> {
    files: &'f Files,
}

impl Comparer<'_> {
    /// A stated value against what a missing one counts as.
    fn with_default(
        &self,
        how: &Comparison,
        stated: &Value,
        side: impl FnOnce(Reason) -> WhyUnknown,
    ) -> Sameness {
        if is_empty_container(stated) {
            return Sameness::Same;
        }
        match &how.default {
            ServiceDefault::None => Sameness::Changed,
            ServiceDefault::Depends => Sameness::CannotTell(WhyUnknown::Default),
            ServiceDefault::Constant(default) => {
                let default = scalar::value_of(default);
                match self.values(how.compare, &default, stated) {
                    Sameness::CannotTell(
                        WhyUnknown::Before(reason) | WhyUnknown::After(reason),
                    ) => Sameness::CannotTell(side(reason)),
                    decided => decided,
                }
            }
        }
    }

    /// Two stated values.
    fn values(&self, compare: Compare, before: &Value, after: &Value) -> Sameness {
        if let Some(undecided) = self.open_sides(before, after) {
            return undecided;
        }
        match compare {
            Compare::Key => Sameness::Same,
            Compare::Set | Compare::IdSet | Compare::CidrSet | Compare::ObjectSet => {
                match (before.as_array(), after.as_array()) {
                    (Some(a), Some(b)) => self.sets(item_of(compare), a, b),
                    _ => self.generic(before, after),
                }
            }
            Compare::List => match (before.as_array(), after.as_array()) {
                (Some(a), Some(b)) => self.lists(a, b),
                _ => self.generic(before, after),
            },
            Compare::Keys => match (&before.data, &after.data) {
                (Data::Object(a), Data::Object(b)) => self.keys(a, b),
                _ => self.generic(before, after),
            },
            Compare::Map | Compare::Object => self.generic(before, after),
            Compare::Exact
            | Compare::Text
            | Compare::Id
            | Compare::Number
            | Compare::Boolean
            | Compare::Version
            | Compare::Cidr => match scalar::same(compare, before, after) {
                Some(same) => Sameness::of(same),
                None => self.generic(before, after),
            },
        }
    }

    /// Unknown on a side: equal expressions are equal, all else is undecided.
    fn open_sides(&self, before: &Value, after: &Value) -> Option<Sameness> {
        let (a, b) = (open(before), open(after));
        Some(match (a, b) {
            (None, None) => return None,
            (Some(a), Some(b)) if a.expression == b.expression => match b.reason {
                // These say nothing about what the value is.
                Reason::Failed | Reason::Limit => Sameness::CannotTell(WhyUnknown::After(b.reason)),
                // The expression of a secret hides its value; the literals it comes from are compared unseen. What the service
                // lists, of names that are known, is all in the expression, in whatever words it was written.
                _ if a.secret && b.secret && !is_listed(&a.expression) => {
                    Sameness::of(same_literals(self.files, &before.origin, &after.origin))
                }
                _ => Sameness::Same,
            },
            (_, Some(b)) => Sameness::CannotTell(WhyUnknown::After(b.reason)),
            (Some(a), None) => Sameness::CannotTell(WhyUnknown::Before(a.reason)),
        })
    }

    /// By kind: members by name, arrays in any order, ids and numbers by what they mean, other text exactly.
    fn generic(&self, before: &Value, after: &Value) -> Sameness {
        if let Some(undecided) = self.open_sides(before, after) {
            return undecided;
        }
        match (&before.data, &after.data) {
            (Data::Array(a), Data::Array(b)) => self.sets(Compare::Object, a, b),
            (Data::Object(a), Data::Object(b)) => self.objects(a, b),
            _ => Sameness::of(scalar::same_generic(before, after)),
        }
    }

    fn lists(&self, before: &Array, after: &Array) -> Sameness {
        if before.items.len() != after.items.len() {
            return Sameness::Changed;
        }
        before
            .items
            .iter()
            .zip(&after.items)
            .fold(Sameness::Same, |sum, (a, b)| sum.and(|| self.generic(a, b)))
    }

    /// Names only. An open name may be any other.
    fn keys(&self, before: &Object, after: &Object) -> Sameness {
        if before
            .entries
            .iter()
            .chain(&after.entries)
            .any(|entry| entry.unknown_key)
        {
            return self.objects(before, after);
        }
        let has = |object: &Object, key: &str| {
            object
                .entries
                .iter()
                .any(|entry| entry.key.eq_ignore_ascii_case(key))
        };
        let same = before.entries.iter().all(|entry| has(after, &entry.key))
            && after.entries.iter().all(|entry| has(before, &entry.key));
        Sameness::of(same)
    }

    fn objects(&self, before: &Object, after: &Object) -> Sameness {
        let mut sum = Sameness::Same;
        for entry in &after.entries {
            sum = sum.and(|| entry_sameness(entry, before, |a, b| self.generic(b, a)));
        }
        for entry in &before.entries {
            sum = sum.and(|| {
                // Those with a counterpart were compared above.
                entry_sameness(entry, after, |_, _| Sameness::Same)
            });
        }
        sum
    }

    /// Arrays whose order does not matter. Repetitions count for objects only: a set of zones has none.
    fn sets(&self, item: Compare, before: &Array, after: &Array) -> Sameness {
        let in_order = before.items.len() == after.items.len()
            && before
                .items
                .iter()
                .zip(&after.items)
                .all(|(a, b)| self.values(item, a, b) == Sameness::Same);
        if in_order {
            return Sameness::Same;
        }
        let mut left: Vec<&Value> = before.items.iter().collect();
        let mut added = Vec::new();
        for value in &after.items {
            let same = |other: &&Value| self.values(item, other, value) == Sameness::Same;
            match left.iter().position(same) {
                Some(at) => {
                    left.remove(at);
                }
                None if item != Compare::Object
                    && before.items.iter().any(|other| same(&other)) => {}
                None => added.push(value),
            }
        }
        if item != Compare::Object {
            left.retain(|value| {
                let same = |other: &Value| self.values(item, value, other) == Sameness::Same;
                !after.items.iter().any(same)
            });
        }
        leftovers(&left, &added)
    }
}

/// What has no equal on the other side: only an unknown there can still be it.
fn leftovers(left: &[&Value], added: &[&Value]) -> Sameness {
    if left.is_empty() && added.is_empty() {
        return Sameness::Same;
    }
    let reason = |values: &[&Value]| values.iter().find_map(|value| first_open(value));
    let (before, after) = (reason(left), reason(added));
    let known = |values: &[&Value]| values.iter().any(|value| first_open(value).is_none());
    if (known(added) && before.is_none()) || (known(left) && after.is_none()) {
        return Sameness::Changed;
    }
    match (before, after) {
        (_, Some(reason)) => Sameness::CannotTell(WhyUnknown::After(reason)),
        (Some(reason), None) => Sameness::CannotTell(WhyUnknown::Before(reason)),
        (None, None) => Sameness::Changed,
    }
}

/// A member against the other object: compared with its counterpart there, a change where it has none.
fn entry_sameness(
    entry: &Entry,
    other: &Object,
    compare: impl FnOnce(&Value, &Value) -> Sameness,
) -> Sameness {
    if entry.unknown_key {
        let same = |other: &&Entry| other.unknown_key && other.key == entry.key;
        return match other.entries.iter().find(same) {
            Some(counterpart) => compare(&entry.value, &counterpart.value),
            None => undecided_name(),
        };
    }
    match other.get(&entry.key) {
        Some(counterpart) => compare(&entry.value, &counterpart.value),
        None if matches!(entry.value.data, Data::Null) => Sameness::Same,
        None if is_empty_container(&entry.value) => Sameness::Same,
        None if other.is_open() => undecided_name(),
        None => match open(&entry.value) {
            Some(open) => Sameness::CannotTell(WhyUnknown::After(open.reason)),
            None => Sameness::Changed,
        },
    }
}

fn undecided_name() -> Sameness {
    Sameness::CannotTell(WhyUnknown::After(Reason::Runtime(
        "name of a member".into(),
    )))
}

/// The reason of the first unknown part.
fn first_open(value: &Value) -> Option<Reason> {
    if let Some(open) = open(value) {
        return Some(open.reason);
    }
    if !value.has_unknown() && !value.has_shade() {
        return None;
    }
    match &value.data {
        Data::Array(array) => array.items.iter().find_map(first_open),
        Data::Object(object) => object
            .entries
            .iter()
            .find_map(|entry| first_open(&entry.value)),
        _ => None,
    }
}

fn item_of(set: Compare) -> Compare {
    match set {
        Compare::IdSet => Compare::Id,
        Compare::CidrSet => Compare::Cidr,
        Compare::ObjectSet => Compare::Object,
        _ => Compare::Text,
    }
}

/// `[]` and `{}`: nothing that a missing member would not be.
pub(super) fn is_empty_container(value: &Value) -> bool {
    match &value.data {
        Data::Array(array) => array.items.is_empty(),
        Data::Object(object) => object.entries.is_empty(),
        _ => false,
    }
}
