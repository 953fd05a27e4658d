//! Arrays: making, flattening, set operations, positions from the end.

use indexmap::IndexSet;

use super::collection::three_valued_position;
use super::{ANY, ARRAY, BOOL, Call, Function, INT, MANY, OBJECT, Outcome, Partial, Run, STRING};
use super::{function, items_of, plain, type_of};
use crate::eval::equality::identity;
use crate::eval::value::{Data, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    function("array", (1, 1), &[ANY], Run::Shape(array)),
    function("createArray", (0, MANY), &[ANY], Run::Open(create_array)),
    function(
        "concat",
        (0, MANY),
        &[STRING | INT | BOOL | ARRAY],
        Run::Open(concat),
    ),
    function("distinct", (1, 1), &[ARRAY], Run::Parts(distinct)),
    function("flatten", (1, 1), &[ARRAY], Run::Shape(flatten)),
    function(
        "indexFromEnd",
        (2, 2),
        &[ARRAY, INT],
        Run::Shape(index_from_end),
    ),
];

fn array(call: &Call<'_>) -> Partial {
    match call.arg(0) {
        Some(value) if value.as_array().is_some() => Ok(Some(value.clone())),
        Some(value) => call.made_array(vec![value.clone()]).map(Some),
        None => Ok(None),
    }
}

fn create_array(call: &Call<'_>) -> Partial {
    call.made_array(call.args.to_vec()).map(Some)
}

/// All arrays, or none: then the text of all.
fn concat(call: &Call<'_>) -> Partial {
    let known = |value: &&Value| value.as_unknown().is_none();
    let arrays = call
        .args
        .iter()
        .filter(known)
        .filter(|value| value.as_array().is_some())
        .count();
    let others = call.args.iter().filter(known).count() - arrays;
    if arrays + others < call.args.len() {
        return Ok(None);
    }
    if arrays > 0 && others > 0 {
        return Err(call.fail(0, "either all arguments must be arrays or none"));
    }
    let mut shades = super::Shades::default();
    if arrays > 0 {
        let items: Vec<Value> = call.args.iter().flat_map(items_of).collect();
        for arg in &call.args {
            shades.add_top(arg);
        }
        // The secrecy of each array has fallen on its items.
        shades.secret = false;
        let value = call.made_array(items)?;
        return Ok(Some(call.with_shades(call.with_origin(value), shades)));
    }
    let mut text = String::new();
    for arg in &call.args {
        shades.add_top(arg);
        text.push_str(&scalar_text(&arg.data).unwrap_or_default());
    }
    let value = call.made(text)?;
    Ok(Some(call.with_shades(call.with_origin(value), shades)))
}

/// Text of a string, an integer or a Boolean where functions join them.
pub(super) fn scalar_text(data: &Data) -> Option<String> {
    match data {
        Data::String(text) => Some(text.to_string()),
        Data::Int(number) => Some(number.to_string()),
        Data::BigInt(digits) => Some(digits.to_string()),
        Data::Bool(true) => Some("True".to_owned()),
        Data::Bool(false) => Some("False".to_owned()),
        _ => None,
    }
}

fn distinct(call: &Call<'_>) -> Partial {
    let items = call.arg(0).map(items_of).unwrap_or_default();
    if !items.iter().any(Value::has_unknown) {
        return call.made_array(union_of(std::iter::once(items))).map(Some);
    }
    if items.iter().any(|item| item.as_unknown().is_some()) {
        return Ok(None);
    }
    // Items that are open in part are kept apart only where what is known of them differs.
    let pairs = (items.len() as u64).saturating_mul(items.len() as u64) / 2;
    call.interpreter.budget.steps(pairs, call.span)?;
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        match three_valued_position(&kept, &item, false) {
            Some(-1) => kept.push(item),
            Some(_) if !item.has_unknown() => {}
            _ => return Ok(None),
        }
    }
    call.made_array(kept).map(Some)
}

/// The first of equal items, in the order in which they come.
fn union_of(arrays: impl Iterator<Item = Vec<Value>>) -> Vec<Value> {
    let mut seen = IndexSet::new();
    arrays
        .flatten()
        .filter(|item| seen.insert(identity(item)))
        .collect()
}

/// `union` of arrays whose parts are all known.
pub(super) fn union_arrays(call: &Call<'_>) -> Outcome {
    call.made_array(union_of(call.args.iter().map(items_of)))
}

/// `intersection` of arrays whose parts are all known: the order of the first.
pub(super) fn intersect_arrays(call: &Call<'_>) -> Outcome {
    let mut arrays = call.args.iter().map(items_of);
    let mut common = union_of(arrays.next().into_iter());
    for other in arrays {
        let keys: IndexSet<String> = other.iter().map(identity).collect();
        common.retain(|item| keys.contains(&identity(item)));
    }
    call.made_array(common)
}

fn flatten(call: &Call<'_>) -> Partial {
    let items = call.arg(0).map(items_of).unwrap_or_default();
    for item in &items {
        if item.as_unknown().is_some() {
            return Ok(None);
        }
        if type_of(item) & ARRAY == 0 {
            let given = item.type_name();
            return Err(call.fail(0, format!("every item must be an array, one is {given}")));
        }
    }
    call.made_array(items.iter().flat_map(items_of).collect())
        .map(Some)
}

fn index_from_end(call: &Call<'_>) -> Partial {
    let position = call.int(1)?;
    let items = call.arg(0).map(items_of).unwrap_or_default();
    match from_end(&items, position) {
        Some(item) => Ok(Some(item)),
        None => Err(call.fail(
            1,
            format!(
                "the index {position} is out of range: the array has {} items",
                items.len()
            ),
        )),
    }
}

/// The item at a position counted from the end, the last one is 1.
pub(super) fn from_end(items: &[Value], position: i64) -> Option<Value> {
    let position = usize::try_from(position).ok().filter(|at| *at > 0)?;
    let at = items.len().checked_sub(position)?;
    items.get(at).cloned()
}

/// `indexOf` of an array.
pub(super) fn position_in(call: &Call<'_>, last: bool) -> Partial {
    let (Some(array), Some(wanted)) = (call.arg(0), call.arg(1)) else {
        return Ok(None);
    };
    let items = items_of(array);
    call.charge(items.len())?;
    // What is not found among known items might be an open one.
    let open = array.has_unknown() || wanted.has_unknown();
    let found = three_valued_position(&items, wanted, last).filter(|at| *at >= 0 || !open);
    // Nor is it told what stands behind an open one.
    let passed = found.and_then(|at| usize::try_from(at).ok()).map(|at| {
        if last {
            items.get(at + 1..)
        } else {
            items.get(..at)
        }
    });
    let beyond_open = passed
        .flatten()
        .is_some_and(|passed| passed.iter().any(|item| item.as_unknown().is_some()));
    let found = found.filter(|_| !beyond_open);
    Ok(found.map(|at| plain(Data::Int(at))))
}

/// Types of a set function's arguments.
pub(super) const SETS: &[super::Types] = &[ARRAY | OBJECT];
