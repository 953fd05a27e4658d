//! Two bodies of one resource to the tree of members that differ, and the list of those that are not known.

use crate::eval::{Data, Entry, Object, Value, equal_ignoring_case};
use crate::text::{Files, Span};

use super::arrays::Extra;
use super::compare::{compare_member, counts_as_missing, open};
use super::generic;
use super::{
    Compare, Comparison, Delta, MemberFacts, Omitted, PropertyChangeType, Sameness, UnknownMember,
};

/// Compares the members of one resource.
pub(super) struct Walker<'w> {
    pub(super) files: &'w Files,
    pub(super) facts: &'w dyn MemberFacts,
    pub(super) resource_type: &'w str,
    /// The state before is a live one.
    pub(super) live: bool,
    /// Child resources that stand for items of an array.
    pub(super) extra: Option<Extra<'w>>,
    pub(super) unknown: Vec<UnknownMember>,
}

/// Where in the resource a member stands.
#[derive(Clone)]
pub(super) struct Cursor<'v> {
    /// Names from the resource's root, without array indexes.
    pub(super) names: Vec<&'v str>,
    /// Dotted names from the resource, or the array item.
    pub(super) path: String,
    /// JSON pointer.
    pub(super) pointer: String,
    /// The member's name in the source, or its owner's.
    pub(super) place: Span,
}

impl<'v> Cursor<'v> {
    pub(super) fn root(place: Span) -> Self {
        Self {
            names: Vec::new(),
            path: String::new(),
            pointer: String::new(),
            place,
        }
    }

    pub(super) fn member(&self, entry: &'v Entry) -> Self {
        let mut names = self.names.clone();
        names.push(&entry.key);
        let path = if self.path.is_empty() {
            entry.key.to_string()
        } else {
            format!("{}.{}", self.path, entry.key)
        };
        let escaped = entry.key.replace('~', "~0").replace('/', "~1");
        Self {
            names,
            path,
            pointer: format!("{}/{escaped}", self.pointer),
            place: entry.key_place.unwrap_or(self.place),
        }
    }

    /// An item of an array: its members have paths of their own.
    pub(super) fn item(&self, index: usize, item: &Value) -> Self {
        Self {
            names: self.names.clone(),
            path: String::new(),
            pointer: format!("{}/{index}", self.pointer),
            place: item.origin.place().unwrap_or(self.place),
        }
    }
}

