//! Functions of strings, arrays and objects alike: contains, length, empty, first, last, skip, take, union, intersection.

use super::object::{intersect_objects, union_objects};
use super::string::{cut, utf16_len};
use super::{ANY, ARRAY, Call, Function, INT, MANY, NULL, OBJECT, Partial, Run, STRING, Shades};
use super::{array, function, items_of, plain, string, type_of};
use crate::eval::Origin;
use crate::eval::equality::equal;
use crate::eval::value::{Data, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    function(
        "contains",
        (2, 2),
        &[STRING | ARRAY | OBJECT, ANY],
        Run::Open(contains),
    ),
    function(
        "empty",
        (1, 1),
        &[STRING | ARRAY | OBJECT | NULL],
        Run::Shape(empty),
    ),
    function(
        "length",
        (1, 1),
        &[STRING | ARRAY | OBJECT],
        Run::Shape(length),
    ),
    function("first", (1, 1), &[STRING | ARRAY], Run::Shape(first)),
    function("last", (1, 1), &[STRING | ARRAY], Run::Shape(last)),
    function("skip", (2, 2), &[STRING | ARRAY, INT], Run::Shape(skip)),
    function("take", (2, 2), &[STRING | ARRAY, INT], Run::Shape(take)),
    function(
        "indexOf",
        (2, 2),
        &[STRING | ARRAY, ANY],
        Run::Parts(index_of),
    ),
    function(
        "lastIndexOf",
        (2, 2),
        &[STRING | ARRAY, ANY],
        Run::Parts(last_index_of),
    ),
    function("union", (2, MANY), array::SETS, Run::Open(union)),
    function(
        "intersection",
        (2, MANY),
        array::SETS,
        Run::Open(intersection),
    ),
];

fn count(number: usize) -> Value {
    plain(Data::Int(i64::try_from(number).unwrap_or(i64::MAX)))
}

fn contains(call: &Call<'_>) -> Partial {
    let [within, wanted] = call.args.as_slice() else {
        return Ok(None);
    };
    let mismatch = || {
        let (within, wanted) = (within.type_name(), wanted.type_name());
        call.fail(1, format!("{wanted} cannot be looked for in {within}"))
    };
    let wanted_types = match within.data {
        Data::Array(_) | Data::Unknown(_) => ANY,
        _ => STRING,
    };
    if type_of(wanted) & wanted_types == 0 {
        return Err(mismatch());
    }
    if wanted.as_unknown().is_some() {
        return Ok(None);
    }
    let mut shades = Shades::default();
    let found = match &within.data {
        Data::String(text) => {
            shades.add_top(within);
            wanted.as_text().map(|part| text.contains(&**part))
        }
        Data::Array(_) => {
            let items = items_of(within);
            call.charge(items.len())?;
            for item in &items {
                shades.add_parts(item);
            }
            any(items.iter().map(|item| equal(item, wanted)))
        }
        Data::Object(object) => {
            shades.add_top(within);
            let found = wanted
                .as_text()
                .is_some_and(|name| object.get(name).is_some());
            // A declared member is there; only its absence is assumed.
            shades.assumed &= !found;
            (found || !object.is_open()).then_some(found)
        }
        _ => None,
    };
    shades.add_parts(wanted);
    Ok(found.map(|found| {
        let value = call.with_origin(plain(Data::Bool(found)));
        call.with_shades(value, shades)
    }))
}

/// True as soon as one is true, false if all are false, else open.
fn any(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(false);
    for part in parts {
        match part {
            Some(true) => return Some(true),
            None => result = None,
            Some(false) => {}
        }
    }
    result
}

