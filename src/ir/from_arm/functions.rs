//! User-defined functions.

use std::sync::Arc;

use super::Lowering;
use super::values::Loops;
use crate::ir::{Expr, ExprKind, UserFunction};
use crate::syntax::json::{Kind, Node};

impl Lowering {
    /// The section `functions`: an array of namespaces with members.
    pub(super) fn functions(&mut self, node: Node<'_>) -> Vec<Arc<UserFunction>> {
        let mut functions = Vec::new();
        if !matches!(node.kind(), Kind::Array | Kind::Null) {
            let place = self.span(node);
            self.structure(place, "'functions' must be an array");
        }
        for group in node.items() {
            let namespace = group.get("namespace").and_then(Node::string);
            let Some(namespace) = namespace else {
                let place = self.span(group);
                self.structure(place, "a group of functions needs a 'namespace'");
                continue;
            };
            let Some(members) = group.get("members") else {
                continue;
            };
            for (_, (key, value)) in self.section(members, "function") {
                let name = self.name(key);
                let full_name = format!("{namespace}.{}", name.text);
                functions.push(Arc::new(self.function(full_name.into(), value)));
            }
        }
        functions
    }

    pub(super) fn function(&mut self, name: Arc<str>, node: Node<'_>) -> UserFunction {
        let span = self.span(node);
        let mut parameters = Vec::new();
        let declared = node.get("parameters");
        for parameter in declared.into_iter().flat_map(Node::items) {
            let parameter_name = parameter.get("name").and_then(Node::string);
            let definition = self.type_definition(parameter);
            if parameter.get("defaultValue").is_some() {
                let place = self.span(parameter);
                self.structure(place, "a parameter of a function has no default");
            }
            parameters.push((
                Arc::from(parameter_name.unwrap_or_default().as_ref()),
                definition,
            ));
        }
        let output = node.get("output");
        let (output_type, body) = match output {
            Some(output) => {
                let body = match output.get("value") {
                    Some(value) => self.value(value, Loops::Plain),
                    None => self.missing_body(&name, output),
                };
                (self.type_definition(output), body)
            }
            None => (
                crate::ir::TypeDefinition::default(),
                self.missing_body(&name, node),
            ),
        };
        UserFunction {
            name,
            parameters,
            output_type,
            body,
            span,
        }
    }

    fn missing_body(&mut self, name: &str, node: Node<'_>) -> Expr {
        let span = self.span(node);
        self.structure(
            span,
            format!("the function '{name}' has no 'output' with a 'value'"),
        );
        Expr {
            kind: ExprKind::Null,
            span,
        }
    }
}
