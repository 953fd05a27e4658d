//! Type expressions and their decorators to the type definitions of a template.

use std::sync::Arc;

use super::build::{int, null, text};
use super::context::Ctx;
use super::expressions::Lower;
use super::model::Symbol;
use super::signature::decorator_call;
use super::unit::Kind;
use crate::ir::{
    DeclaredType, Discriminator, Expr, ExprKind as Ir, PropertyType, Rest, TypeDefinition, TypeName,
};
use crate::syntax::bicep::ast::{
    Decorator, Expr as Ast, ExprKind, Name, TupleItem, Type, TypeKind, TypeMember, UnaryOperator,
};

/// Names of types that stand for each other are followed this far.
const MAX_ALIASES: usize = 32;

impl<'a> Lower<'a> {
    /// A type with what its decorators add.
    pub(super) fn type_definition(
        &self,
        ty: &'a Type,
        decorators: &'a [Decorator],
    ) -> TypeDefinition {
        let tag = decorators
            .iter()
            .find_map(|decorator| match decorator_call(&decorator.expr)? {
                ("discriminator", [tag]) => tag.text(),
                _ => None,
            });
        let mut definition = self.plain_type(ty, tag);
        definition.place = Some(ty.span);
        for decorator in decorators {
            if let Some((name, args)) = decorator_call(&decorator.expr) {
                self.decorate(&mut definition, ty, name, args);
            }
        }
        definition
    }

    fn decorate(&self, definition: &mut TypeDefinition, ty: &'a Type, name: &str, args: &'a [Ast]) {
        let number = || match args {
            [arg] => literal_int(arg),
            _ => None,
        };
        match name {
            "minValue" => definition.constraints_mut().min_value = number(),
            "maxValue" => definition.constraints_mut().max_value = number(),
            "minLength" => definition.constraints_mut().min_length = number(),
            "maxLength" => definition.constraints_mut().max_length = number(),
            "sealed" => definition.parts_mut().additional = Some(Rest::Open(false)),
            "secure" => {
                if definition.type_name.is_none() {
                    definition.type_name = self.base_type(ty, 0).map(DeclaredType::Known);
                }
                make_secure(definition);
            }
            "allowed" => {
                if let [arg] = args
                    && let Ir::Array(items) = self.data(arg, Ctx::default()).kind
                {
                    definition.constraints_mut().allowed = Some(items);
                }
            }
            _ => {}
        }
    }

    fn plain_type(&self, ty: &'a Type, tag: Option<&str>) -> TypeDefinition {
        match &ty.kind {
            TypeKind::Name(name) => self.named(name),
            TypeKind::Parenthesized(inner) => self.plain_type(inner, tag),
            TypeKind::NonNull(inner) => {
                let mut definition = self.plain_type(inner, tag);
                definition.nullable = Some(false);
                definition
            }
            TypeKind::Nullable(inner) => {
                let mut definition = self.plain_type(inner, tag);
                definition.nullable = Some(true);
                definition
            }
            TypeKind::Null => TypeDefinition::any_or_null(),
            TypeKind::Bool(_) | TypeKind::Int(_) | TypeKind::Text(_) | TypeKind::Unary { .. } => {
                self.union(std::slice::from_ref(ty), tag)
            }
            TypeKind::Union(types) => self.union(types, tag),
            TypeKind::Object(members) => self.object_type(members),
            TypeKind::Tuple(items) => self.tuple(items),
            TypeKind::Array(inner) => self.array_type(inner, tag),
            TypeKind::Property { .. }
            | TypeKind::AdditionalProperties(_)
            | TypeKind::Item { .. }
            | TypeKind::AnyItem(_) => match self.pointer(ty) {
                Some(pointer) => TypeDefinition::referring_to(pointer.into()),
                None => TypeDefinition::default(),
            },
            TypeKind::Resource(_) => TypeDefinition::of(TypeName::String),
            TypeKind::Generic(_) | TypeKind::Interpolated(_) | TypeKind::Error => {
                TypeDefinition::default()
            }
        }
    }

    fn named(&self, name: &Name) -> TypeDefinition {
        if let Some(pointer) = self.pointer_to(name) {
            return TypeDefinition::referring_to(pointer.into());
        }
        match &*name.text {
            "string" => TypeDefinition::of(TypeName::String),
            "int" => TypeDefinition::of(TypeName::Int),
            "bool" => TypeDefinition::of(TypeName::Bool),
            "object" => TypeDefinition::of(TypeName::Object),
            "array" => TypeDefinition::of(TypeName::Array),
            _ => TypeDefinition::default(),
        }
    }

