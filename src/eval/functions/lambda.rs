//! Functions that take a lambda: map, filter, sort, reduce, toObject, groupBy, mapValues.

use std::sync::Arc;

use super::{
    ARRAY, Arguments, Call, Function, MANY, OBJECT, Outcome, Run, STRING, Shades, function, part_of,
};
use super::{items_of, logic, plain, type_of, type_words};
use crate::eval::interpret::{Interpreter, Locals};
use crate::eval::residual::bracketed;
use crate::eval::value::{Data, Entry, Residual, Value};
use crate::eval::{Failure, Origin, equal_ignoring_case, folded};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{Expr, ExprKind};
use indexmap::IndexMap;

pub(super) const FUNCTIONS: &[Function] = &[
    function("map", (2, 2), &[], Run::Lazy(map)),
    function("filter", (2, 2), &[], Run::Lazy(filter)),
    function("sort", (2, 2), &[], Run::Lazy(sort)),
    function("reduce", (3, 3), &[], Run::Lazy(reduce)),
    function("toObject", (2, 3), &[], Run::Lazy(to_object)),
    function("groupBy", (2, 3), &[], Run::Lazy(group_by)),
    function("mapValues", (2, 2), &[], Run::Lazy(map_values)),
    function("lambda", (0, MANY), &[], Run::Lazy(misplaced_lambda)),
    function("lambdaVariables", (1, 1), &[], Run::Lazy(lambda_variables)),
];

/// `lambda('x', body)` as an argument.
struct Lambda<'c> {
    names: Vec<Arc<str>>,
    body: &'c Expr,
    interpreter: &'c Interpreter<'c>,
}

impl<'c> Lambda<'c> {
    /// The lambda at a position; it may have this many variables.
    fn at(
        call: &'c Call<'_>,
        at: usize,
        counts: std::ops::RangeInclusive<usize>,
    ) -> Result<Self, Failure> {
        let args = match call.exprs.get(at).map(|expr| &expr.kind) {
            Some(ExprKind::Call { name, args, .. }) if name.eq_ignore_ascii_case("lambda") => args,
            _ => return Err(call.fail(at, format!("argument {} must be a `lambda`", at + 1))),
        };
        let Some((body, names)) = args.split_last() else {
            return Err(call.fail(at, "the `lambda` has no body"));
        };
        if !counts.contains(&names.len()) {
            let text = if counts.start() == counts.end() {
                format!(
                    "the `lambda` takes {} variable(s), this has {}",
                    counts.start(),
                    names.len()
                )
            } else {
                format!(
                    "the `lambda` takes {} to {} variables, this has {}",
                    counts.start(),
                    counts.end(),
                    names.len()
                )
            };
            return Err(call.fail(at, text));
        }
        let names = names
            .iter()
            .map(|name| {
                let ExprKind::Text(text) = &name.kind else {
                    let text = "A variable of a `lambda` is named by plain text";
                    return Err(Problem::error(ProblemKind::ArgumentType, name.span, text).into());
                };
                Ok(Arc::clone(text))
            })
            .collect::<Result<_, Failure>>()?;
        Ok(Self {
            names,
            body,
            interpreter: call.interpreter,
        })
    }

    fn call(&self, mut values: Vec<Value>) -> Outcome {
        values.truncate(self.names.len());
        let locals = Locals {
            names: &self.names,
            values: &values,
            outer: self.interpreter.locals,
        };
        let inner = Interpreter {
            locals: Some(&locals),
            // A user-defined function may be called again inside a lambda.
            active: None,
            ..*self.interpreter
        };
        inner.eval(self.body)
    }
}

fn misplaced_lambda(call: &Call<'_>) -> Outcome {
    let text = format!(
        "`{}` can be used only as an argument of functions such as `map`",
        call.name
    );
    Err(Problem::error(ProblemKind::ContextNotAllowed, call.span, text).into())
}

