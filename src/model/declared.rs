//! A template's parameters to what can be said of them behind the evaluation: name, type, and where their values stand.

use super::Declared;
use super::given::{Given, GivenValue};
use super::names::Names;
use super::types;
use crate::eval::{Data, Value, equal_ignoring_case};
use crate::ir::{Parameter, Template};
use crate::text::Span;

/// The parameters of a template for which these values are given.
pub(super) fn all(template: &Template, given: &[Given]) -> Vec<Declared> {
    let one = |parameter: &Parameter| {
        let name = &parameter.name.text;
        let own = given
            .iter()
            .filter(|given| equal_ignoring_case(&given.name, name));
        Declared {
            name: name.clone(),
            kind: types::resolve(&parameter.type_definition, template).kind(),
            places: parameter
                .default
                .iter()
                .map(|default| default.span)
                .chain(own.flat_map(places))
                .collect(),
            value: None,
        }
    };
    template.parameters.iter().map(one).collect()
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