    /// `#/definitions/name` of a type that the file declares or imports.
    fn pointer_to(&self, name: &Name) -> Option<String> {
        let emitted = match self.model.symbols.get(&name.text)? {
            Symbol::Type(_) => self.emitted(Kind::Type, &name.text),
            Symbol::Imported(at, there) => self.imported_type(*at, there)?,
            _ => return None,
        };
        Some(format!("#/definitions/{emitted}"))
    }

    fn imported_type(&self, at: usize, there: &Arc<str>) -> Option<Arc<str>> {
        let origin = self.unit.session.import(self.model, at).ok()?;
        Some(self.unit.take(Kind::Type, &origin, there))
    }

    /// The pointer to a part of a named type.
    fn pointer(&self, ty: &'a Type) -> Option<String> {
        let step = |base: &'a Type, step: &str| Some(format!("{}/{step}", self.pointer(base)?));
        match &ty.kind {
            TypeKind::Name(name) => self.pointer_to(name),
            TypeKind::Parenthesized(inner) | TypeKind::NonNull(inner) => self.pointer(inner),
            TypeKind::Property { base, name } => {
                if let TypeKind::Name(space) = &base.kind
                    && let Some(Symbol::Wildcard(at)) = self.model.symbols.get(&space.text)
                {
                    let emitted = self.imported_type(*at, &name.text)?;
                    return Some(format!("#/definitions/{emitted}"));
                }
                step(base, &format!("properties/{}", name.text))
            }
            TypeKind::AdditionalProperties(base) => step(base, "additionalProperties"),
            TypeKind::AnyItem(base) => step(base, "items"),
            TypeKind::Item { base, index } => match index.kind {
                TypeKind::Int(index) => step(base, &format!("prefixItems/{index}")),
                _ => None,
            },
            _ => None,
        }
    }

    fn object_type(&self, members: &'a [TypeMember]) -> TypeDefinition {
        let mut definition = TypeDefinition::of(TypeName::Object);
        let mut properties = Vec::with_capacity(members.len());
        let mut additional = None;
        for member in members {
            let type_definition = self.type_definition(&member.ty, &member.decorators);
            match &member.key {
                Some(key) => {
                    if let Some(name) = key.text() {
                        properties.push(PropertyType {
                            name: name.into(),
                            type_definition,
                        });
                    }
                }
                None => additional = Some(Rest::Typed(Box::new(type_definition))),
            }
        }
        let parts = definition.parts_mut();
        parts.properties = Some(properties);
        parts.additional = additional;
        definition
    }

    fn tuple(&self, items: &'a [TupleItem]) -> TypeDefinition {
        let items = items
            .iter()
            .map(|item| self.type_definition(&item.ty, &item.decorators));
        let mut definition = TypeDefinition::of(TypeName::Array);
        let parts = definition.parts_mut();
        parts.prefix_items = Some(items.collect());
        parts.items = Some(Rest::Open(false));
        definition
    }

    /// Of an array of literals the literals stand at the array.
    fn array_type(&self, inner: &'a Type, tag: Option<&str>) -> TypeDefinition {
        let mut item = self.plain_type(inner, tag);
        let mut definition = TypeDefinition::of(TypeName::Array);
        let literals = matches!(
            unparenthesized(inner).kind,
            TypeKind::Union(_)
                | TypeKind::Text(_)
                | TypeKind::Int(_)
                | TypeKind::Bool(_)
                | TypeKind::Unary { .. }
        );
        if literals && item.nullable != Some(true) && item.allowed().is_some() {
            definition.constraints_mut().allowed = item.constraints_mut().allowed.take();
        }
        definition.parts_mut().items = Some(Rest::Typed(Box::new(item)));
        definition
    }

    fn union(&self, types: &'a [Type], tag: Option<&str>) -> TypeDefinition {
        if let Some(tag) = tag
            && let Some(definition) = self.tagged(types, tag)
        {
            return definition;
        }
        let mut literals = Vec::new();
        let complete = types.iter().all(|ty| self.literals(ty, &mut literals, 0));
        let mut definition = TypeDefinition::default();
        let before = literals.len();
        literals.retain(|literal| !matches!(literal.kind, Ir::Null));
        if literals.len() < before {
            definition.nullable = Some(true);
        }
        if !complete || literals.is_empty() {
            // Beside null one type that is not made of literals.
            let others: Vec<&'a Type> = types
                .iter()
                .filter(|ty| !matches!(ty.kind, TypeKind::Null))
                .collect();
            if let [one] = others.as_slice()
                && types.len() > 1
            {
                let mut definition = self.plain_type(one, tag);
                definition.nullable = Some(true);
                return definition;
            }
            return definition;
        }
        let types: Vec<Option<TypeName>> = literals.iter().map(type_of).collect();
        let same = types.windows(2).all(|pair| pair.first() == pair.last());
        let common = types.first().copied().flatten().filter(|_| same);
        definition.type_name = common.map(DeclaredType::Known);
        definition.constraints_mut().allowed = Some(literals);
        definition
    }

