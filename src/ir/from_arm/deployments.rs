//! Nested deployments: where their template is, and what is handed to it.

use std::sync::Arc;

use super::values::{Loops, is_loops};
use super::{Lowering, Members, lower_template, lower_template_at};
use crate::ir::{
    Argument, ArgumentValue, Expr, ExprKind, Member, NestedDeployment, TemplateSource,
};
use crate::syntax::json::{Kind, Node};

/// Members of `properties` that are lowered apart from the rest.
const APART: [&str; 5] = [
    "template",
    "templatelink",
    "parameters",
    "parameterslink",
    "expressionevaluationoptions",
];

impl Lowering {
    pub(super) fn deployment(&mut self, members: &Members<'_>) -> NestedDeployment {
        let value = |name: &str| {
            let (_, node) = members.get(name)?;
            (node.kind() != Kind::Null).then(|| self.value(*node, Loops::Plain))
        };
        let location = value("location");
        let properties = members.get("properties").map(|member| member.1);
        let mut deployment = NestedDeployment {
            template: TemplateSource::Missing,
            parameters: Vec::new(),
            computed_parameters: None,
            parameters_link: None,
            outer: true,
            location,
        };
        match properties {
            Some(properties) if properties.kind() == Kind::Object => {
                self.properties(properties, &mut deployment);
            }
            Some(properties) if properties.is_string() => {
                let whole = self.string(properties);
                deployment.computed_parameters = Some(member_of(&whole, "parameters"));
                deployment.template = TemplateSource::Computed(member_of(&whole, "template"));
            }
            _ => {}
        }
        deployment
    }

    /// What is left of `properties`, to be evaluated like any body.
    pub(super) fn deployment_properties(&self, properties: Node<'_>) -> Vec<Member> {
        self.object(properties, Loops::Counted, &APART)
    }

    fn properties(&mut self, node: Node<'_>, deployment: &mut NestedDeployment) {
        let properties = Self::vocabulary(node);
        let get = |name: &str| properties.get(name).map(|member| member.1);
        let (template, linked) = match get("template") {
            Some(template) if template.kind() == Kind::Object => (self.inline(template), false),
            Some(template) if template.is_string() => {
                (TemplateSource::Computed(self.string(template)), false)
            }
            _ => match get("templatelink") {
                Some(link) => (self.link(link), true),
                None => (TemplateSource::Missing, false),
            },
        };
        deployment.template = template;
        deployment.outer = !linked && self.is_outer(get("expressionevaluationoptions"));
        deployment.parameters_link = get("parameterslink").map(|link| self.span(link));
        match get("parameters") {
            Some(parameters) if parameters.is_string() => {
                deployment.computed_parameters = Some(self.string(parameters));
            }
            Some(parameters) => deployment.parameters = self.arguments(parameters),
            None => {}
        }
    }

    fn inline(&self, node: Node<'_>) -> TemplateSource {
        let template = match self.fixed {
            Some(place) => lower_template_at(node, place),
            None => lower_template(node),
        };
        TemplateSource::Inline(Arc::new(template))
    }

    fn link(&self, node: Node<'_>) -> TemplateSource {
        let part = |name: &str| {
            let part = node.get(name).filter(|part| part.kind() != Kind::Null)?;
            Some(self.value(part, Loops::Plain))
        };
        if node.is_string() {
            return TemplateSource::Remote(self.string(node));
        }
        if let Some(remote) = part("uri").or_else(|| part("id")) {
            return TemplateSource::Remote(remote);
        }
        part("relativePath").map_or(TemplateSource::Missing, TemplateSource::Relative)
    }

    fn is_outer(&mut self, options: Option<Node<'_>>) -> bool {
        let Some(scope) = options.and_then(|options| options.get("scope")) else {
            return true;
        };
        let word = scope.string().unwrap_or_default().to_ascii_lowercase();
        match word.as_str() {
            "inner" => false,
            "outer" | "notspecified" => true,
            _ => {
                let place = self.span(scope);
                self.structure(place, "the scope of evaluation is 'inner' or 'outer'");
                true
            }
        }
    }

    fn arguments(&mut self, node: Node<'_>) -> Vec<Argument> {
        let members = self.section(node, "parameter");
        let each = members.into_iter();
        each.map(|(_, (key, value))| Argument {
            name: self.name(key),
            value: self.argument(value),
        })
        .collect()
    }

    fn argument(&self, node: Node<'_>) -> ArgumentValue {
        let has_loop = node.get("copy").is_some_and(is_loops);
        if let Some(value) = node.get("value").filter(|_| !has_loop) {
            return ArgumentValue::Value(self.value(value, Loops::Counted));
        }
        let vault = node.get("reference").and_then(|reference| {
            let vault = reference.get("keyVault")?.get("id")?;
            Some((reference, vault, reference.get("secretName")?))
        });
        match vault {
            Some((reference, vault, secret)) => ArgumentValue::KeyVault {
                place: self.span(reference),
                vault: self.value(vault, Loops::Plain),
                secret: self.value(secret, Loops::Plain),
            },
            None => ArgumentValue::Computed(self.value(node, Loops::Counted)),
        }
    }
}

/// `base.name`, at the place of `base`.
fn member_of(base: &Expr, name: &str) -> Expr {
    Expr {
        kind: ExprKind::Property {
            base: Box::new(base.clone()),
            name: name.into(),
            name_span: base.span,
        },
        span: base.span,
    }
}
