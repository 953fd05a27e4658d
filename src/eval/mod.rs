//! Expressions to values. Total, deterministic, offline: no clock, no files, no environment.

mod context;
mod origin;
/// The algorithms behind the template functions.
pub mod pure;
mod scope;
mod value;

pub use context::{Cloud, Context};
pub use origin::{Origin, OriginKind, OriginStep};
pub use scope::{Failure, Place, Scope};
pub use value::{Array, Data, Entry, Object, Reason, Residual, Shade, Unknown, Value};
