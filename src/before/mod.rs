//! What is compared with where it is no template: snapshots of what is there, in every form that Azure's tools print.
//! A git revision and another template need nothing of their own: they are evaluated like the template itself.

mod error;
mod forms;
mod json;
mod live;
mod resource;
mod spellings;

pub use error::LiveError;
pub use live::Live;

#[cfg(test)]
mod tests;
