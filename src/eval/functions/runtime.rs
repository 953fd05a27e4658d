//! What only Azure answers while it deploys: reference, list*, and their like; and names of the template.

use std::sync::Arc;

use super::{
    ANY, Allowed, Arguments, BOOL, Call, Function, INT, MANY, Outcome, Partial, Run, STRING,
    function,
};
use super::{ARRAY, NULL, OBJECT, plain};
use crate::eval::value::{Data, Reason, Value};
use crate::eval::{Origin, OriginKind};
use crate::finding::{Problem, ProblemKind};

pub(super) const FUNCTIONS: &[Function] = &[
    function("parameters", (1, 1), &[STRING], Run::Open(parameters)),
    function("variables", (1, 1), &[STRING], Run::Open(variables)),
    function(
        "copyIndex",
        (0, 2),
        &[STRING | INT, INT],
        Run::Strict(copy_index),
    ),
    run_time("reference", (1, 3)),
    run_time("references", (1, 2)),
    run_time("resourceInfo", (1, 1)),
    anywhere("providers", (1, 2)),
    anywhere("pickZones", (3, 5)),
    anywhere("toLogicalZone", (3, 3)),
    anywhere("toLogicalZones", (3, 3)),
    anywhere("toPhysicalZone", (3, 3)),
    anywhere("toPhysicalZones", (3, 3)),
    anywhere("roleDefinitions", (1, 1)),
    run_time("invokeResourceMethod", (2, 3)),
    run_time("extensions", (1, 1)),
    Function {
        allowed: Allowed::ParameterFiles,
        ..function(
            "externalInputs",
            (1, 1),
            &[STRING],
            Run::Open(external_inputs),
        )
    },
];

const fn anywhere(name: &'static str, counts: (usize, usize)) -> Function {
    function(name, counts, &[ANY], Run::Open(ask))
}

const fn run_time(name: &'static str, counts: (usize, usize)) -> Function {
    Function {
        allowed: Allowed::RunTime,
        ..anywhere(name, counts)
    }
}

/// Any name that begins with `list` is an action of a resource, and its answer is a secret.
pub(super) fn list_function(name: &str) -> Option<&'static Function> {
    static LIST: Function = Function {
        allowed: Allowed::RunTime,
        ..function(
            "list",
            (1, MANY),
            &[STRING, STRING, OBJECT | STRING | BOOL | INT | ARRAY | NULL],
            Run::Open(list),
        )
    };
    let is_list = name
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("list"));
    is_list.then_some(&LIST)
}

fn parameters(call: &Call<'_>) -> Partial {
    named(call, |name| {
        call.interpreter.scope.parameter(name, call.span)
    })
}

fn variables(call: &Call<'_>) -> Partial {
    named(call, |name| {
        call.interpreter.scope.variable(name, call.span)
    })
}

fn named(call: &Call<'_>, read: impl FnOnce(&str) -> Outcome) -> Partial {
    match call.arg(0).and_then(Value::as_text) {
        Some(name) => read(name).map(Some),
        None => Ok(None),
    }
}

/// `copyIndex()`, `copyIndex(offset)`, `copyIndex('loop')`, `copyIndex('loop', offset)`.
fn copy_index(call: &Call<'_>) -> Outcome {
    let interpreter = call.interpreter;
    let (name, offset) = match call.args.as_slice() {
        [] => (None, None),
        [first] if first.as_text().is_some() => (first.as_text(), None),
        [_] => (None, Some(0)),
        _ => (Some(call.text(0)?), Some(1)),
    };
    let own = name.and_then(|name| interpreter.loop_index(name));
    let index = match own {
        Some(index) => index,
        None => interpreter
            .scope
            .copy_index(name.map(|name| &**name), call.span)?,
    };
    let Some(at) = offset else {
        return Ok(index);
    };
    let offset = call.int(at)?;
    if offset < 0 {
        return Err(call.fail(
            at,
            format!("the offset may not be negative, this is {offset}"),
        ));
    }
    match &index.data {
        Data::Int(number) => match number.checked_add(offset) {
            Some(sum) => {
                let inputs = [index.origin.clone(), call.args[at].origin.clone()];
                let name = Arc::clone(call.name);
                let origin = Origin::step(OriginKind::Function, name, call.span, inputs);
                Ok(Value::new(Data::Int(sum), origin))
            }
            None => Err(call.fail(at, "the sum needs more than 64 bits")),
        },
        _ => Ok(Call {
            args: Arguments::from_iter([index, plain(Data::Int(offset))]),
            ..call.copy()
        }
        .open_as(crate::eval::value::Residual::Call(
            Arc::clone(call.name),
            call.args
                .iter()
                .cloned()
                .map(crate::eval::value::Residual::Value)
                .collect(),
        ))),
    }
}

/// Asks the plan; what it does not know stays open.
fn ask(call: &Call<'_>) -> Partial {
    answer(call, false)
}

fn list(call: &Call<'_>) -> Partial {
    answer(call, true)
}

fn answer(call: &Call<'_>, secret: bool) -> Partial {
    let scope = call.interpreter.scope;
    if let Some(value) = scope.runtime(call.name, &call.args, call.span)? {
        return Ok(Some(call.with_origin(value)));
    }
    let reason = Reason::Runtime(Arc::clone(call.name));
    Ok(Some(call.open_because(call.residual(), reason, secret)))
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn external_inputs(call: &Call<'_>) -> Partial {
    let Some(key) = call.arg(0).and_then(Value::as_text) else {
        return Ok(None);
    };
    if let Some(value) = call.interpreter.scope.external_input(key) {
        return Ok(Some(value));
    }
    let reason = Reason::ExternalInput(Arc::clone(key));
    Ok(Some(call.open_because(call.residual(), reason, false)))
}

/// A failure about a name that the scope does not have.
pub(super) fn undefined(at: crate::text::Span, text: String) -> crate::eval::Failure {
    Problem::error(ProblemKind::UnknownFunction, at, text).into()
}
