//! Outputs of a deployment.

use std::rc::Rc;
use std::sync::Arc;

use super::heads::loop_head;
use super::level::Level;
use super::loops::LoopIndex;
use super::scope::Site;
use super::{Output, outer, types};
use crate::eval::{
    Data, Entry, Origin, OriginKind, Place, Reason, Residual, Unknown, Value, evaluate,
};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{ExprKind, OutputDeclaration};

/// Evaluates all outputs; one with a false condition, or from a loop of unknown count, is left out.
pub(super) fn evaluate_all(level: &Rc<Level<'_>>) -> Vec<Output> {
    let template = Arc::clone(&level.template);
    // A null that is written out is no value: the deployment has no such output.
    let written_null = |output: &&OutputDeclaration| {
        level.parent.is_none()
            && output.copy.is_none()
            && matches!(output.value.kind, ExprKind::Null)
    };
    let outputs = template
        .outputs
        .iter()
        .filter(|output| !written_null(output));
    if level.parent.is_some() {
        return outputs.filter_map(|one| evaluate_one(level, one)).collect();
    }
    let run = &level.run;
    outputs
        .filter(|one| run.is_asked(one.name.place))
        .filter_map(|one| run.watch(one.name.place, || evaluate_one(level, one)))
        .collect()
}

fn evaluate_one(level: &Rc<Level<'_>>, output: &OutputDeclaration) -> Option<Output> {
    let what = format!("the output '{}'", output.name.text);
    let site = Site::of_level(level, Place::Output, level.loops.clone());
    if let Some(condition) = &output.condition {
        match evaluate(condition, &site, &level.run.budget) {
            Ok(value) => match value.data {
                Data::Bool(false) => {
                    if level.outer {
                        level.names.parts(&output.value, &site);
                    }
                    return None;
                }
                Data::Bool(true) | Data::Unknown(_) => {}
                _ => {
                    let message = format!(
                        "The condition of {what} must be true or false, this is {}",
                        value.type_name()
                    );
                    let problem =
                        Problem::error(ProblemKind::TypeMismatch, condition.span, message);
                    level.run.failure(what, problem.into());
                    return None;
                }
            },
            Err(failure) => {
                level.run.failure(what, failure);
                return None;
            }
        }
    }
    let value = if output.copy.is_some() {
        looped(level, output)?
    } else {
        let value = level.names.parts(&output.value, &site);
        if level.outer {
            outer::evaluate_again(level, &site, value)
        } else {
            value
        }
    };
    let problems = types::check(
        &value,
        &output.type_definition,
        &template_of(level),
        format_args!("{what}"),
        output.value.span,
    );
    for mut problem in problems {
        problem.kind = ProblemKind::TypeMismatch;
        level.run.failure(what.clone(), problem.into());
    }
    let definition = types::resolve(&output.type_definition, &level.template);
    Some(Output {
        name: Arc::clone(&output.name.text),
        value,
        secure: definition.is_secure(),
    })
}

fn template_of(level: &Level<'_>) -> Arc<crate::ir::Template> {
    Arc::clone(&level.template)
}

fn looped(level: &Rc<Level<'_>>, output: &OutputDeclaration) -> Option<Value> {
    let copy = output.copy.as_ref()?;
    let count = match loop_head(level, copy) {
        Ok((_, count)) => count?,
        Err(failure) => {
            level
                .run
                .failure(format!("the output '{}'", output.name.text), failure);
            return None;
        }
    };
    let items = (0..count).map(|index| {
        let origin = Origin::step(OriginKind::Copy, "", copy.place, []);
        let loops = if level.outer {
            level.loops.clone()
        } else {
            Some(Rc::new(LoopIndex {
                name: None,
                index: Value::new(Data::Int(index), origin),
                outer: level.loops.clone(),
            }))
        };
        let site = Site::of_level(level, Place::Output, loops);
        level.names.parts(&output.value, &site)
    });
    Some(Value::array(items.collect(), Origin::Literal(copy.place)))
}

/// Outputs as a reference to their deployment shows them: `{name: {type, value}}`. One whose loop has an unknown count is
/// there, though nobody knows what with.
pub(super) fn as_value(level: &Rc<Level<'_>>, outputs: &[Output]) -> Value {
    let declared = level.template.outputs.iter();
    let entries = declared.filter_map(|declared| {
        let output = outputs
            .iter()
            .find(|output| output.name == declared.name.text);
        let value = match output {
            Some(output) => output.value.clone(),
            None if has_unknown_count(level, declared) => unknown_loop(declared),
            None => return None,
        };
        let definition = types::resolve(&declared.type_definition, &level.template);
        let word = definition
            .kind()
            .map_or("Object", crate::ir::TypeName::word);
        let parts = vec![
            Entry::new("type", Value::text(word, Origin::None)),
            Entry::new("value", value),
        ];
        let name = Arc::clone(&declared.name.text);
        Some(Entry::new(name, Value::object(parts, Origin::None)))
    });
    Value::object(entries.collect(), Origin::None)
}

fn has_unknown_count(level: &Rc<Level<'_>>, declared: &OutputDeclaration) -> bool {
    let head = declared.copy.as_ref().map(|copy| loop_head(level, copy));
    matches!(head, Some(Ok((_, None))))
}

fn unknown_loop(declared: &OutputDeclaration) -> Value {
    let residual = Residual::Call("unknown".into(), Vec::new());
    Value::unknown(
        Unknown::new(residual, Reason::Count),
        Origin::Literal(declared.name.place),
    )
}
