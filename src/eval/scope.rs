//! What an expression can ask of the place where it stands.

use std::sync::Arc;

use crate::finding::Problem;
use crate::text::Span;

use super::{Context, ContextOrigins, Residual, SharedValues, Value};

/// Why a value could not be computed. Becomes a finding; the value becomes unknown and the rest goes on.
#[derive(Clone, Debug)]
pub struct Failure(pub Box<Problem>);

impl Failure {
    /// With a sentence on what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem))
    }
}

/// In which part of a template an expression stands: decides which functions are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The default of a parameter: only here `utcNow` and `newGuid`.
    ParameterDefault,
    /// A variable: no run-time functions.
    Variable,
    /// The body of a user-defined function.
    UserFunction,
    /// A resource's condition, copy count, name, type, apiVersion or scope: nothing of run time that decides what there is.
    ResourceHead,
    /// The rest of a resource.
    ResourceBody,
    /// An output.
    Output,
    /// An `expression` of a parameter file.
    ParameterFile,
}

/// The names that an expression can use. Implemented by the template evaluator, which computes lazily and guards against cycles.
pub trait Scope {
    /// Value of a parameter; names match in any case.
    fn parameter(&self, name: &str, at: Span) -> Result<Value, Failure>;

    /// Value of a variable; names match in any case.
    fn variable(&self, name: &str, at: Span) -> Result<Value, Failure>;

    /// Index of a copy loop: of the innermost resource or output loop without a name.
    fn copy_index(&self, name: Option<&str>, at: Span) -> Result<Value, Failure>;

    /// A user-defined function, by `namespace.name` in any case.
    fn user_function(&self, name: &str) -> Option<Arc<crate::ir::UserFunction>>;

    /// Scope values.
    fn context(&self) -> &Context;

    /// Where the scope values came from, in a nested deployment.
    fn context_origins(&self) -> Option<&ContextOrigins> {
        None
    }

    /// A scope value that `make` makes alike wherever it is asked for: where there is a place to keep it, it is made once.
    fn kept(&self, _name: &'static str, make: &dyn Fn() -> Value) -> Value {
        make()
    }

    /// Where values of expressions are kept that stand at several places.
    fn shared(&self) -> Option<&SharedValues> {
        None
    }

    /// Kind of the deployment scope.
    fn scope_kind(&self) -> crate::ir::ScopeKind;

    /// `contentVersion` of the template, where it is plain text.
    fn content_version(&self) -> Option<Arc<str>> {
        None
    }

    /// Checks an argument or a result of a user-defined function against its declared type.
    fn check_type(
        &self,
        definition: &crate::ir::TypeDefinition,
        value: &Value,
        what: &str,
        at: Span,
    ) -> Result<(), Failure>;

    /// Part of the template.
    fn place(&self) -> Place;

    /// What a run-time function (`reference`, `references`, `resourceInfo`, `list*` ..) gives from the same plan.
    /// None: it stays open, as the residual call.
    fn runtime(&self, name: &str, args: &[Value], at: Span) -> Result<Option<Value>, Failure>;

    /// `externalInputs('key')` of a parameter file, if it was supplied.
    fn external_input(&self, key: &str) -> Option<Value>;

    /// How a name that stays open prints here, where it is not the name as written
    /// (an outer nested deployment prints its parent's names, a nested parameter may print `unknown()`).
    fn residual(&self, call: Residual) -> Residual {
        call
    }
}
