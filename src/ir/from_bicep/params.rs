//! A `.bicepparam` file to values for the parameters of its template.

use std::sync::Arc;

use super::Surroundings;
use crate::finding::Problem;
use crate::ir::{Expr, Name, Template};
use crate::syntax::bicep::File;
use crate::text::Span;

/// What a `.bicepparam` file says, with what it takes from the file that it extends.
#[derive(Clone, Debug)]
pub struct ParameterAssignments {
    /// The names that the values use: variables, functions, and each assignment as a parameter whose default is its value.
    pub names: Arc<Template>,
    /// The template of `using`, as written, and where; none with `using none`.
    pub using: Option<Name>,
    /// The values. Null means: use the default.
    pub assignments: Vec<Assignment>,
    /// Calls of `externalInput`: the values have `externalInputs('key')` in their place.
    pub external_inputs: Vec<ExternalInput>,
    /// What is wrong with the file, and with files that it reads.
    pub problems: Vec<Problem>,
}

/// A value for a parameter.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The parameter. Names match in their spelling.
    pub name: Name,
    /// Its value.
    pub value: AssignedValue,
}

/// A value for a parameter.
#[derive(Clone, Debug)]
pub enum AssignedValue {
    /// The default of the parameter of this name in `names`.
    Expr(Expr),
    /// `az.getSecret(..)`: the vault's id and the secret's name.
    KeyVault {
        /// The whole call.
        place: Span,
        /// The id of the vault.
        vault: Expr,
        /// The name of the secret.
        secret: Expr,
    },
}

/// A call of `externalInput`.
#[derive(Clone, Debug)]
pub struct ExternalInput {
    /// What `externalInputs` is called with: kind and running number.
    pub key: Arc<str>,
    /// The kind.
    pub kind: Arc<str>,
    /// The second argument.
    pub config: Option<Expr>,
    /// The call.
    pub place: Span,
}

/// Lowers a `.bicepparam` file.
pub fn lower_bicepparam(
    file: &Arc<File>,
    _surroundings: &dyn Surroundings,
) -> ParameterAssignments {
    ParameterAssignments {
        names: Arc::new(Template::empty(file.span)),
        using: None,
        assignments: Vec::new(),
        external_inputs: Vec::new(),
        problems: Vec::new(),
    }
}