    /// The literals that a type is made of; false where it is not.
    fn literals(&self, ty: &'a Type, found: &mut Vec<Expr>, depth: usize) -> bool {
        if depth > MAX_ALIASES {
            return false;
        }
        let span = ty.span;
        let literal = |kind| Expr { kind, span };
        match &ty.kind {
            TypeKind::Null => found.push(null(span)),
            TypeKind::Bool(value) => found.push(literal(Ir::Bool(*value))),
            TypeKind::Text(value) => found.push(text(Arc::clone(value), span)),
            TypeKind::Int(value) => match i64::try_from(*value) {
                Ok(value) => found.push(int(value, span)),
                Err(_) => return false,
            },
            TypeKind::Unary { operator, operand } => match (operator, &operand.kind) {
                (UnaryOperator::Minus, TypeKind::Int(value)) => {
                    match i64::try_from(-i128::from(*value)) {
                        Ok(value) => found.push(int(value, span)),
                        Err(_) => return false,
                    }
                }
                (UnaryOperator::Not, TypeKind::Bool(value)) => {
                    found.push(literal(Ir::Bool(!*value)));
                }
                _ => return false,
            },
            TypeKind::Parenthesized(inner) => return self.literals(inner, found, depth + 1),
            TypeKind::Nullable(inner) => {
                found.push(null(span));
                return self.literals(inner, found, depth + 1);
            }
            TypeKind::Union(types) => {
                return types.iter().all(|ty| self.literals(ty, found, depth + 1));
            }
            TypeKind::Name(name) => {
                return match self.model.symbols.get(&name.text) {
                    Some(Symbol::Type(at)) => match self.model.named_type(*at) {
                        Some((_, ty)) => self.literals(ty, found, depth + 1),
                        None => false,
                    },
                    _ => false,
                };
            }
            _ => return false,
        }
        true
    }

    /// Object types that one member tells apart.
    fn tagged(&self, types: &'a [Type], tag: &str) -> Option<TypeDefinition> {
        let mut mapping = Vec::new();
        let mut nullable = None;
        for ty in types {
            if matches!(ty.kind, TypeKind::Null) {
                nullable = Some(true);
                continue;
            }
            self.variants(ty, tag, &mut mapping, 0)?;
        }
        let mut definition = TypeDefinition::of(TypeName::Object);
        definition.nullable = nullable;
        definition.parts_mut().discriminator = Some(Box::new(Discriminator {
            property: tag.into(),
            mapping,
        }));
        Some(definition)
    }

    fn variants(
        &self,
        ty: &'a Type,
        tag: &str,
        mapping: &mut Vec<PropertyType>,
        depth: usize,
    ) -> Option<()> {
        if depth > MAX_ALIASES {
            return None;
        }
        match &ty.kind {
            TypeKind::Parenthesized(inner) | TypeKind::Nullable(inner) => {
                self.variants(inner, tag, mapping, depth + 1)
            }
            TypeKind::Union(types) => {
                for ty in types {
                    self.variants(ty, tag, mapping, depth + 1)?;
                }
                Some(())
            }
            TypeKind::Object(members) => {
                mapping.push(PropertyType {
                    name: self.tag_value(members, tag)?,
                    type_definition: self.plain_type(ty, None),
                });
                Some(())
            }
            _ => self.named_variant(ty, tag, mapping, depth),
        }
    }

    /// A variant that is a type of its own: the mapping points to it.
    fn named_variant(
        &self,
        ty: &'a Type,
        tag: &str,
        mapping: &mut Vec<PropertyType>,
        depth: usize,
    ) -> Option<()> {
        let pointer = self.pointer(ty)?;
        let TypeKind::Name(name) = &ty.kind else {
            return self.foreign_variant(&pointer, ty, tag, mapping);
        };
        let Some(Symbol::Type(at)) = self.model.symbols.get(&name.text) else {
            return self.foreign_variant(&pointer, ty, tag, mapping);
        };
        let (_, declared) = self.model.named_type(*at)?;
        if let TypeKind::Object(members) = &unparenthesized(declared).kind {
            mapping.push(PropertyType {
                name: self.tag_value(members, tag)?,
                type_definition: TypeDefinition::referring_to(pointer.into()),
            });
            Some(())
        } else {
            let mut inner = Vec::new();
            self.variants(declared, tag, &mut inner, depth + 1)?;
            mapping.extend(inner);
            Some(())
        }
    }

