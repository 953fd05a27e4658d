//! Before and after, compared; knows no service.

mod arrays;
mod change;
mod children;
mod compare;
mod delta;
mod generic;
mod member;
mod pair;
mod provenance;
mod resources;
mod scalar;

pub use change::{Change, ChangeType, Delta, PropertyChangeType, UnknownMember};
pub use children::ChildArray;
pub use compare::{Sameness, WhyUnknown, compare_member};
pub use member::{Compare, Comparison, MemberFacts, NoFacts, Omitted, ServiceDefault};
pub use provenance::{Located, locate, locate_text, trace};
pub use resources::{Sides, compare};

#[cfg(test)]
mod tests;
