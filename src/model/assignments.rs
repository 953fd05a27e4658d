//! The assignments of a `.bicepparam` file to given values: its expressions are evaluated here, before any template is known.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::Loader;
use super::expand::without_consequences;
use super::external::ExternalInputs;
use super::given::{Given, GivenValue};
use super::names::Names;
use super::parameter_file::ParameterFile;
use super::run::Run;
use super::scope::Site;
use super::trace::{Naming, name_parts};
use crate::eval::{OriginKind, Place, Value, evaluate};
use crate::ir::{AssignedValue, Expr, ExternalInput, ParameterAssignments, Template};
use crate::syntax::bicep::{self, ast::StatementKind};
use crate::text::Span;

/// What a `.bicepparam` file gives.
pub(super) fn read(
    file: &bicep::File,
    assigned: &ParameterAssignments,
    inputs: &ExternalInputs,
    loader: &dyn Loader,
) -> ParameterFile {
    let run = Rc::new(Run::new(loader));
    let supplied = supplied(&run, &assigned.names, &assigned.external_inputs, inputs);
    let names = names(&run, &assigned.names, supplied);
    for variable in &assigned.names.variables {
        // Each fails where it stands, used or not.
        let _ = names.variable(&variable.name.text, variable.name.place);
    }
    let site = Site::of_names(&names, Place::ParameterFile);
    let mut given = Vec::new();
    for assignment in &assigned.assignments {
        let name = &assignment.name;
        let value = match &assignment.value {
            AssignedValue::Expr(expr) => {
                let naming = Naming {
                    kind: OriginKind::ParameterFile,
                    name: &name.text,
                    place: expr.span,
                };
                let value = names.parts(expr, &site);
                GivenValue::Value(name_parts(value, naming, Some(expr)))
            }
            AssignedValue::KeyVault { vault, secret, .. } => GivenValue::KeyVault {
                vault: value(&run, &names, vault),
                secret: value(&run, &names, secret),
            },
        };
        given.push(Given {
            name: Arc::clone(&name.text),
            place: name.place,
            value,
            computed: false,
        });
    }
    let mut problems = assigned.problems.clone();
    problems.extend(run.problems.take());
    let problems = without_consequences(problems, &assigned.problems);
    ParameterFile {
        given,
        problems,
        entries: entries(file),
        beside: assigned
            .using
            .as_ref()
            .map_or(Span::whole(assigned.names.file), |using| using.place),
        using: assigned.using.clone(),
    }
}

fn entries(file: &bicep::File) -> Vec<(Arc<str>, Span)> {
    let statements = file.statements.iter();
    statements
        .filter_map(|statement| match &statement.kind {
            StatementKind::ParamAssignment { name, value } => {
                Some((Arc::clone(&name.text), value.span))
            }
            _ => None,
        })
        .collect()
}

fn names<'r>(
    run: &Rc<Run<'r>>,
    template: &Arc<Template>,
    inputs: BTreeMap<Arc<str>, Value>,
) -> Rc<Names<'r>> {
    Names::of_parameter_file(Rc::clone(run), Arc::clone(template), inputs)
}

fn value(run: &Rc<Run<'_>>, names: &Rc<Names<'_>>, expr: &Expr) -> Option<Value> {
    let site = Site::of_names(names, Place::ParameterFile);
    match evaluate(expr, &site, &run.budget) {
        Ok(value) => Some(value),
        Err(failure) => {
            run.problem(*failure.0);
            None
        }
    }
}

/// The values that the user gives for the file's inputs. What an input is asked for is computed without any input.
fn supplied(
    run: &Rc<Run<'_>>,
    template: &Arc<Template>,
    asked: &[ExternalInput],
    inputs: &ExternalInputs,
) -> BTreeMap<Arc<str>, Value> {
    let names = names(run, template, BTreeMap::new());
    let given = asked.iter().filter_map(|input| {
        let config = match &input.config {
            Some(config) => Some(value(run, &names, config)?),
            None => None,
        };
        let value = inputs.value(&input.kind, config.as_ref())?;
        Some((Arc::clone(&input.key), value))
    });
    given.collect()
}