    /// A variant of another file: its tag is read there.
    fn foreign_variant(
        &self,
        pointer: &str,
        ty: &'a Type,
        tag: &str,
        mapping: &mut Vec<PropertyType>,
    ) -> Option<()> {
        let (at, name) = match &ty.kind {
            TypeKind::Name(name) => match self.model.symbols.get(&name.text)? {
                Symbol::Imported(at, there) => (*at, Arc::clone(there)),
                _ => return None,
            },
            TypeKind::Property { base, name } => match &base.kind {
                TypeKind::Name(space) => match self.model.symbols.get(&space.text)? {
                    Symbol::Wildcard(at) => (*at, Arc::clone(&name.text)),
                    _ => return None,
                },
                _ => return None,
            },
            _ => return None,
        };
        let origin = self.unit.session.import(self.model, at).ok()?;
        for value in self.unit.session.tag_values(&origin, &name, tag) {
            mapping.push(PropertyType {
                name: value,
                type_definition: TypeDefinition::referring_to(pointer.into()),
            });
        }
        Some(())
    }

    /// The literal that a member of an object type is.
    fn tag_value(&self, members: &'a [TypeMember], tag: &str) -> Option<Arc<str>> {
        let member = members.iter().find(|member| {
            let key = member.key.as_ref().and_then(|key| key.text());
            key == Some(tag)
        })?;
        let mut literals = Vec::new();
        if !self.literals(&member.ty, &mut literals, 0) {
            return None;
        }
        literals.into_iter().find_map(|literal| match literal.kind {
            Ir::Text(text) => Some(text),
            _ => None,
        })
    }

    /// `string` or `object` behind names.
    fn base_type(&self, ty: &'a Type, depth: usize) -> Option<TypeName> {
        if depth > MAX_ALIASES {
            return None;
        }
        match &ty.kind {
            TypeKind::Name(name) => match self.model.symbols.get(&name.text) {
                Some(Symbol::Type(at)) => {
                    let (_, declared) = self.model.named_type(*at)?;
                    self.base_type(declared, depth + 1)
                }
                Some(_) => None,
                None => match &*name.text {
                    "string" => Some(TypeName::String),
                    "object" => Some(TypeName::Object),
                    _ => None,
                },
            },
            TypeKind::Parenthesized(inner)
            | TypeKind::Nullable(inner)
            | TypeKind::NonNull(inner) => self.base_type(inner, depth + 1),
            TypeKind::Text(_) => Some(TypeName::String),
            TypeKind::Union(types) => self.base_type(types.first()?, depth + 1),
            TypeKind::Object(_) => Some(TypeName::Object),
            _ => None,
        }
    }
}

/// The tags of a type that another file declares.
pub(super) fn tags_of(lower: &Lower<'_>, name: &str, tag: &str) -> Vec<Arc<str>> {
    let Some(Symbol::Type(at)) = lower.model.symbols.get(name) else {
        return Vec::new();
    };
    let Some((_, declared)) = lower.model.named_type(*at) else {
        return Vec::new();
    };
    let mut mapping = Vec::new();
    // A variant of a type that is no tagged union has no value: nothing is found then.
    let found = lower.variants(declared, tag, &mut mapping, 0);
    found.map_or_else(Vec::new, |()| {
        mapping.into_iter().map(|one| one.name).collect()
    })
}

/// Hides the values of a type.
pub(super) fn make_secure(definition: &mut TypeDefinition) {
    definition.secure = true;
    let secure = match definition.kind() {
        Some(TypeName::Object) => TypeName::SecureObject,
        Some(TypeName::String) => TypeName::SecureString,
        _ => return,
    };
    definition.type_name = Some(DeclaredType::Known(secure));
}

fn unparenthesized(ty: &Type) -> &Type {
    let mut at = ty;
    while let TypeKind::Parenthesized(inner) = &at.kind {
        at = inner;
    }
    at
}

fn type_of(literal: &Expr) -> Option<TypeName> {
    match literal.kind {
        Ir::Text(_) => Some(TypeName::String),
        Ir::Int(_) => Some(TypeName::Int),
        Ir::Bool(_) => Some(TypeName::Bool),
        _ => None,
    }
}

fn literal_int(arg: &Ast) -> Option<i64> {
    match &arg.kind {
        ExprKind::Int(value) => i64::try_from(*value).ok(),
        ExprKind::Unary {
            operator: UnaryOperator::Minus,
            operand,
        } => match operand.kind {
            ExprKind::Int(value) => i64::try_from(-i128::from(value)).ok(),
            _ => None,
        },
        ExprKind::Parenthesized(inner) => literal_int(inner),
        _ => None,
    }
}
