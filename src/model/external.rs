//! What `externalInput` gives: a JSON array of `{kind, config, value}` that the user supplies, looked up by kind and config.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::eval::{Data, Value, equal, from_json};
use crate::syntax::json::{Document, Kind, Node};
use crate::text::Span;

/// The supplied inputs, in order.
#[derive(Clone, Debug, Default)]
pub struct ExternalInputs {
    inputs: Vec<Supplied>,
}

#[derive(Clone, Debug)]
struct Supplied {
    kind: Arc<str>,
    config: Option<Value>,
    value: Value,
}

/// A file of external inputs that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadInputs {
    /// One sentence.
    pub message: String,
    /// Where.
    pub place: Span,
}

impl ExternalInputs {
    /// Adds the inputs of a file; of two that fit the later one counts.
    pub fn add(&mut self, document: &Document) -> Result<(), BadInputs> {
        let bad = |message: &str, place: Span| BadInputs {
            message: message.to_owned(),
            place,
        };
        if let Some(problem) = document.problems.first() {
            return Err(bad(&problem.message, problem.place));
        }
        let root = document.root();
        let Some(list) = root.filter(|root| root.kind() == Kind::Array) else {
            let place = root.map_or(Span::whole(document.file()), Node::span);
            let message = "external inputs are a JSON array of {\"kind\", \"config\", \"value\"}";
            return Err(bad(message, place));
        };
        for item in list.items() {
            self.inputs
                .push(supplied(item).map_err(|message| bad(message, item.span()))?);
        }
        Ok(())
    }

    /// The value of an input.
    pub(super) fn value(&self, kind: &str, config: Option<&Value>) -> Option<Value> {
        let same = |own: &Option<Value>| match (own, config) {
            (None, None) => true,
            (Some(own), Some(config)) => equal(own, config) == Some(true),
            _ => false,
        };
        self.inputs
            .iter()
            .rev()
            .find(|input| *input.kind == *kind && same(&input.config))
            .map(|input| input.value.clone())
    }

    /// The values of the inputs that a JSON parameter file defines, under its keys.
    pub(super) fn of_definitions(
        &self,
        definitions: Option<Node<'_>>,
    ) -> BTreeMap<Arc<str>, Value> {
        let members = definitions.into_iter().flat_map(Node::members);
        members
            .filter_map(|member| {
                let key: Arc<str> = member.key.string()?.as_ref().into();
                let kind = member.value.get("kind").and_then(Node::string)?;
                let config = member.value.get("config").map(from_json);
                Some((key, self.value(&kind, config.as_ref())?))
            })
            .collect()
    }
}

fn supplied(item: Node<'_>) -> Result<Supplied, &'static str> {
    if item.kind() != Kind::Object {
        return Err("an external input is an object with \"kind\" and \"value\"");
    }
    let known = |name: &str| ["kind", "config", "value"].contains(&name);
    for member in item.members() {
        if !member.key.string().is_some_and(|name| known(&name)) {
            return Err(
                "an external input has the members \"kind\", \"config\" and \"value\" only",
            );
        }
    }
    let kind = item.get("kind").and_then(Node::string);
    let Some(kind) = kind.filter(|kind| !kind.is_empty()) else {
        return Err("an external input needs \"kind\", a text");
    };
    let Some(value) = item.get("value") else {
        return Err("an external input needs \"value\"");
    };
    let config = item.get("config").map(from_json);
    Ok(Supplied {
        kind: kind.as_ref().into(),
        config: config.filter(|config| !matches!(config.data, Data::Null)),
        value: from_json(value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::Origin;
    use crate::text::FileId;

    fn add(text: &str) -> Result<ExternalInputs, BadInputs> {
        let mut inputs = ExternalInputs::default();
        inputs.add(&Document::parse(FileId(0), text.into()))?;
        Ok(inputs)
    }

    #[test]
    fn inputs_are_told_apart_by_kind_and_config() {
        let inputs = add(
            r#"[{"kind": "sys.cli", "config": "a", "value": 1}, {"kind": "sys.cli", "config": {"x": [1]}, "value": 2},
                {"kind": "sys.cli", "value": 3}, {"kind": "sys.cli", "config": null, "value": 4}]"#,
        )
        .unwrap();
        let text = |text: &str| Value::text(text, Origin::None);
        let int = |value: Option<Value>| match value.map(|value| value.data) {
            Some(Data::Int(number)) => number,
            other => panic!("{other:?}"),
        };
        assert_eq!(int(inputs.value("sys.cli", Some(&text("a")))), 1);
        assert_eq!(int(inputs.value("sys.cli", None)), 4);
        assert!(inputs.value("sys.cli", Some(&text("b"))).is_none());
        assert!(inputs.value("other", None).is_none());
    }

    #[test]
    fn what_cannot_be_used_has_a_place() {
        for (text, start) in [
            ("{}", 0),
            ("", 0),
            ("[1]", 1),
            (r#"[{"kind": "a", "value": 1}, {"kind": "a"}]"#, 28),
            (r#"[{"kind": 1, "value": 1}]"#, 1),
            (r#"[{"kind": "a", "value": 1, "konfig": 1}]"#, 1),
        ] {
            let bad = add(text).expect_err(text);
            assert_eq!(bad.place.start, start, "{text}: {}", bad.message);
        }
    }
}