impl<'w> Walker<'w> {
    /// What is known of a member.
    pub(super) fn row(&self, names: &[&str]) -> &'w Comparison {
        self.facts
            .member(self.resource_type, names)
            .unwrap_or_else(|| generic::row(names, self.live))
    }

    /// All members of two objects.
    pub(super) fn objects(
        &mut self,
        cursor: &Cursor<'_>,
        before: Option<&Object>,
        after: Option<&Object>,
    ) -> Vec<Delta> {
        let mut found = Vec::new();
        for (at, entry) in entries(after).iter().enumerate() {
            let inner = cursor.member(entry);
            if entry.unknown_key {
                let same = entries(before).iter().any(|other| other.key == entry.key);
                self.name_is_unknown(&inner, entry, !same);
            } else if !stands_earlier(entries(after), at) {
                let previous = before.and_then(|object| object.get(&entry.key));
                let open = entries(before).iter().find(|other| other.unknown_key);
                if let (None, Some(open)) = (previous, open) {
                    // A name that is not known may be this one.
                    self.name_is_unknown(&inner, open, true);
                } else {
                    let previous = previous.map(|entry| &entry.value);
                    self.member(&inner, previous, Some(&entry.value), &mut found);
                }
            }
        }
        for (at, entry) in entries(before).iter().enumerate() {
            let gone = after.is_none_or(|object| object.get(&entry.key).is_none());
            if !gone || entry.unknown_key || stands_earlier(entries(before), at) {
                continue;
            }
            let inner = Cursor {
                place: cursor.place,
                ..cursor.member(entry)
            };
            if after.is_some_and(Object::is_open) {
                // One of the names that are not known may be this one.
                continue;
            }
            self.member(&inner, Some(&entry.value), None, &mut found);
        }
        found
    }

    fn member(
        &mut self,
        cursor: &Cursor<'_>,
        before: Option<&Value>,
        after: Option<&Value>,
        found: &mut Vec<Delta>,
    ) {
        let row = self.row(&cursor.names);
        if row.read_only || row.compare == Compare::Key {
            return;
        }
        let stated = |value: &&Value| !counts_as_missing(row, value);
        let (before, after) = (before.filter(stated), after.filter(stated));
        match (Shape::of(before), Shape::of(after)) {
            (Shape::Object(a), Shape::Object(b)) if row.compare == Compare::Keys => {
                found.extend(self.keys(cursor, (before, a), (after, b)));
            }
            (Shape::Object(a), Shape::Object(b)) if a.is_some() || b.is_some() => {
                found.extend(self.objects(cursor, a, b));
            }
            (Shape::Object(a), Shape::Missing) if descends(row, a) => {
                found.extend(self.objects(cursor, a, None));
            }
            (Shape::Missing, Shape::Object(b)) if descends(row, b) => {
                found.extend(self.objects(cursor, None, b));
            }
            (Shape::Array(a), Shape::Array(b)) => {
                found.extend(self.arrays(cursor, row, (before, a), (after, b)));
            }
            // An array of which a side is missing may still have its items as child resources there.
            (Shape::Missing, Shape::Array(b)) if self.has_children(cursor) => {
                found.extend(self.arrays(cursor, row, (None, &[]), (after, b)));
            }
            (Shape::Array(a), Shape::Missing)
                if self.has_children(cursor) && row.omitted != Omitted::Keeps =>
            {
                found.extend(self.arrays(cursor, row, (before, a), (None, &[])));
            }
            _ => found.extend(self.leaf(cursor, row, before, after)),
        }
    }

    /// Two objects of which only the names count.
    fn keys(
        &mut self,
        cursor: &Cursor<'_>,
        before: (Option<&Value>, Option<&Object>),
        after: (Option<&Value>, Option<&Object>),
    ) -> Vec<Delta> {
        let row = self.row(&cursor.names);
        let sameness = compare_member(self.files, row, before.0, after.0);
        if let Some(after) = after.0 {
            let undecided = matches!(sameness, Sameness::CannotTell(_));
            self.unknown_parts(cursor, after, undecided);
        }
        if sameness != Sameness::Changed {
            return Vec::new();
        }
        let lacks = |object: Option<&Object>, entry: &Entry| {
            !entry.unknown_key
                && object.is_none_or(|object| !object.is_open() && object.get(&entry.key).is_none())
        };
        let delta = |entry: &Entry, change_type| {
            let Cursor { path, pointer, .. } = cursor.member(entry);
            let value = Some(entry.value.clone());
            let is_new = change_type == PropertyChangeType::Create;
            Delta {
                path,
                pointer,
                change_type,
                before: value.clone().filter(|_| !is_new),
                after: value.filter(|_| is_new),
                children: Vec::new(),
            }
        };
        let new = entries(after.1)
            .iter()
            .filter(|entry| lacks(before.1, entry))
            .map(|entry| delta(entry, PropertyChangeType::Create));
        let gone = entries(before.1)
            .iter()
            .filter(|entry| lacks(after.1, entry))
            .map(|entry| delta(entry, PropertyChangeType::Delete));
        new.chain(gone).collect()
    }

    fn has_children(&self, cursor: &Cursor<'_>) -> bool {
        self.extra
            .as_ref()
            .is_some_and(|extra| extra.is_of(&cursor.names))
    }

    /// A member that is compared as a whole.
    fn leaf(
        &mut self,
        cursor: &Cursor<'_>,
        row: &Comparison,
        before: Option<&Value>,
        after: Option<&Value>,
    ) -> Option<Delta> {
        let sameness = compare_member(self.files, row, before, after);
        if let Some(after) = after {
            let undecided = matches!(sameness, Sameness::CannotTell(_));
            self.unknown_parts(cursor, after, undecided);
        }
        match sameness {
            Sameness::Same => None,
            Sameness::CannotTell(_) => {
                self.undecided(cursor, before, after);
                None
            }
            Sameness::Changed => Some(Delta {
                path: cursor.path.clone(),
                pointer: cursor.pointer.clone(),
                change_type: match (before, after) {
                    (None, _) => PropertyChangeType::Create,
                    (_, None) => PropertyChangeType::Delete,
                    _ => PropertyChangeType::Modify,
                },
                before: before.cloned(),
                after: after.cloned(),
                children: Vec::new(),
            }),
        }
    }

    /// A comparison that nothing unknown in `after` explains: the value before is unknown, or a default is.
    fn undecided(&mut self, cursor: &Cursor<'_>, before: Option<&Value>, after: Option<&Value>) {
        if after.is_some_and(|after| after.has_unknown() || after.has_shade()) {
            return;
        }
        let previous = before.and_then(open);
        let place = before
            .filter(|_| previous.is_some())
            .and_then(|value| value.origin.place());
        self.unknown.push(UnknownMember {
            pointer: cursor.pointer.clone(),
            expression: previous.as_ref().map(|open| open.expression.clone()),
            reason: previous.map(|open| open.reason),
            place: place.unwrap_or(cursor.place),
            could_be_a_change: true,
            is_name: self.holds_children(&cursor.names),
        });
    }

    /// Notes every unknown part of a value.
    pub(super) fn unknown_parts(&mut self, cursor: &Cursor<'_>, value: &Value, undecided: bool) {
        if let Some(open) = open(value) {
            self.unknown.push(UnknownMember {
                pointer: cursor.pointer.clone(),
                expression: Some(open.expression),
                reason: Some(open.reason),
                place: value.origin.place().unwrap_or(cursor.place),
                could_be_a_change: undecided,
                is_name: self.holds_children(&cursor.names)
                    || self.row(&cursor.names).compare == Compare::Key,
            });
            return;
        }
        if !value.has_unknown() && !value.has_shade() {
            return;
        }
        match &value.data {
            Data::Array(array) => {
                for (index, item) in array.items.iter().enumerate() {
                    self.unknown_parts(&cursor.item(index, item), item, undecided);
                }
            }
            Data::Object(object) => {
                for entry in &object.entries {
                    let inner = cursor.member(entry);
                    if entry.unknown_key {
                        self.name_is_unknown(&inner, entry, undecided);
                    }
                    self.unknown_parts(&inner, &entry.value, undecided);
                }
            }
            _ => {}
        }
    }

    fn name_is_unknown(&mut self, cursor: &Cursor<'_>, entry: &Entry, undecided: bool) {
        let key = entry.key.strip_prefix('[').unwrap_or(&entry.key);
        let expression = key.strip_suffix(']').unwrap_or(key).to_owned();
        self.unknown.push(UnknownMember {
            pointer: cursor.pointer.clone(),
            expression: Some(expression),
            reason: entry
                .value
                .as_unknown()
                .map(|unknown| unknown.reason.clone()),
            place: cursor.place,
            could_be_a_change: undecided,
            is_name: self.holds_children(&cursor.names),
        });
    }

    /// Whether the array of child resources is this member or below it.
    fn holds_children(&self, names: &[&str]) -> bool {
        let array = self.facts.child_array(self.resource_type);
        array.is_some_and(|array| {
            names.len() <= array.path.len()
                && names
                    .iter()
                    .zip(&array.path)
                    .all(|(a, b)| a.eq_ignore_ascii_case(b))
        })
    }
}

fn entries(object: Option<&Object>) -> &[Entry] {
    object.map_or(&[], |object| &object.entries)
}

/// Whether a member of the same name, in another case, stands before it: only the first one counts.
fn stands_earlier(entries: &[Entry], at: usize) -> bool {
    let Some(entry) = entries.get(at) else {
        return false;
    };
    entries
        .iter()
        .take(at)
        .any(|other| !other.unknown_key && equal_ignoring_case(&other.key, &entry.key))
}

/// Whether an object that has no counterpart is compared member by member.
fn descends(row: &Comparison, object: Option<&Object>) -> bool {
    row.compare != Compare::Keys && !entries(object).is_empty()
}

enum Shape<'v> {
    Missing,
    Object(Option<&'v Object>),
    Array(&'v [Value]),
    Other,
}

impl<'v> Shape<'v> {
    fn of(value: Option<&'v Value>) -> Self {
        let Some(value) = value else {
            return Self::Missing;
        };
        if open(value).is_some() {
            return Self::Other;
        }
        match &value.data {
            Data::Object(object) => Self::Object(Some(object)),
            Data::Array(array) => Self::Array(&array.items),
            _ => Self::Other,
        }
    }
}
