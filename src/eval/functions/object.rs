//! Objects: making, merging, listing, guarded access.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{ANY, ARRAY, Call, Function, INT, MANY, OBJECT, Outcome, Partial, Run, STRING, Shades};
use super::{array, function, items_of, part_of, plain, type_of};
use crate::eval::access::{self, Found, first_reason};
use crate::eval::equality::equal;
use crate::eval::value::{Data, Entry, Object, Residual, TypeHint, Unknown, Value};
use crate::eval::{Failure, Origin, bracketed, folded, pure};

pub(super) const FUNCTIONS: &[Function] = &[
    function("createObject", (0, MANY), &[ANY], Run::Open(create_object)),
    function("shallowMerge", (1, 1), &[ARRAY], Run::Shape(shallow_merge)),
    function("items", (1, 1), &[OBJECT], Run::Shape(items)),
    function("objectKeys", (1, 1), &[OBJECT], Run::Shape(object_keys)),
    function(
        "tryGet",
        (2, MANY),
        &[ANY, STRING | INT, STRING | INT | OBJECT],
        Run::Open(try_get),
    ),
    function(
        "tryIndexFromEnd",
        (2, MANY),
        &[ANY, INT, STRING | INT | OBJECT],
        Run::Open(try_index_from_end),
    ),
];

fn create_object(call: &Call<'_>) -> Partial {
    if !call.args.len().is_multiple_of(2) {
        return Err(call.fail(0, "takes pairs of a name and a value"));
    }
    let mut entries = Vec::with_capacity(call.args.len() / 2);
    let mut seen = std::collections::BTreeSet::new();
    for (at, pair) in call.args.chunks_exact(2).enumerate() {
        let [key, value] = pair else { continue };
        let (name, unknown_key): (Arc<str>, bool) = match &key.data {
            Data::String(name) if !key.has_secret() => (Arc::clone(name), false),
            // The object keeps its shape; the name prints as its expression.
            Data::String(_) | Data::Unknown(_) => (bracketed(key).into(), true),
            _ => return Err(call.type_error(2 * at, STRING)),
        };
        if !unknown_key && !seen.insert(Arc::clone(&name)) {
            return Err(call.fail(2 * at, format!("the member '{name}' comes twice")));
        }
        entries.push(Entry {
            key_place: Some(call.place(2 * at)),
            unknown_key,
            ..Entry::new(name, value.clone())
        });
    }
    call.charge(entries.len())?;
    Ok(Some(call.with_origin(Value::object(entries, Origin::None))))
}

/// The members of an object value, each with an origin and under the secrecy of the whole.
fn entries_of(value: &Value) -> Vec<Entry> {
    let Some(object) = value.as_object() else {
        return Vec::new();
    };
    object
        .entries
        .iter()
        .map(|entry| {
            let name = || Value::text(Arc::clone(&entry.key), Origin::None);
            Entry {
                value: part_of(value, &entry.value, name),
                ..entry.clone()
            }
        })
        .collect()
}

/// Members while objects are merged, found by name in any case.
#[derive(Default)]
struct Merged {
    entries: Vec<Entry>,
    positions: BTreeMap<String, usize>,
}

impl Merged {
    fn position(&self, key: &str) -> Option<usize> {
        self.positions.get(&folded(key)).copied()
    }

    fn push(&mut self, entry: Entry) {
        // Of names that differ only in case the first is found.
        let at = self.entries.len();
        self.positions.entry(folded(&entry.key)).or_insert(at);
        self.entries.push(entry);
    }
}

/// Later wins, no recursion, null too; the first spelling of a name stays.
fn shallow_merge(call: &Call<'_>) -> Partial {
    let objects = call.arg(0).map(items_of).unwrap_or_default();
    if let Some(wrong) = objects.iter().find(|item| type_of(item) & OBJECT == 0) {
        let given = wrong.type_name();
        return Err(call.fail(0, format!("every item must be an object, one is {given}")));
    }
    let is_open = |item: &Value| item.as_object().is_none_or(|object| object.is_open());
    if objects.iter().any(is_open) {
        return Ok(None);
    }
    let mut merged = Merged::default();
    let mut shades = Shades::default();
    for object in &objects {
        shades.add_top(object);
        for entry in entries_of(object) {
            match merged.position(&entry.key) {
                Some(at) => merged.entries[at].value = entry.value,
                None => merged.push(entry),
            }
        }
    }
    call.charge(merged.entries.len())?;
    shades.secret = false;
    let value = call.with_origin(Value::object(merged.entries, Origin::None));
    Ok(Some(call.with_shades(value, shades)))
}

/// `union` of objects that are known except for parts.
pub(super) fn union_objects(call: &Call<'_>) -> Partial {
    let is_open = |arg: &Value| arg.as_object().is_none_or(|object| object.is_open());
    if call.args.iter().any(is_open) {
        return Ok(None);
    }
    let mut shades = Shades::default();
    let mut result: Option<Vec<Entry>> = None;
    for arg in &call.args {
        shades.add_top(arg);
        let entries = entries_of(arg);
        result = Some(match result {
            // The first object stands as it is.
            None => entries,
            Some(before) => merge(call, before, entries)?,
        });
    }
    let entries = result.unwrap_or_default();
    // The secrecy of each object has fallen on its members.
    shades.secret = false;
    let value = call.with_origin(Value::object(entries, Origin::None));
    Ok(Some(call.with_shades(value, shades)))
}

