//! Expressions to values. Total, deterministic, offline: no clock, no files, no environment.

mod budget;
mod context;
mod from_json;
mod number;
mod origin;
mod pending;
/// The algorithms behind the template functions.
pub mod pure;
mod residual;
mod scope;
mod text;
mod value;

pub use budget::Budget;
pub use context::{Cloud, Context};
pub use from_json::from_json;
pub use number::float_text;
pub use origin::{Origin, OriginKind, OriginStep};
pub use pending::{evaluate, evaluate_parts};
pub use residual::{expression, residual_text};
pub use scope::{Failure, Place, Scope};
pub use text::{equal_ignoring_case, folded};
pub use value::{Array, Data, Entry, Object, Reason, Residual, Shade, Unknown, Value};
