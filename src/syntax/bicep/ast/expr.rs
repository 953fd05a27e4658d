//! The nodes of expressions.

use std::sync::Arc;

use super::{Name, Statement};
use crate::text::Span;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its characters.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// An integer without its sign: up to 2^63, as `-9223372036854775808` is an operator and a number.
    Int(u64),
    /// A text without holes, escapes resolved.
    Text(Arc<str>),
    /// A text with holes.
    Interpolated(Vec<Part>),
    /// A symbol.
    Variable(Name),
    /// `[a, ...b]`.
    Array(Vec<Item>),
    /// `{a: 1, ...b}`.
    Object(Vec<Member>),
    /// `(x)`.
    Parenthesized(Box<Expr>),
    /// `!x`, `-x`.
    Unary {
        /// Which.
        operator: UnaryOperator,
        /// What it applies to.
        operand: Box<Expr>,
    },
    /// `a + b`.
    Binary {
        /// Which.
        operator: BinaryOperator,
        /// The operator's characters.
        operator_span: Span,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// `c ? a : b`.
    Ternary {
        /// Before the `?`.
        condition: Box<Expr>,
        /// If it is true.
        then: Box<Expr>,
        /// If it is false.
        otherwise: Box<Expr>,
    },
    /// `name(args)`.
    Call {
        /// The function.
        name: Name,
        /// Arguments.
        args: Vec<Expr>,
    },
    /// `base.name(args)`.
    MethodCall {
        /// A namespace, an import, a resource.
        base: Box<Expr>,
        /// The function.
        name: Name,
        /// Arguments.
        args: Vec<Expr>,
    },
    /// `base.name`, `base.?name`.
    Property {
        /// What is looked into.
        base: Box<Expr>,
        /// With `?`.
        safe: bool,
        /// The member.
        name: Name,
    },
    /// `base[i]`, `base[?i]`, `base[^i]`, `base[?^i]`.
    Index {
        /// What is looked into.
        base: Box<Expr>,
        /// With `?`.
        safe: bool,
        /// With `^`.
        from_end: bool,
        /// Position or member name.
        index: Box<Expr>,
    },
    /// `parent::child`.
    Child {
        /// A resource.
        base: Box<Expr>,
        /// The symbolic name of a resource in its body.
        name: Name,
    },
    /// `x!`.
    NonNull(Box<Expr>),
    /// `x => e`, `(a, b) => e`.
    Lambda {
        /// Its parameters.
        params: Vec<Name>,
        /// What it computes.
        body: Box<Expr>,
    },
    /// `[for (item, index) in array: body]`.
    For(Box<For>),
    /// `if (condition) body`, as the value of a resource or module or the body of its loop.
    If {
        /// Between the parentheses.
        condition: Box<Expr>,
        /// An object.
        body: Box<Expr>,
    },
    /// `none` after `using`.
    None,
    /// Missing or unreadable. It was reported.
    Error,
}

/// A piece of a text with holes.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text, escapes resolved.
    Text {
        /// It.
        text: Arc<str>,
        /// Its characters, without quotes and marks of holes.
        span: Span,
    },
    /// What stands in a hole.
    Hole(Expr),
}

/// An item of an array.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A value.
    Value(Expr),
    /// `...value`.
    Spread(Spread),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Member {
    /// `key: value`.
    Property(Property),
    /// `...value`.
    Spread(Spread),
    /// A nested resource (its kind is [`StatementKind::Resource`]).
    Resource(Box<Statement>),
}

/// `key: value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// Its name.
    pub key: Key,
    /// Its value.
    pub value: Expr,
    /// Both.
    pub span: Span,
}

/// `...value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// What is spread.
    pub value: Expr,
    /// With the dots.
    pub span: Span,
}

/// The name of a member.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// A word, or a text without holes. The span has the quotes, the text has not.
    Name(Name),
    /// A text with holes, or one that could not be read ([`ExprKind::Error`]).
    Computed(Box<Expr>),
}

/// A loop.
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// The name of the current item.
    pub item: Name,
    /// The name of its position.
    pub index: Option<Name>,
    /// What is looped over.
    pub array: Expr,
    /// What is made for each item.
    pub body: Expr,
}

/// Operators before their operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `!`.
    Not,
    /// `-`.
    Minus,
}

/// Operators between operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `%`.
    Modulo,
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `=~`.
    EqualIgnoringCase,
    /// `!~`.
    NotEqualIgnoringCase,
    /// `&&`.
    And,
    /// `||`.
    Or,
    /// `??`.
    Coalesce,
}

impl Key {
    /// Its characters, quotes included.
    pub fn span(&self) -> Span {
        match self {
            Self::Name(name) => name.span,
            Self::Computed(expr) => expr.span,
        }
    }

    /// Its text, where it has no holes.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(&name.text),
            Self::Computed(_) => None,
        }
    }
}

impl Item {
    /// Its characters.
    pub fn span(&self) -> Span {
        match self {
            Self::Value(value) => value.span,
            Self::Spread(spread) => spread.span,
        }
    }
}

impl Member {
    /// Its characters.
    pub fn span(&self) -> Span {
        match self {
            Self::Property(property) => property.span,
            Self::Spread(spread) => spread.span,
            Self::Resource(statement) => statement.span,
        }
    }
}

impl Part {
    /// Its characters.
    pub fn span(&self) -> Span {
        match self {
            Self::Text { span, .. } => *span,
            Self::Hole(expr) => expr.span,
        }
    }
}

impl Expr {
    /// The text of a text without holes.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same without parentheses around it.
    pub fn unparenthesized(&self) -> &Self {
        let mut expr = self;
        while let ExprKind::Parenthesized(inner) = &expr.kind {
            expr = inner;
        }
        expr
    }
}

impl BinaryOperator {
    /// As written.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::EqualIgnoringCase => "=~",
            Self::NotEqualIgnoringCase => "!~",
            Self::And => "&&",
            Self::Or => "||",
            Self::Coalesce => "??",
        }
    }
}
