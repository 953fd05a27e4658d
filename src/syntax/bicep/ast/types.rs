//! The nodes of type expressions.

use std::sync::Arc;

use super::{Decorator, Expr, Key, Name, Part, UnaryOperator};
use crate::text::Span;

/// A type expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// What it is.
    pub kind: TypeKind,
    /// Its characters.
    pub span: Span,
}

/// What a type expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// `string`, `myType`.
    Name(Name),
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// An integer without its sign.
    Int(u64),
    /// `-1`, `!true`.
    Unary {
        /// Which.
        operator: UnaryOperator,
        /// What it applies to.
        operand: Box<Type>,
    },
    /// A text.
    Text(Arc<str>),
    /// A text with holes, which no type may be.
    Interpolated(Vec<Part>),
    /// `{a: T, *: U}`.
    Object(Vec<TypeMember>),
    /// `[T, U]`.
    Tuple(Vec<TupleItem>),
    /// `T[]`.
    Array(Box<Type>),
    /// `T?`.
    Nullable(Box<Type>),
    /// `T!`.
    NonNull(Box<Type>),
    /// `A | B`, in order.
    Union(Vec<Type>),
    /// `(T)`.
    Parenthesized(Box<Type>),
    /// `T.name`, `ns.T`.
    Property {
        /// What is looked into.
        base: Box<Type>,
        /// The member.
        name: Name,
    },
    /// `T.*`.
    AdditionalProperties(Box<Type>),
    /// `T[0]`.
    Item {
        /// What is looked into.
        base: Box<Type>,
        /// The position.
        index: Box<Type>,
    },
    /// `T[*]`.
    AnyItem(Box<Type>),
    /// `resourceInput<'T@v'>`, `sys.resourceInput<'T@v'>`.
    Generic(Box<GenericType>),
    /// `resource 'T@v'`.
    Resource(Box<Expr>),
    /// Missing or unreadable. It was reported.
    Error,
}

/// A type with arguments. Few types have any.
#[derive(Clone, Debug, PartialEq)]
pub struct GenericType {
    /// What stands before the dot.
    pub namespace: Option<Name>,
    /// The word.
    pub name: Name,
    /// What stands between the angle brackets.
    pub args: Vec<Type>,
}

/// A member of an object type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeMember {
    /// What stands above it with `@`.
    pub decorators: Vec<Decorator>,
    /// Its name; none for `*`.
    pub key: Option<Key>,
    /// Its type.
    pub ty: Type,
    /// Decorators and all.
    pub span: Span,
}

/// An item of a tuple type.
#[derive(Clone, Debug, PartialEq)]
pub struct TupleItem {
    /// What stands above it with `@`.
    pub decorators: Vec<Decorator>,
    /// Its type.
    pub ty: Type,
    /// Decorators and all.
    pub span: Span,
}