fn lambda_variables(call: &Call<'_>) -> Outcome {
    let name = match call.exprs {
        [expr] => call.interpreter.eval(expr)?,
        _ => Value::null(),
    };
    let Some(name) = name.as_text() else {
        return Err(call.fail(0, "the name must be a string"));
    };
    let mut locals = call.interpreter.locals;
    while let Some(these) = locals {
        let at = these
            .names
            .iter()
            .position(|known| equal_ignoring_case(known, name));
        if let Some(value) = at.and_then(|at| these.values.get(at)) {
            return Ok(value.clone());
        }
        locals = these.outer;
    }
    let text = format!("There is no lambda variable '{name}' here");
    Err(Problem::error(ProblemKind::UndefinedVariable, call.place(0), text).into())
}

/// The first argument, which must be of this type or unknown.
fn subject(call: &Call<'_>, types: super::Types) -> Outcome {
    let Some(expr) = call.exprs.first() else {
        return Err(call.fail(0, "takes arguments"));
    };
    let value = call.interpreter.eval(expr)?;
    if type_of(&value) & types == 0 {
        let (wanted, given) = (type_words(types), value.type_name());
        return Err(call.fail(0, format!("argument 1 must be {wanted}, this is {given}")));
    }
    Ok(value)
}

/// The whole call open: the evaluated subject, the rest as written.
fn open(call: &Call<'_>, evaluated: Vec<Value>, why: Option<&Value>) -> Value {
    let mut args: Vec<Residual> = evaluated.iter().cloned().map(Residual::Value).collect();
    let rest = call.exprs.iter().skip(args.len());
    args.extend(rest.map(|expr| call.interpreter.as_written(expr)));
    let mut values = evaluated;
    // The lambda's open result explains it where the subject does not.
    values.extend(why.cloned());
    let done = Call {
        args: values.into(),
        ..call.copy()
    };
    done.open_as(Residual::Call(Arc::clone(call.name), args))
}

/// The result of a call whose lambda gave these answers.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the last step of every function here"
)]
fn finish(call: &Call<'_>, subject: &Value, answers: Shades, mut value: Value) -> Outcome {
    let done = Call {
        args: Arguments::from_iter([subject.clone()]),
        ..call.copy()
    };
    if matches!(value.origin, Origin::None) {
        value.origin = done.origin();
    }
    let mut shades = answers;
    shades.add_top(subject);
    // What a secret decides may be printed; the parts carry their own secrecy.
    shades.secret = subject.shade.as_ref().is_some_and(|shade| shade.secret);
    if !shades.secret && !shades.assumed {
        return Ok(value);
    }
    let mut args = vec![Residual::Value(subject.clone())];
    args.extend(
        call.exprs
            .iter()
            .skip(1)
            .map(|expr| call.interpreter.as_written(expr)),
    );
    let shade = crate::eval::Shade {
        secret: shades.secret,
        assumed: shades.assumed,
        residual: Residual::Call(Arc::clone(call.name), args),
    };
    Ok(crate::eval::access::shaded(value, &shade, |residual| {
        residual
    }))
}

fn position(at: usize) -> Value {
    plain(Data::Int(i64::try_from(at).unwrap_or(i64::MAX)))
}

fn map(call: &Call<'_>) -> Outcome {
    let subject = subject(call, ARRAY)?;
    let lambda = Lambda::at(call, 1, 1..=2)?;
    if subject.as_array().is_none() {
        return Ok(open(call, vec![subject], None));
    }
    let items = items_of(&subject)
        .into_iter()
        .enumerate()
        .map(|(at, item)| lambda.call(vec![item, position(at)]))
        .collect::<Result<Vec<_>, _>>()?;
    call.charge(items.len())?;
    finish(
        call,
        &subject,
        Shades::default(),
        Value::array(items, Origin::None),
    )
}

