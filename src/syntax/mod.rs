//! Text to trees with spans. Parsers here never fail: a tree comes out of any text, and problems beside it.

pub mod armexpr;
pub mod bicep;
pub mod json;