/// The first or last position of an equal item, -1 without one. None: an unknown item stands before it.
pub(super) fn three_valued_position(items: &[Value], wanted: &Value, last: bool) -> Option<i64> {
    let check = |at: usize| match equal(&items[at], wanted) {
        Some(true) => Some(Some(i64::try_from(at).unwrap_or(i64::MAX))),
        Some(false) => None,
        None => Some(None),
    };
    let found = if last {
        (0..items.len()).rev().find_map(check)
    } else {
        (0..items.len()).find_map(check)
    };
    found.unwrap_or(Some(-1))
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn empty(call: &Call<'_>) -> Partial {
    let empty = match call.arg(0).map(|arg| &arg.data) {
        Some(Data::String(text)) => text.is_empty(),
        Some(Data::Array(array)) => array.items.is_empty(),
        Some(Data::Object(object)) => object.entries.is_empty(),
        _ => true,
    };
    Ok(Some(plain(Data::Bool(empty))))
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn length(call: &Call<'_>) -> Partial {
    let length = match call.arg(0).map(|arg| &arg.data) {
        Some(Data::String(text)) => utf16_len(text),
        Some(Data::Array(array)) => array.items.len(),
        Some(Data::Object(object)) => object.entries.len(),
        _ => return Ok(None),
    };
    Ok(Some(count(length)))
}

fn first(call: &Call<'_>) -> Partial {
    end(call, false)
}

fn last(call: &Call<'_>) -> Partial {
    end(call, true)
}

fn end(call: &Call<'_>, last: bool) -> Partial {
    let Some(subject) = call.arg(0) else {
        return Ok(None);
    };
    if let Some(text) = subject.as_text() {
        let length = utf16_len(text);
        let start = if last { length.saturating_sub(1) } else { 0 };
        let one = cut(call, text, start, length.min(1))?;
        return call.made(one).map(Some);
    }
    let items = items_of(subject);
    let item = if last { items.last() } else { items.first() };
    Ok(Some(item.cloned().unwrap_or_else(|| plain(Data::Null))))
}

fn skip(call: &Call<'_>) -> Partial {
    slice(call, |count, length| (count, length))
}

fn take(call: &Call<'_>) -> Partial {
    slice(call, |count, _| (0, count))
}

fn slice(call: &Call<'_>, range: fn(usize, usize) -> (usize, usize)) -> Partial {
    let count = usize::try_from(call.small_int(1)?.max(0)).unwrap_or(0);
    let Some(subject) = call.arg(0) else {
        return Ok(None);
    };
    if let Some(text) = subject.as_text() {
        let length = utf16_len(text);
        let (from, to) = range(count.min(length), length);
        let part = cut(call, text, from, to - from)?;
        return call.made(part).map(Some);
    }
    let items = items_of(subject);
    let (from, to) = range(count.min(items.len()), items.len());
    let items = items.get(from..to).unwrap_or_default().to_vec();
    call.made_array(items).map(Some)
}

fn index_of(call: &Call<'_>) -> Partial {
    position(call, false)
}

fn last_index_of(call: &Call<'_>) -> Partial {
    position(call, true)
}

fn position(call: &Call<'_>, last: bool) -> Partial {
    match call.arg(0).map(|arg| &arg.data) {
        Some(Data::String(_)) => string::position_in(call, last).map(Some),
        _ => array::position_in(call, last),
    }
}

/// Arrays as sets, objects merged; not both.
fn same_kind(call: &Call<'_>) -> Result<Option<bool>, crate::eval::Failure> {
    let mut objects = None;
    for (at, arg) in call.args.iter().enumerate() {
        let this = match arg.data {
            Data::Object(_) => true,
            Data::Array(_) => false,
            Data::Unknown(_) => continue,
            _ => return Err(call.type_error(at, ARRAY | OBJECT)),
        };
        if objects.is_some_and(|objects| objects != this) {
            return Err(call.fail(at, "the arguments must be all arrays or all objects"));
        }
        objects = Some(this);
    }
    Ok(objects)
}

fn union(call: &Call<'_>) -> Partial {
    let objects = same_kind(call)?;
    if call.args.iter().any(|arg| arg.as_unknown().is_some()) {
        return Ok(None);
    }
    if objects == Some(true) {
        return union_objects(call);
    }
    set(call, array::union_arrays)
}

fn intersection(call: &Call<'_>) -> Partial {
    match same_kind(call)? {
        Some(true) => set(call, intersect_objects),
        _ => set(call, array::intersect_arrays),
    }
}

fn set(call: &Call<'_>, with: fn(&Call<'_>) -> super::Outcome) -> Partial {
    if call.args.iter().any(Value::has_unknown) {
        return Ok(None);
    }
    let mut shades = Shades::default();
    call.args.iter().for_each(|arg| shades.add_parts(arg));
    let mut value = with(call)?;
    if matches!(value.origin, Origin::None) {
        value.origin = call.origin();
    }
    Ok(Some(call.with_shades(value, shades)))
}
