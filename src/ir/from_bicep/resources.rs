//! Resource declarations, as the compiler writes them.

use std::sync::Arc;

use super::build::{call, shared, text};
use super::context::Ctx;
use super::expressions::Lower;
use super::model::Parts;
use super::signature::decorator_call;
use crate::finding::{Problem, ProblemKind};
use crate::ir::from_arm::{BODY, PASSING};
use crate::ir::{
    DeclaredType, Expr, ExprKind as Ir, Member as IrMember, Name, NestedDeployment,
    OutputDeclaration, ResourceDeclaration, ResourceLoop, SchemaReading, Template, TemplateSource,
    TypeDefinition, read_schema,
};
use crate::syntax::bicep::ast::{Expr as Ast, ExprKind, Member, Property};

/// Members of a body with a meaning of their own.
const OWN: [&str; 4] = ["name", "scope", "parent", "dependsOn"];

impl<'a> Lower<'a> {
    /// Resources as the compiler writes them: those in bodies of others first.
    pub(super) fn resource_order(&self) -> Vec<usize> {
        let all = || 0..self.model.resources.len();
        let is_nested = |id: &usize| {
            self.model
                .resources
                .get(*id)
                .is_some_and(|entry| entry.outer.is_some())
        };
        let nested = all().filter(|id| is_nested(id));
        nested.chain(all().filter(|id| !is_nested(id))).collect()
    }

    /// A resource; none for an `existing` one where resources have no symbolic names, and for one that is not Azure's.
    pub(super) fn resource(&self, id: usize) -> Option<ResourceDeclaration> {
        let existing = self.is_existing(id);
        if (existing && !self.unit.symbolic) || self.is_foreign(id) {
            return None;
        }
        let parts = self.model.resource_parts(id)?;
        let (_, resource) = self.model.resource(id)?;
        let symbol = self.resource_symbol(id);
        let index = parts
            .copy
            .map(|this| Arc::new(call("copyIndex", Vec::new(), this.item.span)));
        let index = index.as_ref();
        let (full_type, version) = self.resource_type(id);
        let span = parts.name.span;
        let name_place = parts.property("name").map_or(span, |name| name.value.span);
        let mut name = self.full_name(id, index, name_place);
        name.span = name_place;
        // Children of a resource in another scope are in it through their parent's id.
        let scope = self.resource_scope(id, index, span);
        let to = self.resource_whereabouts(scope, span);
        let is_deployment = full_type.eq_ignore_ascii_case("Microsoft.Resources/deployments");
        let body = self.inside(id, index, |parts, ctx| self.body(parts, ctx, existing))?;
        let deployment = (is_deployment && !existing)
            .then(|| self.inside(id, index, |parts, ctx| self.deployment(parts, ctx)))
            .flatten()
            .flatten();
        let body = match deployment {
            Some(_) => without_template(body),
            None => body,
        };
        Some(ResourceDeclaration {
            symbol: self.unit.symbolic.then(|| Name {
                text: Arc::clone(&symbol),
                place: span,
            }),
            existing,
            condition: self.resource_condition(id, index),
            copy: self.copy_of(&parts, &symbol, self.model.resources.get(id)?.outer),
            resource_type: Name {
                text: full_type,
                place: resource.ty.span,
            },
            name,
            api_version: version.map(|version| text(version, resource.ty.span)),
            scope: to.scope,
            subscription: to.subscription,
            resource_group: to.resource_group,
            depends_on: self.resource_depends_on(id, index),
            body,
            children: Vec::new(),
            deployment: deployment.map(Box::new),
            place: parts.statement.span,
        })
    }

