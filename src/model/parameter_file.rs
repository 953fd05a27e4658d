//! Parameter files and `name=value` to given values. Text in them is a literal, never an expression.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::external::ExternalInputs;
use super::given::{ExternalExpression, Given, GivenValue};
use super::trace::{Naming, name_parts};
use super::types;
use crate::eval::{ByName, OriginKind, Value, equal_ignoring_case, from_json};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{Name, SchemaReading, Template, TypeName, lower_value, read_schema};
use crate::syntax::json::{Document, Kind, Node};
use crate::text::{FileId, Files, Span};

/// Values of external inputs by their keys.
type Inputs = Arc<BTreeMap<Arc<str>, Value>>;

/// What a parameter file gives.
#[derive(Clone, Debug)]
pub struct ParameterFile {
    /// Values.
    pub given: Vec<Given>,
    /// What is wrong with its structure.
    pub problems: Vec<Problem>,
    /// The name of each entry, and the characters of its value, whether it could be read or not.
    pub entries: Vec<(Arc<str>, Span)>,
    /// Where a parameter is told that has no value in it.
    pub beside: Span,
    /// The template that a `.bicepparam` file names with `using`.
    pub using: Option<Name>,
}

/// Reads a parameter file in JSON. What is wrong in it becomes a problem; the other entries are read all the same.
pub fn read_parameter_file(document: &Document, inputs: &ExternalInputs) -> ParameterFile {
    let mut file = ParameterFile {
        given: Vec::new(),
        problems: document.problems.clone(),
        entries: Vec::new(),
        beside: Span::whole(document.file()),
        using: None,
    };
    let Some(root) = document.root() else {
        return file;
    };
    let whole = root.span();
    if root.kind() != Kind::Object {
        file.structure(whole, "A parameter file must be an object");
        return file;
    }
    file.schema(root);
    file.unknown_members(root);
    let inputs = Arc::new(inputs.of_definitions(root.get("externalInputDefinitions")));
    match root.get("parameters") {
        Some(parameters) if parameters.kind() == Kind::Object => {
            for member in parameters.members() {
                file.entry(member.key, member.value, &inputs);
            }
        }
        Some(parameters) if parameters.kind() == Kind::Null => {}
        Some(parameters) => file.structure(parameters.span(), "'parameters' must be an object"),
        None => file.structure(whole, "A parameter file needs 'parameters'"),
    }
    file
}

impl ParameterFile {
    fn structure(&mut self, place: Span, message: impl Into<String>) {
        self.problems.push(Problem::error(
            ProblemKind::ParameterFileStructure,
            place,
            message,
        ));
    }

    fn no_value(&mut self, place: Span, message: String) {
        self.problems.push(Problem::error(
            ProblemKind::ParameterFileValue,
            place,
            message,
        ));
    }

    fn schema(&mut self, root: Node<'_>) {
        let schema = root.get("$schema");
        let text = schema.and_then(Node::string).unwrap_or_default();
        if read_schema(&text) != SchemaReading::Parameters {
            let place = schema.map_or_else(
                || Span::new(root.span().file, root.span().start, root.span().start + 1),
                Node::span,
            );
            let message = if text.is_empty() {
                "A parameter file needs a '$schema'".to_owned()
            } else {
                format!("'{text}' is not the schema of a parameter file")
            };
            self.problems.push(
                Problem::warning(ProblemKind::ParameterFileSchema, place, message).help(
                    "Use https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
                ),
            );
        }
    }

    fn unknown_members(&mut self, root: Node<'_>) {
        const MEMBERS: [&str; 6] = [
            "$schema",
            "contentVersion",
            "parameters",
            "externalInputDefinitions",
            "extensionConfigs",
            "metadata",
        ];
        for member in root.members() {
            let name = member.key.string().unwrap_or_default();
            if !MEMBERS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&name))
            {
                self.problems.push(Problem::warning(
                    ProblemKind::ParameterFileStructure,
                    member.key.span(),
                    format!("A parameter file has no member '{name}'"),
                ));
            }
        }
    }

    fn entry(&mut self, key: Node<'_>, node: Node<'_>, inputs: &Inputs) {
        let name: Arc<str> = Arc::from(key.string().unwrap_or_default().as_ref());
        let place = key.span();
        let value = node.get("value").unwrap_or(node);
        self.entries.push((Arc::clone(&name), value.span()));
        if node.kind() != Kind::Object {
            let message =
                format!("The entry '{name}' must be an object with a 'value' or a 'reference'");
            return self.no_value(node.span(), message);
        }
        let value = if let Some(value) = node.get("value") {
            let naming = Naming {
                kind: OriginKind::ParameterFile,
                name: &name,
                place: value.span(),
            };
            GivenValue::Value(name_parts(from_json(value), naming, None))
        } else if let Some(reference) = node.get("reference") {
            match self.key_vault(reference) {
                Some(value) => value,
                None => return,
            }
        } else if let Some(expression) = node.get("expression").filter(|node| node.is_string()) {
            GivenValue::Expression(Arc::new(ExternalExpression {
                expr: lower_value(expression),
                inputs: Arc::clone(inputs),
            }))
        } else if node
            .members()
            .all(|member| is_named(member.key, "metadata"))
        {
            // An entry without a value gives none.
            return;
        } else {
            let message = format!("The entry '{name}' has neither 'value' nor 'reference'");
            return self.no_value(node.span(), message);
        };
        self.given.push(Given {
            name,
            place,
            value,
            computed: false,
        });
    }

    fn key_vault(&mut self, reference: Node<'_>) -> Option<GivenValue> {
        let part = |node: Option<Node<'_>>| node.filter(|node| node.is_string()).map(from_json);
        let vault = part(reference.get("keyVault").and_then(|vault| vault.get("id")));
        let secret = part(reference.get("secretName"));
        let missing = match (&vault, &secret) {
            (None, _) => "keyVault.id",
            (_, None) => "secretName",
            _ => {
                return Some(GivenValue::KeyVault { vault, secret });
            }
        };
        self.problems.push(Problem::error(
            ProblemKind::ParameterFileKeyVault,
            reference.span(),
            format!("A Key Vault reference needs '{missing}', as text"),
        ));
        None
    }
}