/// Two objects merged in depth: the later one wins, but not with null; names take the later spelling.
fn merge(call: &Call<'_>, before: Vec<Entry>, after: Vec<Entry>) -> Result<Vec<Entry>, Failure> {
    call.charge(after.len())?;
    let mut merged = Merged::default();
    for entry in before {
        merged.push(entry);
    }
    let mut met = std::collections::BTreeSet::new();
    for entry in after {
        match merged.position(&entry.key) {
            Some(at) => {
                met.insert(at);
                let old = merged.entries[at].value.clone();
                let value = merge_values(call, old, entry.value.clone())?;
                merged.entries[at] = Entry { value, ..entry };
            }
            None => merged.push(entry),
        }
    }
    // Of names that differ only in case, which may stand side by side before, a merged one is the only one left.
    let names: std::collections::BTreeSet<String> = met
        .iter()
        .map(|at| folded(&merged.entries[*at].key))
        .collect();
    let mut at = 0;
    merged.entries.retain(|entry| {
        let stays = met.contains(&at) || !names.contains(&folded(&entry.key));
        at += 1;
        stays
    });
    Ok(merged.entries)
}

fn merge_values(call: &Call<'_>, old: Value, new: Value) -> Result<Value, Failure> {
    match (&old.data, &new.data) {
        (_, Data::Null) => Ok(old),
        (Data::Null, _) => Ok(new),
        (Data::Object(_), Data::Object(_)) => {
            let shades = [&old, &new]
                .into_iter()
                .fold(Shades::default(), |mut all, value| {
                    all.add_top(value);
                    all
                });
            let entries = merge(call, entries_of(&old), entries_of(&new))?;
            let merged = Value::object(entries, new.origin);
            let shades = Shades {
                secret: false,
                ..shades
            };
            Ok(call.with_shades(merged, shades))
        }
        _ => {
            // An open value beside an object prints so whatever its declared type is, as the engine does it.
            let unknown = old.as_unknown().is_some() || new.as_unknown().is_some();
            let object = old.as_object().is_some() || new.as_object().is_some();
            let class = |value: &Value| match (value.hint(), &value.data) {
                (Some(TypeHint::Object), _) => Some(0),
                (Some(TypeHint::Array), _) => Some(1),
                (None, Data::Unknown(_)) => None,
                _ => Some(2),
            };
            let (before, after) = (class(&old), class(&new));
            if unknown && object || before.is_none() || after.is_none() || before == after {
                let open = new.as_unknown().is_some() || unknown && object;
                return Ok(if open {
                    merge_open(call, &old, &new)
                } else {
                    new
                });
            }
            let (old, new) = (old.type_name(), new.type_name());
            Err(call.fail(
                0,
                format!("a member is {old} before and {new} after: they cannot be merged"),
            ))
        }
    }
}

/// One of two values is unknown: it may be null, and then it changes nothing.
fn merge_open(call: &Call<'_>, old: &Value, new: &Value) -> Value {
    let (open, fallback) = if new.as_unknown().is_some() {
        (new, old)
    } else {
        (old, new)
    };
    let value = |value: &Value| Residual::Value(value.clone());
    let is_null = Residual::Call(
        "equals".into(),
        vec![value(open), Residual::Value(Value::null())],
    );
    let both_objects = old.as_object().is_some() || new.as_object().is_some();
    let otherwise = if both_objects {
        Residual::Call(Arc::clone(call.name), vec![value(old), value(new)])
    } else {
        value(open)
    };
    let residual = Residual::Call("if".into(), vec![is_null, value(fallback), otherwise]);
    let mut unknown = Unknown::new(residual, first_reason([old, new]));
    unknown.secret = old.has_secret() || new.has_secret();
    if !both_objects {
        unknown.branches = Some(Box::new((fallback.clone(), open.clone())));
    }
    let origin = Origin::step(
        crate::eval::OriginKind::Function,
        Arc::clone(call.name),
        call.span,
        [old.origin.clone(), new.origin.clone()],
    );
    Value::unknown(unknown, origin)
}

/// Members that are in all objects with an equal value; nothing is merged in depth.
pub(super) fn intersect_objects(call: &Call<'_>) -> Outcome {
    let mut objects = call.args.iter();
    let mut common = objects.next().map(entries_of).unwrap_or_default();
    for other in objects {
        let others: BTreeMap<Arc<str>, Value> = entries_of(other)
            .into_iter()
            .map(|entry| (entry.key, entry.value))
            .collect();
        common.retain(|entry| {
            let same = others.get(&entry.key);
            same.is_some_and(|value| equal(value, &entry.value) == Some(true))
        });
    }
    call.charge(common.len())?;
    Ok(Value::object(common, Origin::None))
}