fn filter(call: &Call<'_>) -> Outcome {
    let subject = subject(call, ARRAY)?;
    let lambda = Lambda::at(call, 1, 1..=2)?;
    if subject.as_array().is_none() {
        return Ok(open(call, vec![subject], None));
    }
    let mut shades = Shades::default();
    let mut kept = Vec::new();
    let mut undecided = None;
    for (at, item) in items_of(&subject).into_iter().enumerate() {
        let answer = lambda.call(vec![item.clone(), position(at)])?;
        shades.add_top(&answer);
        match answer.data {
            Data::Bool(true) => kept.push(item),
            Data::Bool(false) => {}
            Data::Unknown(_) => undecided = Some(answer),
            _ => return Err(not_bool(call, &answer)),
        }
    }
    if let Some(answer) = undecided {
        return Ok(open(call, vec![subject], Some(&answer)));
    }
    call.charge(kept.len())?;
    finish(call, &subject, shades, Value::array(kept, Origin::None))
}

fn not_bool(call: &Call<'_>, answer: &Value) -> Failure {
    call.fail(
        1,
        format!(
            "the `lambda` must give a Boolean, this is {}",
            answer.type_name()
        ),
    )
}

/// A stable merge sort: the lambda may be anything, so no order can be relied on.
fn sort(call: &Call<'_>) -> Outcome {
    let subject = subject(call, ARRAY)?;
    let lambda = Lambda::at(call, 1, 2..=2)?;
    if subject.as_array().is_none() {
        return Ok(open(call, vec![subject], None));
    }
    let mut shades = Shades::default();
    let mut items = items_of(&subject);
    call.charge(items.len())?;
    let mut width = 1;
    while width < items.len() {
        let mut merged = Vec::with_capacity(items.len());
        for pair in items.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
            while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
                // The right one goes first only if it must and the left one need not.
                match comes_first(call, &lambda, b, a, &mut shades)? {
                    Ok(false) => merged.extend(left.next().cloned()),
                    Ok(true) => match comes_first(call, &lambda, a, b, &mut shades)? {
                        Ok(true) => merged.extend(left.next().cloned()),
                        Ok(false) => merged.extend(right.next().cloned()),
                        Err(answer) => return Ok(open(call, vec![subject], Some(&answer))),
                    },
                    Err(answer) => return Ok(open(call, vec![subject], Some(&answer))),
                }
            }
            merged.extend(left.cloned());
            merged.extend(right.cloned());
        }
        items = merged;
        width *= 2;
    }
    finish(call, &subject, shades, Value::array(items, Origin::None))
}

/// What the lambda says of two items, or its open answer.
fn comes_first(
    call: &Call<'_>,
    lambda: &Lambda<'_>,
    a: &Value,
    b: &Value,
    shades: &mut Shades,
) -> Result<Result<bool, Value>, Failure> {
    let answer = lambda.call(vec![a.clone(), b.clone()])?;
    shades.add_top(&answer);
    if !logic::may_be_bool(&answer) {
        return Err(not_bool(call, &answer));
    }
    Ok(match answer.data {
        Data::Bool(first) => Ok(first),
        _ => Err(answer),
    })
}

fn reduce(call: &Call<'_>) -> Outcome {
    let subject = subject(call, ARRAY)?;
    let initial = match call.exprs.get(1) {
        Some(expr) => call.interpreter.eval(expr)?,
        None => Value::null(),
    };
    let lambda = Lambda::at(call, 2, 2..=3)?;
    let Some(array) = subject.as_array() else {
        return Ok(open(call, vec![subject, initial], None));
    };
    if array.items.is_empty() {
        return Ok(initial);
    }
    // One unknown leaf leaves the whole open, as the engine does it.
    if subject.has_unknown() || initial.has_unknown() {
        return Ok(open(call, vec![subject, initial], None));
    }
    let mut current = initial.clone();
    for (at, item) in items_of(&subject).into_iter().enumerate() {
        current = lambda.call(vec![current, item, position(at)])?;
        current = crate::eval::interpret::bounded(current, call.span)?;
        if current.has_unknown() {
            let why = current;
            return Ok(open(call, vec![subject, initial], Some(&why)));
        }
    }
    Ok(current)
}

/// The lambdas of `toObject` and `groupBy`: what an item is called, and what of it is kept.
struct Keyed<'c> {
    call: &'c Call<'c>,
    keys: Lambda<'c>,
    values: Option<Lambda<'c>>,
}

