//! Before and after, compared; knows no service.

mod member;

pub use member::{Compare, Comparison, MemberFacts, NoFacts, Omitted, ServiceDefault};
