//! Resources of a template, with their nested children.

use std::sync::Arc;

use super::values::Loops;
use super::{Lowering, Members, lower_case};
use crate::ir::{Expr, ExprKind, Name, ResourceDeclaration, Template};
use crate::syntax::json::{Kind, Node};

/// Members that are deployed, in the order in which they are printed (part A6 of the language reference).
pub(in crate::ir) const BODY: [&str; 13] = [
    "location",
    "extendedLocation",
    "sku",
    "kind",
    "managedBy",
    "managedByExtended",
    "plan",
    "identity",
    "tags",
    "zones",
    "scale",
    "placement",
    "properties",
];
/// Members with a meaning of their own.
const HEAD: [&str; 9] = [
    "type",
    "apiversion",
    "name",
    "scope",
    "condition",
    "copy",
    "dependson",
    "resources",
    "existing",
];
/// Members that pass and are not printed.
pub(in crate::ir) const PASSING: [&str; 10] = [
    "comments",
    "metadata",
    "id",
    "method",
    "import",
    "extension",
    "subscriptionid",
    "resourcegroup",
    "asserts",
    "@options",
];

impl Lowering {
    /// The section `resources`: an array, or an object of symbolic names.
    pub(super) fn resources_section(
        &mut self,
        root: Node<'_>,
        node: Option<Node<'_>>,
        template: &mut Template,
    ) {
        let place = node.map_or_else(|| self.span(root), |node| self.span(node));
        match node {
            Some(node) if node.kind() == Kind::Array => {
                template.resources = node
                    .items()
                    .map(|item| self.resource(None, item, false))
                    .collect();
            }
            Some(node) if node.kind() == Kind::Object => {
                if !template.language2 && node.members().next().is_some() {
                    self.structure(place, "an object of resources needs languageVersion 2.0");
                }
                template.symbolic = true;
                template.resources = self.symbolic_resources(node, false);
            }
            _ => self.structure(place, "a template needs 'resources'; the list may be empty"),
        }
    }

    fn symbolic_resources(&mut self, node: Node<'_>, child: bool) -> Vec<Arc<ResourceDeclaration>> {
        // Symbolic names are told apart by case; of equal ones the last counts.
        let mut members = Members::new();
        for member in node.members() {
            if let Some(name) = member.key.string() {
                members.insert(name, (member.key, member.value));
            }
        }
        let each = members.into_iter();
        each.map(|(_, (key, value))| self.resource(Some(self.name(key)), value, child))
            .collect()
    }

    fn resource(
        &mut self,
        symbol: Option<Name>,
        node: Node<'_>,
        child: bool,
    ) -> Arc<ResourceDeclaration> {
        let place = self.span(node);
        let members = Self::vocabulary(node);
        if node.kind() == Kind::Object {
            self.unknown_members(&members, child);
        } else {
            self.structure(place, "a resource must be an object");
        }
        let get = |name: &str| members.get(name).map(|member| member.1);
        let resource_type = self.resource_type(place, get("type"));
        let name = self.resource_name(place, get("name"));
        let is_deployment = resource_type
            .text
            .eq_ignore_ascii_case("Microsoft.Resources/deployments");
        let value = |name: &str| {
            let node = get(name).filter(|node| node.kind() != Kind::Null)?;
            Some(self.value(node, Loops::Plain))
        };
        let condition = value("condition");
        let (api_version, scope) = (value("apiversion"), value("scope"));
        let (subscription, resource_group) = (value("subscriptionid"), value("resourcegroup"));
        let depends_on = self.depends_on(get("dependson"));
        let copy = get("copy").filter(|copy| copy.kind() != Kind::Null);
        let deployment = is_deployment.then(|| Box::new(self.deployment(&members)));
        Arc::new(ResourceDeclaration {
            symbol,
            existing: get("existing").and_then(Node::bool) == Some(true),
            condition,
            copy: copy.map(|copy| Box::new(self.resource_loop(copy))),
            resource_type,
            name,
            api_version,
            scope,
            subscription,
            resource_group,
            depends_on,
            body: self.body(&members, is_deployment),
            children: self.children(get("resources")),
            deployment,
            place,
        })
    }

    fn unknown_members(&mut self, members: &Members<'_>, child: bool) {
        for (name, (key, _)) in members {
            let name = &**name;
            let place = self.span(*key);
            if child && name == "scope" {
                self.structure(place, "a nested resource cannot have a 'scope'");
            }
            if !(BODY.iter().any(|known| known.eq_ignore_ascii_case(name))
                || HEAD.contains(&name)
                || PASSING.contains(&name))
            {
                let spelled = self.name(*key).text;
                self.structure(place, format!("a resource has no member '{spelled}'"));
            }
        }
    }

    fn resource_type(&mut self, place: crate::text::Span, node: Option<Node<'_>>) -> Name {
        if let Some(node) = node.filter(|node| node.is_string()) {
            self.name(node)
        } else {
            self.structure(place, "a resource needs a 'type'");
            Name {
                text: "".into(),
                place,
            }
        }
    }

    fn resource_name(&mut self, place: crate::text::Span, node: Option<Node<'_>>) -> Expr {
        if let Some(node) = node {
            self.value(node, Loops::Plain)
        } else {
            self.structure(place, "a resource needs a 'name'");
            Expr {
                kind: ExprKind::Invalid("The resource has no name".into()),
                span: place,
            }
        }
    }

    fn depends_on(&mut self, node: Option<Node<'_>>) -> Vec<Expr> {
        let Some(node) = node.filter(|node| node.kind() != Kind::Null) else {
            return Vec::new();
        };
        if node.kind() != Kind::Array {
            let place = self.span(node);
            self.structure(place, "'dependsOn' must be an array");
        }
        node.items()
            .map(|item| self.value(item, Loops::Plain))
            .collect()
    }

    fn children(&mut self, node: Option<Node<'_>>) -> Vec<Arc<ResourceDeclaration>> {
        match node {
            Some(node) if node.kind() == Kind::Object => self.symbolic_resources(node, true),
            Some(node) => node
                .items()
                .map(|item| self.resource(None, item, true))
                .collect(),
            None => Vec::new(),
        }
    }

    fn body(&mut self, members: &Members<'_>, is_deployment: bool) -> Vec<crate::ir::Member> {
        let mut body = Vec::new();
        for name in BODY {
            let Some((key, value)) = members.get(&*lower_case(name.into())) else {
                continue;
            };
            let lowered = if is_deployment && name == "properties" && value.kind() == Kind::Object {
                Expr {
                    kind: ExprKind::Object(self.deployment_properties(*value)),
                    span: self.span(*value),
                }
            } else {
                self.value(*value, Loops::Counted)
            };
            body.push(crate::ir::Member::Entry {
                key: Expr {
                    kind: ExprKind::Text(name.into()),
                    span: self.span(*key),
                },
                value: lowered,
            });
        }
        body.shrink_to_fit();
        body
    }
}