    /// `copy` of a resource or module in a loop.
    pub(super) fn copy_of(
        &self,
        parts: &Parts<'a>,
        symbol: &Arc<str>,
        within: Option<usize>,
    ) -> Option<Box<ResourceLoop>> {
        let this = parts.copy?;
        let around = Ctx {
            locals: None,
            within,
        };
        let items = self.loop_array(this, around);
        let place = this.array.span;
        let batch = parts.statement.decorators.iter().find_map(|decorator| {
            match decorator_call(&decorator.expr)? {
                ("batchSize", [size]) => Some(self.expr(size, Ctx::default())),
                _ => None,
            }
        });
        Some(Box::new(ResourceLoop {
            name: Some(text(Arc::clone(symbol), parts.name.span)),
            count: call("length", vec![shared(&items, place)], place),
            mode: batch.as_ref().map(|size| text("serial", size.span)),
            batch_size: batch,
            place,
        }))
    }

    fn body(&self, parts: &Parts<'a>, ctx: Ctx<'_>, existing: bool) -> Vec<IrMember> {
        if existing {
            return Vec::new();
        }
        self.unknown_members(parts);
        let mut body = Vec::new();
        for wanted in BODY {
            let found = parts.members.iter().rev().find_map(|member| match member {
                Member::Property(property) => {
                    let name = property.key.text()?;
                    name.eq_ignore_ascii_case(wanted).then_some(property)
                }
                _ => None,
            });
            if let Some(property) = found {
                body.push(self.top_member(wanted, property, ctx));
            }
        }
        body
    }

    fn top_member(&self, wanted: &str, property: &'a Property, ctx: Ctx<'_>) -> IrMember {
        let key = text(wanted, property.key.span());
        match super::expressions::loop_of(&property.value) {
            Some(this) => self.property_loop(key, this, property.value.span, ctx),
            None => IrMember::Entry {
                key,
                value: self.data(&property.value, ctx),
            },
        }
    }

    /// The engine refuses members that no resource has.
    fn unknown_members(&self, parts: &Parts<'a>) {
        for member in parts.members {
            let Member::Property(property) = member else {
                continue;
            };
            let Some(name) = property.key.text() else {
                continue;
            };
            let known = OWN.contains(&name)
                || BODY.iter().any(|known| known.eq_ignore_ascii_case(name))
                || PASSING.iter().any(|known| known.eq_ignore_ascii_case(name));
            if !known {
                let message = format!("a resource has no member '{name}'");
                let place = property.key.span();
                let kind = ProblemKind::TemplateStructure;
                self.unit.problem(Problem::error(kind, place, message));
            }
        }
    }

    /// A nested deployment that is written as a resource, with its template in JSON.
    fn deployment(&self, parts: &Parts<'a>, ctx: Ctx<'_>) -> Option<NestedDeployment> {
        let mut deployment = NestedDeployment {
            template: TemplateSource::Missing,
            parameters: Vec::new(),
            computed_parameters: None,
            parameters_link: None,
            outer: true,
            location: parts
                .property("location")
                .map(|location| self.data(&location.value, ctx)),
        };
        let properties = parts.property("properties")?;
        if let ExprKind::Object(members) = &properties.value.unparenthesized().kind {
            let get = |name: &str| {
                members.iter().find_map(|member| match member {
                    Member::Property(property) if property.key.text() == Some(name) => {
                        Some(property)
                    }
                    _ => None,
                })
            };
            self.deployment_properties(&mut deployment, &get, ctx);
        } else {
            let whole = self.expr(&properties.value, ctx);
            let span = whole.span;
            let part = |name: &str| super::build::property(whole.clone(), name, span, span);
            deployment.computed_parameters = Some(part("parameters"));
            deployment.template = TemplateSource::Computed(part("template"));
        }
        Some(deployment)
    }

