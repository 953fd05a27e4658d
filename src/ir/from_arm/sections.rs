//! The sections of a template.

use super::values::{Loops, is_loops};
use super::{Lowering, Members};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{
    Expr, ExprKind, OutputDeclaration, Parameter, ResourceLoop, SchemaReading, Template, Variable,
    VariableValue, read_schema,
};
use crate::syntax::json::{Kind, Node};

/// Sections that a template of language version 1.0 may not have.
const NEW_SECTIONS: [&str; 3] = ["imports", "extensions", "asserts"];

impl Lowering {
    pub(super) fn sections(&mut self, root: Node<'_>, template: &mut Template) {
        let sections = Self::vocabulary(root);
        let get = |name: &str| sections.get(name).map(|section| section.1);
        let all = |name: &str| -> Vec<Node<'_>> {
            let named = root.members().filter(|member| {
                let key = member.key.string();
                key.is_some_and(|key| key.eq_ignore_ascii_case(name))
            });
            named.map(|member| member.value).collect()
        };
        self.schema(root, &sections, template);
        template.language2 = self.language_version(get("languageversion"));
        template.api_profile = get("apiprofile").is_some_and(Node::is_string);
        for (name, (key, value)) in &sections {
            match &**name {
                "$schema" | "contentversion" | "languageversion" | "apiprofile" | "metadata"
                | "resources" => {}
                "definitions" => template.definitions = self.property_types(*value),
                "parameters" => {
                    template.parameters =
                        self.parameters(*value, &all("parameters"), template.language2);
                }
                "functions" => {
                    template.functions = self.functions(*value);
                    self.check_function_bodies(&template.functions.clone());
                }
                "variables" => template.variables = self.variables(*value, &all("variables")),
                "outputs" => template.outputs = self.outputs(*value, &all("outputs")),
                known if NEW_SECTIONS.contains(&known) => {
                    if !template.language2 {
                        let place = self.span(*key);
                        self.structure(
                            place,
                            format!("the section '{known}' needs languageVersion 2.0"),
                        );
                    }
                }
                _ => {
                    let place = self.span(*key);
                    let name = self.name(*key).text;
                    self.structure(place, format!("a template has no section '{name}'"));
                }
            }
        }
        self.resources_section(root, get("resources"), template);
    }

    fn schema(&mut self, root: Node<'_>, sections: &Members<'_>, template: &mut Template) {
        let place = self.span(root);
        let text = |name: &str| sections.get(name).and_then(|(_, value)| value.string());
        match text("$schema") {
            None => {
                let message = "a template needs a '$schema', which tells its scope";
                self.problems
                    .push(Problem::error(ProblemKind::TemplateSchema, place, message));
            }
            Some(schema) => {
                let schema_place = sections
                    .get("$schema")
                    .map_or(place, |(_, value)| self.span(*value));
                match read_schema(&schema) {
                    SchemaReading::Template(scope) => template.scope = scope,
                    SchemaReading::OddTemplate(scope) => {
                        template.scope = scope;
                        let message = format!("Azure does not know the schema '{schema}'");
                        self.problems.push(Problem::warning(
                            ProblemKind::TemplateSchema,
                            schema_place,
                            message,
                        ));
                    }
                    SchemaReading::Parameters | SchemaReading::Foreign => {
                        let message = format!("'{schema}' is not the schema of a template");
                        self.problems.push(Problem::error(
                            ProblemKind::TemplateSchema,
                            schema_place,
                            message,
                        ));
                    }
                }
            }
        }
        match text("contentversion") {
            Some(version) => template.content_version = Some(version.as_ref().into()),
            None => self.structure(place, "a template needs a 'contentVersion'"),
        }
    }

    fn language_version(&mut self, node: Option<Node<'_>>) -> bool {
        let Some(node) = node.filter(|node| node.kind() != Kind::Null) else {
            return false;
        };
        let version = node.string().unwrap_or_default();
        let known = matches!(
            version.as_ref(),
            "2.0" | "1.9-experimental" | "2.1-experimental" | "2.2-experimental"
        );
        if !known {
            let place = self.span(node);
            self.structure(
                place,
                format!("'{version}' is no languageVersion: it is 2.0 or absent"),
            );
        }
        known
    }

    fn limit(&mut self, node: Node<'_>, count: usize, limit: usize, what: &str) {
        if count > limit {
            let place = self.span(node);
            let message = format!("a template has at most {limit} {what}; this one has {count}");
            self.problems
                .push(Problem::error(ProblemKind::LimitExceeded, place, message));
        }
    }

    /// A section must be an object or null.
    fn expect_object(&mut self, node: Node<'_>, what: &str) {
        if !matches!(node.kind(), Kind::Object | Kind::Null) {
            let place = self.span(node);
            self.structure(place, format!("'{what}' must be an object"));
        }
    }

    fn parameters(&mut self, node: Node<'_>, all: &[Node<'_>], language2: bool) -> Vec<Parameter> {
        self.expect_object(node, "parameters");
        let members = self.sections_together(all, "parameter");
        self.limit(node, members.len(), 256, "parameters");
        let mut parameters = Vec::with_capacity(members.len());
        for (_, (key, value)) in members {
            let name = self.name(key);
            if value.kind() != Kind::Object {
                self.structure(
                    name.place,
                    format!("the parameter '{}' must be an object", name.text),
                );
            }
            let type_definition = self.type_definition(value);
            if !language2 && type_definition.type_name.is_none() {
                self.structure(
                    name.place,
                    format!("the parameter '{}' needs a 'type'", name.text),
                );
            }
            let default = value
                .get("defaultValue")
                .map(|node| self.value(node, Loops::Plain));
            parameters.push(Parameter {
                name,
                type_definition,
                default,
            });
        }
        parameters
    }

    fn variables(&mut self, node: Node<'_>, all: &[Node<'_>]) -> Vec<Variable> {
        self.expect_object(node, "variables");
        let members = self.sections_together(all, "variable");
        self.limit(node, members.len(), 512, "variables");
        let mut variables = Vec::with_capacity(members.len());
        for (lower, (key, value)) in members {
            if lower == "copy" && is_loops(value) {
                for item in value.items() {
                    variables.push(self.variable_loop(item));
                }
                continue;
            }
            let name = self.name(key);
            if value.kind() == Kind::Null {
                self.structure(name.place, format!("the variable '{}' is null", name.text));
            }
            if name.text.starts_with('[') && name.text.ends_with(']') {
                self.structure(name.place, "the name of a variable cannot be an expression");
            }
            variables.push(Variable {
                name,
                value: VariableValue::Expr(self.value(value, Loops::Counted)),
            });
        }
        variables
    }

    pub(super) fn variable_loop(&mut self, node: Node<'_>) -> Variable {
        let place = self.span(node);
        let part = |name: &str| node.get(name).unwrap_or(node);
        Variable {
            name: self.name(part("name")),
            value: VariableValue::Loop {
                count: self.value(part("count"), Loops::Plain),
                input: self.value(part("input"), Loops::Refused),
                place,
            },
        }
    }

    fn outputs(&mut self, node: Node<'_>, all: &[Node<'_>]) -> Vec<OutputDeclaration> {
        self.expect_object(node, "outputs");
        let members = self.sections_together(all, "output");
        self.limit(node, members.len(), 64, "outputs");
        members
            .into_iter()
            .map(|(_, (key, value))| self.output(key, value))
            .collect()
    }

    fn output(&mut self, key: Node<'_>, node: Node<'_>) -> OutputDeclaration {
        const MEMBERS: [&str; 20] = [
            "type",
            "$ref",
            "value",
            "copy",
            "condition",
            "metadata",
            "nullable",
            "properties",
            "additionalproperties",
            "items",
            "prefixitems",
            "discriminator",
            "allowedvalues",
            "minvalue",
            "maxvalue",
            "minlength",
            "maxlength",
            "validate",
            "sealed",
            "description",
        ];
        let name = self.name(key);
        let members = Self::vocabulary(node);
        for (member, (member_key, _)) in &members {
            if !MEMBERS.contains(&&**member) {
                let place = self.span(*member_key);
                self.structure(
                    place,
                    format!("an output has no member '{}'", self.name(*member_key).text),
                );
            }
        }
        let get = |name: &str| members.get(name).map(|member| member.1);
        let copy = get("copy").filter(|copy| copy.kind() == Kind::Object);
        let value = copy
            .and_then(|copy| copy.get("input"))
            .or_else(|| get("value"));
        let value = if let Some(value) = value {
            self.value(value, Loops::Plain)
        } else {
            self.structure(
                name.place,
                format!("the output '{}' has no 'value'", name.text),
            );
            Expr {
                kind: ExprKind::Null,
                span: name.place,
            }
        };
        OutputDeclaration {
            type_definition: self.type_definition(node),
            condition: get("condition").map(|node| self.value(node, Loops::Plain)),
            copy: copy.map(|copy| self.resource_loop(copy)),
            name,
            value,
        }
    }

    /// `copy` of a resource or an output.
    pub(super) fn resource_loop(&mut self, node: Node<'_>) -> ResourceLoop {
        let place = self.span(node);
        let count = match node.get("count") {
            Some(count) => self.value(count, Loops::Plain),
            None => Expr {
                kind: ExprKind::Invalid("A loop needs a 'count'".into()),
                span: place,
            },
        };
        ResourceLoop {
            name: node.get("name").map(|name| self.value(name, Loops::Plain)),
            count,
            mode: node.get("mode").map(|mode| self.value(mode, Loops::Plain)),
            batch_size: node
                .get("batchSize")
                .map(|size| self.value(size, Loops::Plain)),
            place,
        }
    }
}
