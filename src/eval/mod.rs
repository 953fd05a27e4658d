//! Expressions to values. Total, deterministic, offline: no clock, no files, no environment.

mod access;
mod budget;
mod by_name;
mod context;
mod equality;
mod from_json;
mod functions;
mod interpret;
mod origin;
mod print;
/// The algorithms behind the template functions.
pub mod pure;
mod residual;
mod scope;
mod scope_only;
mod shared;
#[cfg(test)]
mod tests;
mod value;

pub use budget::Budget;
pub use by_name::ByName;
pub use context::{Cloud, Context, ContextOrigins};
pub use equality::equal;
pub use from_json::from_json;
pub(crate) use from_json::scalar;
pub use interpret::{evaluate, evaluate_parts};
pub use origin::{Origin, OriginKind, OriginStep};
pub use print::report;
pub use pure::{
    equals_ignore_case as equal_ignoring_case, fold_case as folded, json_float_text as float_text,
    to_lower as lower_text,
};
pub use residual::{bracketed, bracketed_residual, expression, residual_text};
pub use scope::{Failure, Place, Scope};
pub use scope_only::hangs_on_scope_only;
pub use shared::SharedValues;
pub use value::{Array, Data, Entry, Object, Reason, Residual, Shade, TypeHint, Unknown, Value};
