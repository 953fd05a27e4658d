//! Types and constraints of parameters, outputs and their parts.

use std::sync::Arc;

use super::Expr;
use crate::text::Span;

/// Type and constraints of a parameter, an output or a part of one. Most are one word: what few have stands apart, and is
/// shared by the copies of a type.
#[derive(Clone, Debug, Default)]
pub struct TypeDefinition {
    /// Declared type; none with `$ref`, or where any type is allowed.
    pub type_name: Option<DeclaredType>,
    /// `nullable`, where it is written.
    pub nullable: Option<bool>,
    /// Values must not be shown, whatever type they have.
    pub secure: bool,
    /// The declaration.
    pub place: Option<Span>,
    /// `$ref`, a pointer into the template.
    pub reference: Option<Arc<str>>,
    /// What values are allowed.
    constraints: Option<Arc<Constraints>>,
    /// What stands in an object or array.
    parts: Option<Arc<Parts>>,
}

/// What `type` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclaredType {
    /// A type of the language.
    Known(TypeName),
    /// Another word, which was reported.
    Other,
}

impl DeclaredType {
    /// The word that `type` says, in any case.
    pub fn parse(text: &str) -> Self {
        TypeName::parse(text).map_or(Self::Other, Self::Known)
    }
}

/// What values of a type are allowed.
#[derive(Clone, Debug, Default)]
pub struct Constraints {
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
}

/// The types of what stands in an object or array.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// `properties` of an object.
    pub properties: Option<Vec<PropertyType>>,
    /// `additionalProperties` of an object.
    pub additional: Option<Rest>,
    /// `items` of an array.
    pub items: Option<Rest>,
    /// `prefixItems` of an array.
    pub prefix_items: Option<Vec<TypeDefinition>>,
    /// `discriminator` of an object.
    pub discriminator: Option<Box<Discriminator>>,
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
    /// Of this type, with nothing else to say of it.
    pub fn of(name: TypeName) -> Self {
        Self {
            type_name: Some(DeclaredType::Known(name)),
            ..Self::default()
        }
    }

    /// Of any type, or null.
    pub fn any_or_null() -> Self {
        Self {
            nullable: Some(true),
            ..Self::default()
        }
    }

    /// What the pointer leads to, with nothing else to say of it.
    pub fn referring_to(pointer: Arc<str>) -> Self {
        Self {
            reference: Some(pointer),
            ..Self::default()
        }
    }

    /// The declared type, where it is one of the language.
    pub fn kind(&self) -> Option<TypeName> {
        match self.type_name {
            Some(DeclaredType::Known(name)) => Some(name),
            Some(DeclaredType::Other) | None => None,
        }
    }

    /// Whether values of any type fit.
    pub fn is_any(&self) -> bool {
        self.type_name.is_none() && self.reference.is_none()
    }

    /// What values are allowed, where that is said.
    pub fn constraints(&self) -> Option<&Constraints> {
        self.constraints.as_deref()
    }

    /// The same, to be changed.
    pub fn constraints_mut(&mut self) -> &mut Constraints {
        Arc::make_mut(self.constraints.get_or_insert_default())
    }

    /// `allowedValues`.
    pub fn allowed(&self) -> Option<&[Expr]> {
        self.constraints()?.allowed.as_deref()
    }

    /// What stands in it, where that is said.
    pub fn parts(&self) -> Option<&Parts> {
        self.parts.as_deref()
    }

    /// The same, to be changed.
    pub fn parts_mut(&mut self) -> &mut Parts {
        Arc::make_mut(self.parts.get_or_insert_default())
    }

    /// The declared members of an object; none are declared where nothing is said.
    pub fn properties(&self) -> &[PropertyType] {
        let parts = self.parts();
        parts.map_or(&[], |parts| parts.properties.as_deref().unwrap_or(&[]))
    }

    /// The types of the first items of an array.
    pub fn prefix_items(&self) -> &[Self] {
        let parts = self.parts();
        parts.map_or(&[], |parts| parts.prefix_items.as_deref().unwrap_or(&[]))
    }

    /// What members beyond the declared ones may be.
    pub fn additional(&self) -> Option<&Rest> {
        self.parts()?.additional.as_ref()
    }

    /// What items beyond the first ones may be.
    pub fn items(&self) -> Option<&Rest> {
        self.parts()?.items.as_ref()
    }

    /// What tells the types of an object apart.
    pub fn discriminator(&self) -> Option<&Discriminator> {
        self.parts()?.discriminator.as_deref()
    }

    /// Fills in what it does not say itself from the type that it refers to; then it refers to what that one does.
    pub fn fill_from(&mut self, base: &Self) {
        self.secure |= base.secure;
        keep(&mut self.type_name, base.type_name.as_ref());
        keep(&mut self.nullable, base.nullable.as_ref());
        self.reference.clone_from(&base.reference);
        match (&mut self.constraints, &base.constraints) {
            (Some(own), Some(base)) => Arc::make_mut(own).fill_from(base),
            (own, base) => keep(own, base.as_ref()),
        }
        match (&mut self.parts, &base.parts) {
            (Some(own), Some(base)) => Arc::make_mut(own).fill_from(base),
            (own, base) => keep(own, base.as_ref()),
        }
    }

    /// Whether a part of it is declared secure, what it refers to left out.
    pub fn has_secure_part(&self) -> bool {
        let secure = |one: &Self| one.is_secure() || one.has_secure_part();
        let rest = |rest: Option<&Rest>| matches!(rest, Some(Rest::Typed(one)) if secure(one));
        let named = |all: &[PropertyType]| all.iter().any(|one| secure(&one.type_definition));
        named(self.properties())
            || rest(self.additional())
            || rest(self.items())
            || self.prefix_items().iter().any(secure)
            || self.discriminator().is_some_and(|one| named(&one.mapping))
    }

    /// Whether it is declared secure itself.
    pub fn is_secure(&self) -> bool {
        self.secure || self.kind().is_some_and(TypeName::is_secure)
    }
}

impl Constraints {
    fn fill_from(&mut self, base: &Self) {
        keep(&mut self.allowed, base.allowed.as_ref());
        keep(&mut self.min_value, base.min_value.as_ref());
        keep(&mut self.max_value, base.max_value.as_ref());
        keep(&mut self.min_length, base.min_length.as_ref());
        keep(&mut self.max_length, base.max_length.as_ref());
    }
}

impl Parts {
    /// Whether it gives a type to a member or item.
    pub fn has_types(&self) -> bool {
        self.properties.is_some()
            || self.items.is_some()
            || self.prefix_items.is_some()
            || self.discriminator.is_some()
            || matches!(self.additional, Some(Rest::Typed(_)))
    }

    fn fill_from(&mut self, base: &Self) {
        keep(&mut self.properties, base.properties.as_ref());
        keep(&mut self.additional, base.additional.as_ref());
        keep(&mut self.items, base.items.as_ref());
        keep(&mut self.prefix_items, base.prefix_items.as_ref());
        keep(&mut self.discriminator, base.discriminator.as_ref());
    }
}

fn keep<T: Clone>(own: &mut Option<T>, base: Option<&T>) {
    if own.is_none() {
        *own = base.cloned();
    }
}
