//! A Bicep tree to the template that the official compiler would make of it, every part with its place in Bicep.
//! Source: part C5 of the language reference.

mod access;
mod build;
mod catalog;
mod context;
mod depends;
mod expressions;
mod functions;
mod ids;
mod imports;
mod inline;
mod json_path;
mod json_path_text;
mod load;
mod load_data;
mod load_yaml;
mod model;
mod modules;
mod params;
mod resources;
mod scopes;
mod sections;
mod session;
mod signature;
mod surroundings;
mod symbolic;
mod types;
mod unit;
mod walk;

use std::sync::Arc;

use crate::ir::Template;
use crate::syntax::bicep::File;

use session::Session;

pub use params::{AssignedValue, Assignment, ExternalInput, ParameterAssignments};
pub use session::Memory;
pub use signature::{Declared, Signature, signature};
pub use surroundings::{
    CompiledModule, EnvironmentVariable, LoadedFile, Reached, Surroundings, Unreached,
};

/// Lowers a `.bicep` file with all its modules. What is wrong stands in the `problems` of the templates.
pub fn lower_bicep(
    file: &Arc<File>,
    surroundings: &dyn Surroundings,
    memory: &Memory,
) -> Arc<Template> {
    Session::new(surroundings, memory).template(file)
}

/// Lowers a `.bicepparam` file.
pub fn lower_bicepparam(
    file: &Arc<File>,
    surroundings: &dyn Surroundings,
    memory: &Memory,
) -> ParameterAssignments {
    Session::new(surroundings, memory).parameters(file)
}
