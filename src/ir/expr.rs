//! Expressions and the literals around them: the right-hand sides of a template.

use std::sync::Arc;

use crate::text::Span;

/// One node of a right-hand side, with the place it was written at.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its characters. Inside a JSON string these are mapped through the escapes to the file.
    pub span: Span,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// JSON null.
    Null,
    /// JSON true or false.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// A larger integer, digits as written.
    BigInt(Arc<str>),
    /// A JSON number with fraction or exponent.
    Float(f64),
    /// Text that is not an expression, escapes resolved (`[[x]` is `[x]` here).
    Text(Arc<str>),
    /// A JSON array, or `[a, b]` of Bicep.
    Array(Vec<Expr>),
    /// A JSON object, or `{..}` of Bicep.
    Object(Vec<Member>),
    /// `name(args)`, or `namespace.name(args)` of a user-defined function.
    Call {
        /// Name as written, the namespace included.
        name: Arc<str>,
        /// The characters of the name.
        name_span: Span,
        /// Arguments.
        args: Box<[Expr]>,
    },
    /// `base.name`.
    Property {
        /// What is looked into.
        base: Box<Expr>,
        /// Member name as written.
        name: Arc<str>,
        /// Its characters.
        name_span: Span,
    },
    /// `base[index]`.
    Index {
        /// What is looked into.
        base: Box<Expr>,
        /// Position or member name.
        index: Box<Expr>,
    },
    /// Text of the shape `[..]` that does not parse. Evaluating it fails with this message; where it is never evaluated, it passes.
    Invalid(Arc<str>),
    /// An expression that stands at several places of the template: what a name of another language stands for there.
    Shared(Arc<Expr>),
    /// A value from a file that is not at hand. It prints as `function('name')`.
    Absent(Box<Absent>),
}

/// A value from a file that is not at hand.
#[derive(Clone, Debug)]
pub struct Absent {
    /// `variables`, say.
    pub function: Arc<str>,
    /// Its argument.
    pub name: Arc<str>,
    /// The file.
    pub file: Arc<str>,
}

/// Whether a call of this name is one of a user-defined function: names of functions of the language have no namespace.
pub fn is_user_defined(name: &str) -> bool {
    name.contains('.')
}

impl Expr {
    /// The expression itself, where it is shared.
    pub fn own(&self) -> &Self {
        let mut expr = self;
        while let ExprKind::Shared(inner) = &expr.kind {
            expr = inner;
        }
        expr
    }
}

/// A member of an object.
#[derive(Clone, Debug)]
pub enum Member {
    /// `key: value`; the key is `Text` or an expression.
    Entry {
        /// Name, as text or expression.
        key: Expr,
        /// Value.
        value: Expr,
    },
    /// One element of a property `copy`: gives the member `name` with an array.
    Loop(Box<PropertyLoop>),
}

/// `{name, count, input}` of a property or variable copy.
#[derive(Clone, Debug)]
pub struct PropertyLoop {
    /// Name of the member and of the loop.
    pub name: Expr,
    /// How many.
    pub count: Expr,
    /// Evaluated once for each index.
    pub input: Expr,
    /// The whole loop object.
    pub span: Span,
}