    fn deployment_properties(
        &self,
        deployment: &mut NestedDeployment,
        get: &dyn Fn(&str) -> Option<&'a Property>,
        ctx: Ctx<'_>,
    ) {
        if let Some(template) = get("template") {
            deployment.template = match self.empty_template(&template.value, ctx) {
                Some(template) => TemplateSource::Inline(Arc::new(template)),
                None => TemplateSource::Computed(self.data(&template.value, ctx)),
            };
        } else if let Some(link) = get("templateLink") {
            deployment.outer = false;
            deployment.template = TemplateSource::Remote(self.data(&link.value, ctx));
        }
        let options =
            get("expressionEvaluationOptions").map(|options| &options.value.unparenthesized().kind);
        if let Some(ExprKind::Object(members)) = options {
            let inner = members.iter().any(|member| match member {
                Member::Property(property) => {
                    property.key.text() == Some("scope")
                        && property
                            .value
                            .text()
                            .is_some_and(|scope| scope.eq_ignore_ascii_case("inner"))
                }
                _ => false,
            });
            deployment.outer = deployment.outer && !inner;
        }
        if let Some(parameters) = get("parameters") {
            deployment.computed_parameters = Some(self.data(&parameters.value, ctx));
        }
    }

    /// A template that is written out and has no resources, as it stands in many files to leave a trace of their use.
    fn empty_template(&self, template: &'a Ast, ctx: Ctx<'_>) -> Option<Template> {
        let ExprKind::Object(members) = &template.unparenthesized().kind else {
            return None;
        };
        let mut made = Template::empty(template.span);
        let mut has_resources = true;
        for member in members {
            let Member::Property(property) = member else {
                return None;
            };
            match (property.key.text()?, &property.value.kind) {
                ("$schema", ExprKind::Text(schema)) => match read_schema(schema) {
                    SchemaReading::Template(scope) => made.scope = scope,
                    _ => return None,
                },
                ("contentVersion", ExprKind::Text(version)) => {
                    made.content_version = Some(Arc::clone(version));
                }
                ("resources", ExprKind::Array(items)) if items.is_empty() => has_resources = false,
                ("outputs", ExprKind::Object(outputs)) => {
                    for output in outputs {
                        made.outputs.push(self.written_output(output, ctx)?);
                    }
                }
                _ => return None,
            }
        }
        (!has_resources && made.content_version.is_some()).then_some(made)
    }

    fn written_output(&self, output: &'a Member, ctx: Ctx<'_>) -> Option<OutputDeclaration> {
        let Member::Property(output) = output else {
            return None;
        };
        let ExprKind::Object(members) = &output.value.kind else {
            return None;
        };
        let (mut kind, mut value) = (None, None);
        for member in members {
            let Member::Property(property) = member else {
                return None;
            };
            match property.key.text()? {
                "type" => kind = Some(DeclaredType::parse(property.value.text()?)),
                "value" => value = Some(self.data(&property.value, ctx)),
                _ => return None,
            }
        }
        let mut type_definition = TypeDefinition::default();
        type_definition.type_name = Some(kind?);
        Some(OutputDeclaration {
            name: Name {
                text: output.key.text()?.into(),
                place: output.key.span(),
            },
            type_definition,
            condition: None,
            value: value?,
            copy: None,
        })
    }
}

/// The members of a nested deployment that are evaluated like those of any resource.
fn without_template(body: Vec<IrMember>) -> Vec<IrMember> {
    const APART: [&str; 5] = [
        "template",
        "templateLink",
        "parameters",
        "parametersLink",
        "expressionEvaluationOptions",
    ];
    let name_of = |member: &IrMember| match member {
        IrMember::Entry { key, .. } => match &key.kind {
            Ir::Text(name) => Some(Arc::clone(name)),
            _ => None,
        },
        IrMember::Loop(_) => None,
    };
    let each = body.into_iter();
    each.map(|member| match (name_of(&member), member) {
        (Some(name), IrMember::Entry { key, value }) if *name == *"properties" => {
            let kind = match value.kind {
                Ir::Object(mut members) => {
                    members.retain(|member| {
                        name_of(member).is_none_or(|name| !APART.contains(&&*name))
                    });
                    Ir::Object(members)
                }
                other => other,
            };
            let span = value.span;
            IrMember::Entry {
                key,
                value: Expr { kind, span },
            }
        }
        (_, other) => other,
    })
    .collect()
}
