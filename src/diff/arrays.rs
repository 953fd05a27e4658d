//! Arrays: items paired by their key, as sets, or by position.

use crate::eval::{Data, Value, lower_text};

use super::compare::{compare_member, is_empty_container, open};
use super::delta::{Cursor, Walker};
use super::{Compare, Comparison, Delta, PropertyChangeType, Sameness};

/// Child resources that stand for items of one array of their parent.
pub(super) struct Extra<'w> {
    /// Path of the array.
    pub(super) path: Vec<&'w str>,
    /// Children before that are no items before: name in lower case, and the child as an item.
    pub(super) before: Vec<(String, Value)>,
    /// Names of the children after.
    pub(super) after: Vec<String>,
}

impl Extra<'_> {
    /// Whether it is about the array at this path.
    pub(super) fn is_of(&self, names: &[&str]) -> bool {
        same_path(&self.path, names)
    }
}

/// An array, none where it is missing, and its items.
type Side<'v> = (Option<&'v Value>, &'v [Value]);

/// One item with its counterpart; the index is that of the item in its array, none for a child resource.
struct Pair<'v> {
    before: Option<(Option<usize>, &'v Value)>,
    after: Option<(usize, &'v Value)>,
}

impl Walker<'_> {
    /// Two arrays of one member.
    pub(super) fn arrays(
        &mut self,
        cursor: &Cursor<'_>,
        row: &Comparison,
        before: Side<'_>,
        after: Side<'_>,
    ) -> Option<Delta> {
        let children = if row.compare == Compare::List {
            self.pairs(cursor, by_position(before.1, after.1))
        } else if let Some(key) = self.key(cursor, before.1, after.1) {
            self.keyed(cursor, &key, before.1, after.1)
        } else if let (Some(a), Some(b)) = (before.0, after.0) {
            self.set(cursor, row, (a, before.1), (b, after.1))
        } else {
            self.pairs(cursor, by_position(before.1, after.1))
        };
        (!children.is_empty()).then(|| Delta {
            path: cursor.path.clone(),
            pointer: cursor.pointer.clone(),
            change_type: PropertyChangeType::Array,
            before: before.0.cloned(),
            after: after.0.cloned(),
            children,
        })
    }

    /// The member that tells items apart: the one that the table names, else `name` where all have one.
    fn key(&self, cursor: &Cursor<'_>, before: &[Value], after: &[Value]) -> Option<String> {
        let items = || before.iter().chain(after);
        let first = items().find_map(Value::as_object)?;
        let named = first.entries.iter().find(|entry| {
            let mut names = cursor.names.clone();
            names.push(&entry.key);
            self.row(&names).compare == Compare::Key
        });
        if let Some(entry) = named {
            return Some(entry.key.to_string());
        }
        let has_name = |item: &Value| {
            item.as_object()
                .and_then(|object| object.get("name"))
                .is_some_and(|name| name.value.as_text().is_some())
        };
        items().all(has_name).then(|| "name".to_owned())
    }

    fn keyed(
        &mut self,
        cursor: &Cursor<'_>,
        key: &str,
        before: &[Value],
        after: &[Value],
    ) -> Vec<Delta> {
        let extra = self.extra.take_if(|extra| extra.is_of(&cursor.names));
        let mut left: Vec<(String, Option<usize>, &Value)> = before
            .iter()
            .enumerate()
            .map(|(at, item)| (key_of(item, key), Some(at), item))
            .collect();
        if let Some(extra) = &extra {
            let synthetic = extra.before.iter();
            left.extend(synthetic.map(|(name, item)| (name.clone(), None, item)));
        }
        let mut pairs = Vec::new();
        let mut open_names = false;
        for (at, item) in after.iter().enumerate() {
            let name = key_of(item, key);
            let counterpart = left.iter().position(|(other, ..)| *other == name);
            let previous = counterpart.map(|found| left.remove(found));
            if previous.is_none() && name_is_open(item, key) {
                open_names = true;
                self.unknown_parts(&cursor.item(at, item), item, true);
                continue;
            }
            pairs.push(Pair {
                before: previous.map(|(_, at, item)| (at, item)),
                after: Some((at, item)),
            });
        }
        // An item whose name is not known may be any of those that are missing.
        if !open_names {
            let stays = |name: &String| {
                extra
                    .as_ref()
                    .is_some_and(|extra| extra.after.contains(name))
            };
            let gone = left.into_iter().filter(|(name, at, item)| {
                at.is_some() && !stays(name) && !name_is_open(item, key)
            });
            pairs.extend(gone.map(|(_, at, item)| Pair {
                before: Some((at, item)),
                after: None,
            }));
        }
        let mut found = self.pairs(cursor, pairs);
        // The key was compared when the items were paired. A child that leaves its parent's array stays what it is.
        for item in &mut found {
            if extra.is_some() && item.change_type == PropertyChangeType::Delete {
                item.change_type = PropertyChangeType::NoEffect;
            }
            item.children
                .retain(|member| !member.path.eq_ignore_ascii_case(key));
        }
        found.retain(|item| {
            item.change_type != PropertyChangeType::Modify || !item.children.is_empty()
        });
        found
    }

    /// Items whose order does not matter: equal ones cancel out.
    fn set(
        &mut self,
        cursor: &Cursor<'_>,
        row: &Comparison,
        before: (&Value, &[Value]),
        after: (&Value, &[Value]),
    ) -> Vec<Delta> {
        let as_set = Comparison {
            compare: match row.compare {
                set @ (Compare::Set | Compare::IdSet | Compare::CidrSet) => set,
                _ => Compare::ObjectSet,
            },
            ..row.clone()
        };
        let sameness = compare_member(self.files, &as_set, Some(before.0), Some(after.0));
        let undecided = matches!(sameness, Sameness::CannotTell(_));
        if sameness != Sameness::Changed {
            self.unknown_parts(cursor, after.0, undecided);
            if undecided && !after.0.has_unknown() && !after.0.has_shade() {
                self.unknown_parts(cursor, before.0, true);
            }
            return Vec::new();
        }
        let single = |value: &Value| Value::array(vec![value.clone()], value.origin.clone());
        let same = |a: &Value, b: &Value| {
            let equal = compare_member(self.files, &as_set, Some(&single(a)), Some(&single(b)));
            equal == Sameness::Same
        };
        let mut left: Vec<(usize, &Value)> = before.1.iter().enumerate().collect();
        let mut added = Vec::new();
        for (at, item) in after.1.iter().enumerate() {
            match left.iter().position(|(_, other)| same(other, item)) {
                Some(found) => {
                    left.remove(found);
                }
                None => added.push((at, item)),
            }
        }
        // An item that is not known may be any of those that the other side lacks.
        let (open_left, open_added) = (has_open(&left), has_open(&added));
        if open_left {
            added.retain(|(_, item)| open(item).is_some());
            let open_items = left.iter().filter(|(_, item)| open(item).is_some());
            for (at, item) in open_items {
                self.unknown_parts(&cursor.item(*at, item), item, true);
            }
        }
        if open_added {
            left.retain(|(_, item)| open(item).is_some());
        }
        let objects = |items: &[(usize, &Value)]| {
            items
                .iter()
                .all(|(_, item)| matches!(item.data, Data::Object(_)))
        };
        let in_order = objects(&left) && objects(&added);
        let mut pairs: Vec<Pair<'_>> = Vec::new();
        let mut left = left.into_iter();
        for after in added {
            let counterpart = if in_order { left.next() } else { None };
            pairs.push(Pair {
                before: counterpart.map(|(at, item)| (Some(at), item)),
                after: Some(after),
            });
        }
        pairs.extend(left.map(|(at, item)| Pair {
            before: Some((Some(at), item)),
            after: None,
        }));
        self.pairs(cursor, pairs)
    }

    fn pairs(&mut self, cursor: &Cursor<'_>, pairs: Vec<Pair<'_>>) -> Vec<Delta> {
        pairs
            .into_iter()
            .filter_map(|pair| self.pair(cursor, &pair))
            .collect()
    }

    fn pair(&mut self, cursor: &Cursor<'_>, pair: &Pair<'_>) -> Option<Delta> {
        let (before, after) = (
            pair.before.map(|(_, item)| item),
            pair.after.map(|(_, item)| item),
        );
        let ((Some((index, _)), _) | (None, Some((Some(index), _)))) = (pair.after, pair.before)
        else {
            return None;
        };
        let inner = cursor.item(index, after.or(before)?);
        let delta = |change_type, children| Delta {
            path: index.to_string(),
            pointer: inner.pointer.clone(),
            change_type,
            before: before.cloned(),
            after: after.cloned(),
            children,
        };
        match (before, after) {
            (Some(before), Some(after)) => {
                let children = match (before.as_object(), after.as_object()) {
                    (Some(a), Some(b)) => self.objects(&inner, Some(a), Some(b)),
                    _ => {
                        return self
                            .single(&inner, before, after)
                            .then(|| delta(PropertyChangeType::Modify, Vec::new()));
                    }
                };
                (!children.is_empty()).then(|| delta(PropertyChangeType::Modify, children))
            }
            (None, Some(after)) => {
                self.unknown_parts(&inner, after, open(after).is_some());
                let certain = open(after).is_none();
                certain.then(|| delta(PropertyChangeType::Create, Vec::new()))
            }
            (Some(before), None) => {
                let certain = open(before).is_none() && !is_empty_container(before);
                certain.then(|| delta(PropertyChangeType::Delete, Vec::new()))
            }
            (None, None) => None,
        }
    }

    /// Whether two items that are no objects differ.
    fn single(&mut self, cursor: &Cursor<'_>, before: &Value, after: &Value) -> bool {
        let row = self.row(&cursor.names);
        let item = Comparison {
            compare: Compare::Exact,
            ..row.clone()
        };
        let sameness = compare_member(self.files, &item, Some(before), Some(after));
        self.unknown_parts(cursor, after, matches!(sameness, Sameness::CannotTell(_)));
        sameness == Sameness::Changed
    }
}

