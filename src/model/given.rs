//! Values that are given for parameters, before they are bound to a template.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::eval::Value;
use crate::ir::Expr;
use crate::text::Span;

/// A value given for a parameter, by a parameter file, the command line or a nested deployment.
#[derive(Clone, Debug)]
pub struct Given {
    /// The parameter, as spelled there.
    pub name: Arc<str>,
    /// Where the name or entry stands.
    pub place: Span,
    /// The value.
    pub value: GivenValue,
    /// An expression of a template made it: what is secret then is not known inside.
    pub computed: bool,
}

/// What was given.
#[derive(Clone, Debug)]
pub enum GivenValue {
    /// A value; its origin tells where from.
    Value(Value),
    /// A Key Vault secret.
    KeyVault {
        /// Id of the vault, where it is known.
        vault: Option<Value>,
        /// Name of the secret.
        secret: Option<Value>,
    },
    /// Whatever it may be: not even the default is known.
    Open,
    /// An `expression` of a parameter file, and the external inputs that file defines.
    Expression(Arc<ExternalExpression>),
}

/// An expression of a parameter file.
#[derive(Clone, Debug)]
pub struct ExternalExpression {
    /// The expression.
    pub expr: Expr,
    /// What the user gives for the `externalInputDefinitions` of its file, by key.
    pub inputs: Arc<BTreeMap<Arc<str>, Value>>,
}
