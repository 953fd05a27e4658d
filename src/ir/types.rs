//! Types and constraints of parameters, outputs and their parts.

use std::sync::Arc;

use super::Expr;
use crate::text::Span;

/// Type and constraints of a parameter, an output or a part of one.
#[derive(Clone, Debug, Default)]
pub struct TypeDefinition {
    /// Declared type as written; none with `$ref`, or where any type is allowed.
    pub type_name: Option<Arc<str>>,
    /// `$ref`, a pointer into the template.
    pub reference: Option<Arc<str>>,
    /// `allowedValues`, literals.
    pub allowed: Option<Vec<Expr>>,
    /// `minValue`.
    pub min_value: Option<i64>,
    /// `maxValue`.
    pub max_value: Option<i64>,
    /// `minLength`.
    pub min_length: Option<i64>,
    /// `maxLength`.
    pub max_length: Option<i64>,
    /// Values must not be shown, whatever type they have.
    pub secure: bool,
    /// `nullable`, where it is written.
    pub nullable: Option<bool>,
    /// `properties` of an object.
    pub properties: Option<Vec<PropertyType>>,
    /// `additionalProperties` of an object.
    pub additional: Option<Rest>,
    /// `items` of an array.
    pub items: Option<Rest>,
    /// `prefixItems` of an array.
    pub prefix_items: Option<Vec<TypeDefinition>>,
    /// `discriminator` of an object.
    pub discriminator: Option<Discriminator>,
    /// The declaration.
    pub place: Option<Span>,
}

/// A declared member of an object type.
#[derive(Clone, Debug)]
pub struct PropertyType {
    /// Name.
    pub name: Arc<str>,
    /// Its type.
    pub type_definition: TypeDefinition,
}

/// What members or items beyond the declared ones may be.
#[derive(Clone, Debug)]
pub enum Rest {
    /// `true` or `false`: anything, or nothing.
    Open(bool),
    /// Of this type.
    Typed(Box<TypeDefinition>),
}

/// One of several object types, told apart by the text of one member.
#[derive(Clone, Debug)]
pub struct Discriminator {
    /// The member.
    pub property: Arc<str>,
    /// Its values, and the type for each.
    pub mapping: Vec<PropertyType>,
}

/// The types of the template language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeName {
    /// `string`.
    String,
    /// `securestring`.
    SecureString,
    /// `int`.
    Int,
    /// `bool`.
    Bool,
    /// `object`.
    Object,
    /// `secureObject`.
    SecureObject,
    /// `array`.
    Array,
}

impl TypeName {
    /// A type name in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [
            Self::String,
            Self::Int,
            Self::Bool,
            Self::Object,
            Self::Array,
            Self::SecureString,
            Self::SecureObject,
        ];
        all.into_iter()
            .find(|name| name.word().eq_ignore_ascii_case(text))
    }

    /// Whether values of it must not be shown.
    pub const fn is_secure(self) -> bool {
        matches!(self, Self::SecureString | Self::SecureObject)
    }

    /// The name in messages and in `outputs.X.type`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::SecureString => "SecureString",
            Self::Int => "Int",
            Self::Bool => "Bool",
            Self::Object => "Object",
            Self::SecureObject => "SecureObject",
            Self::Array => "Array",
        }
    }
}

impl TypeDefinition {
    /// The declared type, where it is one of the language.
    pub fn kind(&self) -> Option<TypeName> {
        self.type_name.as_deref().and_then(TypeName::parse)
    }

    /// Whether a part of it is declared secure, what it refers to left out.
    pub fn has_secure_part(&self) -> bool {
        let secure = |one: &Self| one.is_secure() || one.has_secure_part();
        let rest = |rest: &Option<Rest>| matches!(rest, Some(Rest::Typed(one)) if secure(one));
        let named = |all: &[PropertyType]| all.iter().any(|one| secure(&one.type_definition));
        self.properties.as_deref().is_some_and(named)
            || rest(&self.additional)
            || rest(&self.items)
            || self.prefix_items.iter().flatten().any(secure)
            || self
                .discriminator
                .as_ref()
                .is_some_and(|one| named(&one.mapping))
    }

    /// Whether it is declared secure itself.
    pub fn is_secure(&self) -> bool {
        self.secure || self.kind().is_some_and(TypeName::is_secure)
    }
}
