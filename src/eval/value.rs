//! Values: JSON data in which any part may be unknown, secret or assumed, each part with its origin.

use std::sync::Arc;

use crate::ir::Expr;
use crate::text::Span;

use super::Origin;

/// A value with its origin. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Value {
    /// The data.
    pub data: Data,
    /// Where it came from.
    pub origin: Origin,
    /// Set on known data that must not be printed, or that is only assumed.
    pub shade: Option<Arc<Shade>>,
}

/// JSON data, or unknown.
#[derive(Clone, Debug)]
pub enum Data {
    /// null.
    Null,
    /// true or false.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// A larger integer, digits as written.
    BigInt(Arc<str>),
    /// A number with fraction or exponent.
    Float(f64),
    /// Text.
    String(Arc<str>),
    /// An array; its items may be unknown.
    Array(Arc<Array>),
    /// An object; its values may be unknown.
    Object(Arc<Object>),
    /// Not known offline.
    Unknown(Arc<Unknown>),
}

/// An array.
#[derive(Clone, Debug, Default)]
pub struct Array {
    /// Items.
    pub items: Vec<Value>,
    /// Whether an item, at any depth, is unknown.
    pub has_unknown: bool,
    /// Whether an item, at any depth, has a shade.
    pub has_shade: bool,
}

/// An object; members in source order. Two members whose names differ only in case can stand side by side.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// Members.
    pub entries: Vec<Entry>,
    /// Whether a value, at any depth, is unknown (or the object is open).
    pub has_unknown: bool,
    /// Whether a value, at any depth, has a shade.
    pub has_shade: bool,
}

/// A member of an object.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Name.
    pub key: Arc<str>,
    /// The characters of the name in the source, where it stands in one.
    pub key_place: Option<Span>,
    /// An unknown name: the expression to print instead of `key` (which then holds its printed form `[..]`).
    pub unknown_key: bool,
    /// Value.
    pub value: Value,
}

/// Something not known offline.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// The partially evaluated expression, as it is printed.
    pub residual: Residual,
    /// Why it is unknown.
    pub reason: Reason,
    /// Computed from a secret.
    pub secret: bool,
    /// `if(unknown, x, y)`: both alternatives, where they could be evaluated.
    pub branches: Option<Box<(Value, Value)>>,
}

/// Known data with a reservation.
#[derive(Clone, Debug)]
pub struct Shade {
    /// Comes from the default of a secure parameter: decides like ordinary text, but is printed as `residual`.
    pub secret: bool,
    /// Concluded from a member that a resource of the same plan does not set: printed by `expand`, unknown to plans and rules.
    pub assumed: bool,
    /// The expression to print instead.
    pub residual: Residual,
}

/// An expression after everything known in it was folded.
#[derive(Clone, Debug)]
pub enum Residual {
    /// A folded value; containers print as `createObject(..)` and `createArray(..)`.
    Value(Value),
    /// Not evaluated, printed as written.
    Source(Arc<Expr>),
    /// A call, name as the author wrote it.
    Call(Arc<str>, Vec<Residual>),
    /// `base.name`.
    Property(Box<Residual>, Arc<str>),
    /// `base[index]`.
    Index(Box<Residual>, Box<Residual>),
}

/// Why something is unknown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A parameter without a value.
    Parameter(Arc<str>),
    /// A function that only Azure can answer (`reference`, `list*` ..).
    Runtime(Arc<str>),
    /// A scope value that was not given (`subscription()`, `resourceGroup()` ..).
    Scope(Arc<str>),
    /// `utcNow`, `newGuid`.
    Clock(Arc<str>),
    /// A Key Vault reference or another secret.
    Secret,
    /// An external input without a value.
    ExternalInput(Arc<str>),
    /// A linked template or module that was not read.
    Module(Arc<str>),
    /// The value failed to evaluate; the failure is reported once, where it happened.
    Failed,
    /// A loop whose count is unknown.
    Count,
    /// A bound of the evaluator was reached.
    Limit,
}