impl<'c> Keyed<'c> {
    fn of(call: &'c Call<'c>) -> Result<Self, Failure> {
        let keys = Lambda::at(call, 1, 1..=1)?;
        let values = match call.exprs.len() {
            3 => Some(Lambda::at(call, 2, 1..=1)?),
            _ => None,
        };
        Ok(Self { call, keys, values })
    }

    /// The key of an item: text or open.
    fn key(&self, item: &Value) -> Outcome {
        let key = self.keys.call(vec![item.clone()])?;
        if type_of(&key) & STRING == 0 {
            let given = key.type_name();
            let text = format!("the `lambda` must give a string, this is {given}");
            return Err(self.call.fail(1, text));
        }
        Ok(key)
    }

    fn value(&self, item: Value) -> Outcome {
        match &self.values {
            Some(values) => values.call(vec![item]),
            None => Ok(item),
        }
    }
}

fn to_object(call: &Call<'_>) -> Outcome {
    let subject = subject(call, ARRAY)?;
    let by = Keyed::of(call)?;
    if subject.as_array().is_none() {
        return Ok(open(call, vec![subject], None));
    }
    let mut shades = Shades::default();
    let mut entries: Vec<Entry> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for item in items_of(&subject) {
        let name = by.key(&item)?;
        shades.add_top(&name);
        let value = by.value(item)?;
        let entry = match &name.data {
            Data::String(text) => {
                let open = open_name(&name);
                let shown = open.as_ref().unwrap_or(text);
                if !seen.insert(folded(text)) {
                    return Err(call.fail(1, format!("the key '{shown}' comes twice")));
                }
                Entry {
                    unknown_key: open.is_some(),
                    ..Entry::new(Arc::clone(shown), value)
                }
            }
            Data::Unknown(_) => Entry {
                unknown_key: true,
                ..Entry::new(open_name(&name).unwrap_or_default(), value)
            },
            _ => continue,
        };
        entries.push(entry);
    }
    call.charge(entries.len())?;
    finish(call, &subject, shades, Value::object(entries, Origin::None))
}

/// The printed form of a member's name that is unknown or secret.
fn open_name(name: &Value) -> Option<Arc<str>> {
    let is_open = name.as_unknown().is_some() || name.has_secret();
    is_open.then(|| bracketed(name).into())
}

fn group_by(call: &Call<'_>) -> Outcome {
    let subject = subject(call, ARRAY)?;
    let by = Keyed::of(call)?;
    if subject.as_array().is_none() {
        return Ok(open(call, vec![subject], None));
    }
    let mut shades = Shades::default();
    let mut groups: IndexMap<String, (Value, Vec<Value>)> = IndexMap::new();
    for item in items_of(&subject) {
        let name = by.key(&item)?;
        shades.add_top(&name);
        let Some(text) = name.as_text() else {
            return Ok(open(call, vec![subject], Some(&name)));
        };
        let value = by.value(item)?;
        let group = groups.entry(folded(text));
        group.or_insert_with(|| (name, Vec::new())).1.push(value);
    }
    let entries: Vec<Entry> = groups
        .into_values()
        .map(|(name, items)| {
            let open = open_name(&name);
            let items = Value::array(items, Origin::None);
            Entry {
                unknown_key: open.is_some(),
                ..Entry::new(open.or(name.as_text().cloned()).unwrap_or_default(), items)
            }
        })
        .collect();
    call.charge(entries.len())?;
    finish(call, &subject, shades, Value::object(entries, Origin::None))
}

fn map_values(call: &Call<'_>) -> Outcome {
    let subject = subject(call, OBJECT)?;
    let lambda = Lambda::at(call, 1, 1..=1)?;
    let Some(object) = subject.as_object() else {
        return Ok(open(call, vec![subject], None));
    };
    let entries = object
        .entries
        .iter()
        .map(|entry| {
            let name = Value::text(Arc::clone(&entry.key), Origin::None);
            let value = lambda.call(vec![part_of(&subject, &entry.value, || name)])?;
            Ok(Entry {
                value,
                ..entry.clone()
            })
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    call.charge(entries.len())?;
    finish(
        call,
        &subject,
        Shades::default(),
        Value::object(entries, Origin::None),
    )
}