fn has_open(items: &[(usize, &Value)]) -> bool {
    items.iter().any(|(_, item)| open(item).is_some())
}

fn by_position<'v>(before: &'v [Value], after: &'v [Value]) -> Vec<Pair<'v>> {
    (0..before.len().max(after.len()))
        .map(|at| Pair {
            before: before.get(at).map(|item| (Some(at), item)),
            after: after.get(at).map(|item| (at, item)),
        })
        .collect()
}

/// The key of an item: text in lower case, the expression where it is unknown.
fn key_of(item: &Value, key: &str) -> String {
    let Some(value) = item.as_object().and_then(|object| object.get(key)) else {
        return open(item).map_or_else(String::new, |open| format!("[{}]", open.expression));
    };
    match (open(&value.value), value.value.as_text()) {
        (Some(open), _) => format!("[{}]", open.expression),
        (None, Some(text)) => lower_text(text),
        (None, None) => String::new(),
    }
}

fn name_is_open(item: &Value, key: &str) -> bool {
    match item.as_object() {
        None => open(item).is_some(),
        Some(object) => {
            object.is_open()
                || object
                    .get(key)
                    .is_some_and(|entry| open(&entry.value).is_some())
        }
    }
}

fn same_path(one: &[&str], other: &[&str]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(a, b)| a.eq_ignore_ascii_case(b))
}