/// Positions of the members by name: ordinal over the upper-cased name, ties in source order.
fn by_name(object: &Object) -> Option<Vec<usize>> {
    if object.is_open() {
        return None;
    }
    let mut order: Vec<usize> = (0..object.entries.len()).collect();
    let key = |at: usize| &*object.entries[at].key;
    order.sort_by(|a, b| pure::compare_ignore_case(key(*a), key(*b)));
    Some(order)
}

fn items(call: &Call<'_>) -> Partial {
    let Some(order) = by_name(call.object(0)?) else {
        return Ok(None);
    };
    let entries = call.arg(0).map(entries_of).unwrap_or_default();
    let items = order
        .into_iter()
        .filter_map(|at| entries.get(at))
        .map(|entry| {
            let key = Value::text(Arc::clone(&entry.key), Origin::None);
            let members = vec![
                Entry::new("key", key),
                Entry::new("value", entry.value.clone()),
            ];
            Value::object(members, Origin::None)
        });
    call.made_array(items.collect()).map(Some)
}

fn object_keys(call: &Call<'_>) -> Partial {
    let object = call.object(0)?;
    let Some(order) = by_name(object) else {
        return Ok(None);
    };
    let keys = order.into_iter().filter_map(|at| object.entries.get(at));
    let keys = keys.map(|entry| Value::text(Arc::clone(&entry.key), Origin::None));
    call.made_array(keys.collect()).map(Some)
}

/// Only the first step is guarded; after it the chain is strict.
fn try_get(call: &Call<'_>) -> Partial {
    let [base, key, rest @ ..] = call.args.as_slice() else {
        return Ok(None);
    };
    if base.as_unknown().is_some() || key.as_unknown().is_some() {
        return Ok(None);
    }
    let value = match access::find(base, key) {
        Found::Open => return Ok(None),
        Found::Missing | Found::Mismatch => {
            return Ok(Some(absent(call, base)));
        }
        // A null that a resource of the plan has written out is like a member that it does not set.
        Found::Value(value) if is_written_null(&value) => return Ok(Some(absent(call, base))),
        Found::Value(value) => value,
    };
    chain(call, value, rest)
}

fn is_written_null(value: &Value) -> bool {
    let assumed = value.shade.as_ref().is_some_and(|shade| shade.assumed);
    let written = matches!(value.origin, Origin::Literal(_));
    assumed && written && matches!(value.data, Data::Null)
}

/// null for what is not there; an undeclared member of a resource may yet come from Azure.
fn absent(call: &Call<'_>, base: &Value) -> Value {
    let mut shades = Shades::default();
    shades.add_top(base);
    shades.secret = false;
    call.with_shades(call.with_origin(plain(Data::Null)), shades)
}

fn try_index_from_end(call: &Call<'_>) -> Partial {
    let [base, position, rest @ ..] = call.args.as_slice() else {
        return Ok(None);
    };
    if base.as_unknown().is_some() || position.as_unknown().is_some() {
        return Ok(None);
    }
    let item = match (&base.data, &position.data) {
        (Data::Array(_), Data::Int(position)) => array::from_end(&items_of(base), *position),
        _ => None,
    };
    match item {
        Some(item) => chain(call, item, rest),
        None => Ok(Some(absent(call, base))),
    }
}

/// The strict steps after a guarded one; null ends the chain.
fn chain(call: &Call<'_>, value: Value, rest: &[Value]) -> Partial {
    if matches!(value.data, Data::Null) {
        return Ok(Some(value));
    }
    let mut value = value;
    for (at, key) in rest.iter().enumerate() {
        let place = call.place(at + 2);
        value = match key.as_object() {
            Some(step) => from_end_step(call, &value, step, at + 2)?,
            None => access::get(&value, key, place)?,
        };
    }
    Ok(Some(value))
}

/// `createObject('value', n, 'fromEnd', true())` as a step of a chain.
fn from_end_step(
    call: &Call<'_>,
    base: &Value,
    step: &Object,
    at: usize,
) -> Result<Value, Failure> {
    let Some(position) = step.get("value").map(|entry| &entry.value) else {
        return Err(call.fail(at, "the step has no member 'value'"));
    };
    let reversed = matches!(
        step.get("fromEnd").map(|entry| &entry.value.data),
        Some(Data::Bool(true))
    );
    if !reversed {
        return access::get(base, position, call.place(at));
    }
    if base.as_unknown().is_some() {
        let args = vec![
            Residual::Value(base.clone()),
            Residual::Value(position.clone()),
        ];
        let mut unknown = Unknown::new(
            Residual::Call("indexFromEnd".into(), args),
            first_reason([base]),
        );
        unknown.secret = base.has_secret();
        return Ok(Value::unknown(unknown, base.origin.clone()));
    }
    let Data::Int(position) = position.data else {
        return Err(call.fail(at, "the position must be an integer"));
    };
    array::from_end(&items_of(base), position)
        .ok_or_else(|| call.fail(at, format!("the index {position} is out of range")))
}
