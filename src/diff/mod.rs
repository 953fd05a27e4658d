//! Before and after, compared; knows no service.

mod compare;
mod member;
mod provenance;
mod scalar;

pub use compare::{Sameness, WhyUnknown, compare_member};
pub use member::{Compare, Comparison, MemberFacts, NoFacts, Omitted, ServiceDefault};
pub use provenance::{Located, locate, trace};