fn is_named(key: Node<'_>, name: &str) -> bool {
    key.string()
        .is_some_and(|key| key.eq_ignore_ascii_case(name))
}

/// A value given as `name=value`. Text for a parameter of type string is taken as it is; for another type it is JSON.
/// `<command line>` becomes a file of its own, so that the value has a place.
pub fn read_command_line(files: &Files, template: &Template, name: &str, text: &str) -> Given {
    let declared = template
        .parameters
        .iter()
        .find(|parameter| equal_ignoring_case(&parameter.name.text, name));
    let definition = declared.map(|parameter| types::resolve(&parameter.type_definition, template));
    let is_text = definition.is_some_and(|definition| {
        matches!(
            definition.kind(),
            Some(TypeName::String | TypeName::SecureString)
        )
    });
    let file = files.add("<command line>", None, format!("{name}={text}"));
    let start = u32::try_from(name.len() + 1).unwrap_or(u32::MAX);
    let place = Span::new(
        file,
        start,
        start.saturating_add(u32::try_from(text.len()).unwrap_or(u32::MAX)),
    );
    let name: Arc<str> = name.into();
    let plain = || Value::text(text, crate::eval::Origin::Literal(place));
    let value = if is_text {
        plain()
    } else {
        json_value(file, text).unwrap_or_else(plain)
    };
    let value = Value {
        origin: crate::eval::Origin::step(OriginKind::CommandLine, Arc::clone(&name), place, []),
        ..value
    };
    Given {
        name,
        place,
        value: GivenValue::Value(value),
        computed: false,
    }
}

fn json_value(file: FileId, text: &str) -> Option<Value> {
    let document = Document::parse(file, text.into());
    let root = document.root()?;
    document
        .problems
        .is_empty()
        .then(|| without_places(&from_json(root)))
}

/// Spans of a value of the command line count from its own start, not from the name: only the whole has a place.
fn without_places(value: &Value) -> Value {
    use crate::eval::{Data, Entry, Origin};
    let data = match &value.data {
        Data::Array(array) => {
            let items = array.items.iter().map(without_places);
            return Value::array(items.collect(), Origin::None);
        }
        Data::Object(object) => {
            let entries = object
                .entries
                .iter()
                .map(|entry| Entry::new(Arc::clone(&entry.key), without_places(&entry.value)));
            return Value::object(entries.collect(), Origin::None);
        }
        other => other.clone(),
    };
    Value::new(data, Origin::None)
}

/// What does not fit between a template and the values given for it: required parameters without a value (reported at
/// `beside`, the parameter file), and values for parameters that are not declared.
pub fn check_given(template: &Template, given: &[Given], beside: Span) -> Vec<Problem> {
    let mut problems = Vec::new();
    let parameters = template.parameters.iter();
    let declared: ByName<&str, ()> = parameters.map(|one| (&*one.name.text, ())).collect();
    for one in given {
        if declared.get(&one.name).is_none() {
            problems.push(
                Problem::error(
                    ProblemKind::ParameterUnknown,
                    one.place,
                    format!("The template has no parameter '{}'", one.name),
                )
                .help("Remove the entry, or declare the parameter in the template"),
            );
        }
    }
    let given: ByName<&str, ()> = given.iter().map(|one| (&*one.name, ())).collect();
    for parameter in &template.parameters {
        let definition = types::resolve(&parameter.type_definition, template);
        let name = &parameter.name.text;
        let is_given = given.get(name).is_some();
        if parameter.default.is_none() && definition.nullable != Some(true) && !is_given {
            problems.push(
                Problem::error(
                    ProblemKind::ParameterMissing,
                    beside,
                    format!("The required parameter '{name}' has no value"),
                )
                .related(parameter.name.place, "declared here, without a default"),
            );
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ParameterFile {
        read_parameter_file(
            &Document::parse(FileId(0), text.into()),
            &ExternalInputs::default(),
        )
    }

    #[test]
    fn text_is_never_an_expression_and_bad_entries_do_not_hide_good_ones() {
        let file = read(
            r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
                "contentVersion": "1.0.0.0",
                "parameters": {"a": {"value": "[concat('x')]"}, "b": 1, "c": {"reference": {"secretName": "s"}},
                               "d": {"value": [1]}}}"#,
        );
        let names: Vec<&str> = file.given.iter().map(|given| &*given.name).collect();
        assert_eq!(names, ["a", "d"]);
        let GivenValue::Value(value) = &file.given[0].value else {
            panic!("a value")
        };
        assert_eq!(value.as_text().unwrap().as_ref(), "[concat('x')]");
        let kinds: Vec<ProblemKind> = file.problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(
            kinds,
            [
                ProblemKind::ParameterFileValue,
                ProblemKind::ParameterFileKeyVault
            ]
        );
    }
}
