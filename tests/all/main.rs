//! The integration tests, one module a subject, in one binary.

mod json_spans;
mod layering;
