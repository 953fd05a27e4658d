//! What would be deployed: resources with evaluated bodies, whatever they came from (working tree, git revision, live snapshot).

mod assignments;
mod binding;
mod declared;
mod deployed;
mod expand;
mod external;
mod given;
mod heads;
mod instance;
mod level;
mod library;
mod loops;
mod names;
mod names_ids;
mod nested;
mod outer;
mod outputs;
mod parameter_file;
mod plain;
mod references;
mod resources;
mod run;
mod scope;
#[cfg(test)]
mod tests;
mod trace;
mod types;
mod whereabouts;
mod woven;

pub use expand::{Loaded, Loader, NoFiles, Request, expand, expand_in_part};
pub use external::{BadInputs, ExternalInputs};
pub use given::{ExternalExpression, Given, GivenValue};
pub use library::{ALIASES_FILE, Library, Places, Shelf, template_of};
pub use parameter_file::{ParameterFile, check_given, read_command_line, read_parameter_file};
pub use woven::weave;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use crate::ir::{ScopeKind, TypeName};

use crate::eval::{Object, Reason, Value};
use crate::finding::Problem;
use crate::text::Span;

/// One evaluated template, or one snapshot of what is there.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// All resources that would be deployed, nested deployments flattened, dependencies first, else in source order.
    pub resources: Vec<Resource>,
    /// Outputs in source order.
    pub outputs: Vec<Output>,
    /// Failures and warnings of parsing, binding and evaluation.
    pub problems: Vec<Problem>,
    /// What could not be decided and may hide a change or refusal.
    pub not_evaluated: Vec<NotEvaluated>,
    /// What could not be read or evaluated and may have resources in it.
    pub gaps: Vec<NotEvaluated>,
    /// Parameters of the template; a snapshot has none.
    pub parameters: Vec<Declared>,
    /// Where values of secure parameters, and secure parts of values, are written.
    pub secrets: BTreeSet<Span>,
}

/// A parameter of the template that was evaluated.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Name as declared.
    pub name: Arc<str>,
    /// Its type, where it is one of the language.
    pub kind: Option<TypeName>,
    /// The places at which its value as a whole may stand: the default, what a file or the command line gives.
    pub places: Vec<Span>,
    /// Its value, where it has parts.
    pub value: Option<Value>,
}

/// One resource with its evaluated body.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Full resource id: text, or unknown.
    pub id: Value,
    /// Full type, spelled as in the source.
    pub resource_type: Arc<str>,
    /// Full name (`cluster/pool`): text, or unknown.
    pub name: Value,
    /// API version: text, or unknown.
    pub api_version: Value,
    /// An unknown condition; none where it is true.
    pub condition: Option<Value>,
    /// All further top-level members (`location`, `sku`, `properties` ..) in the order in which they are printed.
    pub body: Object,
    /// Lower-case ids of resources of the same plan that this one waits for.
    pub depends_on: Vec<String>,
    /// The characters of the resource's name in the source (an array item of a live file: its name or the item).
    pub name_place: Span,
    /// The whole declaration.
    pub place: Span,
    /// Names of the nested deployments it stands in, outermost first.
    pub modules: Vec<String>,
}

/// One output.
#[derive(Clone, Debug)]
pub struct Output {
    /// Name as declared.
    pub name: Arc<str>,
    /// Value, or unknown.
    pub value: Value,
    /// Declared as secureString or secureObject.
    pub secure: bool,
}

/// Something that was not decided.
#[derive(Clone, Debug)]
pub struct NotEvaluated {
    /// What: a nested deployment, a count, a property.
    pub what: String,
    /// Why.
    pub reason: Reason,
    /// Where.
    pub place: Span,
}
