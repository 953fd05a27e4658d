//! The one form of a template, whatever language it was written in. After it nobody asks "Bicep or JSON?".

mod expr;
mod from_armexpr;

pub use expr::{Expr, ExprKind, Member, PropertyLoop};
pub use from_armexpr::{from_node, from_string};

use std::sync::Arc;

use crate::text::Span;

/// A user-defined function.
#[derive(Clone, Debug)]
pub struct UserFunction {
    /// Namespace and name as declared, `ns.name`.
    pub name: Arc<str>,
    /// Parameter names and their type constraints.
    pub parameters: Vec<(Arc<str>, TypeDefinition)>,
    /// The declared type of the result.
    pub output_type: TypeDefinition,
    /// The body.
    pub body: Expr,
    /// The declaration.
    pub span: Span,
}

/// Type and constraints of a parameter, an output or a part of one.
#[derive(Clone, Debug, Default)]
pub struct TypeDefinition {
    /// Declared type as written; none with `$ref`, or where any type is allowed.
    pub type_name: Option<Arc<str>>,
}
