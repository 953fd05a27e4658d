//! A template's parameters to what can be said of them behind the evaluation: name, type, and where their values stand.

use super::Declared;
use super::given::{Given, GivenValue};
use super::names::Names;
use super::types;
use crate::eval::{ByName, Data, Value};
use crate::ir::{Parameter, Template};
use crate::text::Span;

/// The parameters of a template for which these values are given.
pub(super) fn all(template: &Template, given: &[Given]) -> Vec<Declared> {
    let one = |parameter: &Parameter| Declared {
        name: parameter.name.text.clone(),
        kind: types::resolve(&parameter.type_definition, template).kind(),
        places: parameter
            .default
            .iter()
            .map(|default| default.span)
            .collect(),
        value: None,
    };
    let mut all: Vec<Declared> = template.parameters.iter().map(one).collect();
    let names = template.parameters.iter().enumerate();
    let positions: ByName<&str, usize> = names.map(|(at, one)| (&*one.name.text, at)).collect();
    for given in given {
        let position = positions.get(&given.name).copied();
        if let Some(declared) = position.and_then(|at| all.get_mut(at)) {
            declared.places.extend(places(given));
        }
    }
    all
}

/// The same with the values that were found, of what has parts.
pub(super) fn with_values(declared: Vec<Declared>, names: &Names<'_>) -> Vec<Declared> {
    let one = |declared: Declared| {
        let value = names.found(&declared.name);
        let has_parts = |value: &Value| matches!(value.data, Data::Object(_) | Data::Array(_));
        Declared {
            value: value.filter(has_parts),
            ..declared
        }
    };
    declared.into_iter().map(one).collect()
}

/// Where the origin of a given value may begin.
fn places(given: &Given) -> Vec<Span> {
    let value = match &given.value {
        GivenValue::Value(value) => value.origin.place(),
        GivenValue::Expression(external) => Some(external.expr.span),
        GivenValue::KeyVault { .. } | GivenValue::Open => None,
    };
    value.into_iter().chain([given.place]).collect()
}
