//! The whole pipeline: request to outcome.

mod failure;
mod pairing;
mod request;
mod targets;

pub use failure::Failure;
pub use request::{ConfigChoice, Request, Task};
