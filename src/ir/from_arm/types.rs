//! Type declarations of parameters, outputs and definitions.

use super::Lowering;
use super::values::Loops;
use crate::ir::{DeclaredType, Discriminator, PropertyType, Rest, TypeDefinition};
use crate::syntax::json::{Kind, Node, Number};

impl Lowering {
    /// Type and constraints out of the members of a declaration.
    pub(super) fn type_definition(&mut self, node: Node<'_>) -> TypeDefinition {
        let mut definition = TypeDefinition::default();
        definition.place = Some(self.span(node));
        for (name, (_, value)) in Self::vocabulary(node) {
            match &*name {
                "type" => definition.type_name = self.type_name(value),
                "$ref" => definition.reference = value.string().map(|text| text.as_ref().into()),
                "allowedvalues" if value.kind() == Kind::Array => {
                    let allowed = value.items().map(|item| self.value(item, Loops::Plain));
                    definition.constraints_mut().allowed = Some(allowed.collect());
                }
                "allowedvalues" if value.kind() != Kind::Null => {
                    let place = self.span(value);
                    self.structure(place, "'allowedValues' must be an array");
                }
                "minvalue" => {
                    definition.constraints_mut().min_value = self.bound(value, "minValue");
                }
                "maxvalue" => {
                    definition.constraints_mut().max_value = self.bound(value, "maxValue");
                }
                "minlength" => {
                    definition.constraints_mut().min_length = self.bound(value, "minLength");
                }
                "maxlength" => {
                    definition.constraints_mut().max_length = self.bound(value, "maxLength");
                }
                "nullable" => definition.nullable = value.bool(),
                "properties" if value.kind() == Kind::Object => {
                    definition.parts_mut().properties = Some(self.property_types(value));
                }
                "additionalproperties" => definition.parts_mut().additional = self.rest(value),
                "items" => definition.parts_mut().items = self.rest(value),
                "prefixitems" if value.kind() == Kind::Array => {
                    let items = value.items().map(|item| self.type_definition(item));
                    definition.parts_mut().prefix_items = Some(items.collect());
                }
                "discriminator" => {
                    definition.parts_mut().discriminator = self.discriminator(value).map(Box::new);
                }
                _ => {}
            }
        }
        definition
    }

    fn type_name(&mut self, node: Node<'_>) -> Option<DeclaredType> {
        let text = node.string()?;
        let declared = DeclaredType::parse(&text);
        if declared == DeclaredType::Other {
            let place = self.span(node);
            self.structure(place, format!("'{text}' is no type: string, securestring, int, bool, object, secureObject or array"));
        }
        Some(declared)
    }

    fn bound(&mut self, node: Node<'_>, what: &str) -> Option<i64> {
        match node.number() {
            Some(Number::Int(value)) => Some(value),
            _ if node.kind() == Kind::Null => None,
            _ => {
                let place = self.span(node);
                self.structure(place, format!("'{what}' must be an integer"));
                None
            }
        }
    }

    /// The types of named members.
    pub(super) fn property_types(&mut self, node: Node<'_>) -> Vec<PropertyType> {
        let mut types = Vec::new();
        for (_, (key, value)) in Self::vocabulary(node) {
            types.push(PropertyType {
                name: self.name(key).text,
                type_definition: self.type_definition(value),
            });
        }
        types
    }

    fn rest(&mut self, node: Node<'_>) -> Option<Rest> {
        match node.kind() {
            Kind::True => Some(Rest::Open(true)),
            Kind::False => Some(Rest::Open(false)),
            Kind::Object => Some(Rest::Typed(Box::new(self.type_definition(node)))),
            _ => None,
        }
    }

    fn discriminator(&mut self, node: Node<'_>) -> Option<Discriminator> {
        let property = node.get("propertyName")?.string()?.as_ref().into();
        let mapping = self.property_types_exact(node.get("mapping")?);
        Some(Discriminator { property, mapping })
    }

    /// Discriminator values are case-sensitive.
    fn property_types_exact(&mut self, node: Node<'_>) -> Vec<PropertyType> {
        let members: Vec<_> = node.members().collect();
        members
            .into_iter()
            .map(|member| PropertyType {
                name: self.name(member.key).text,
                type_definition: self.type_definition(member.value),
            })
            .collect()
    }
}
