//! Text to trees with spans. Parsers are total: any text gives a tree and problems.

pub mod armexpr;
