//! What an expression sees from the place where it stands: the names of its template, the loops around it, the plan so far.

use std::rc::Rc;
use std::sync::Arc;

use super::given::ExternalExpression;
use super::instance::Instance;
use super::level::Level;
use super::loops::{self, Loops};
use super::names::Names;
use super::references;
use crate::eval::{Context, ContextOrigins, Failure, Place, Scope, SharedValues, Value};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{ScopeKind, TypeDefinition, UserFunction};
use crate::text::Span;

/// A place of a template.
pub(super) struct Site<'s, 'r> {
    pub(super) names: &'s Rc<Names<'r>>,
    pub(super) place: Place,
    pub(super) loops: Loops,
    /// The deployment whose resources `reference` can name; none where run-time functions are not allowed.
    pub(super) level: Option<Rc<Level<'r>>>,
    /// The resource that the place belongs to: it cannot refer to itself.
    pub(super) own: Option<Rc<Instance<'r>>>,
    /// Set in an expression of a parameter file.
    external: Option<&'s ExternalExpression>,
}

impl<'s, 'r> Site<'s, 'r> {
    /// A parameter's default or a variable.
    pub(super) fn of_names(names: &'s Rc<Names<'r>>, place: Place) -> Self {
        Self {
            names,
            place,
            loops: None,
            level: None,
            own: None,
            external: None,
        }
    }

    /// An expression of a parameter file.
    pub(super) fn of_parameter_file(
        names: &'s Rc<Names<'r>>,
        external: &'s ExternalExpression,
    ) -> Self {
        Self {
            external: Some(external),
            ..Self::of_names(names, Place::ParameterFile)
        }
    }

    /// A resource or an output of a deployment.
    pub(super) fn of_level(level: &'s Rc<Level<'r>>, place: Place, loops: Loops) -> Self {
        Self {
            level: Some(Rc::clone(level)),
            loops,
            ..Self::of_names(&level.names, place)
        }
    }
}

impl Scope for Site<'_, '_> {
    fn parameter(&self, name: &str, at: Span) -> Result<Value, Failure> {
        if self.external.is_some() {
            let message = "An expression of a parameter file cannot use parameters";
            return Err(Problem::error(ProblemKind::ContextNotAllowed, at, message).into());
        }
        self.names.parameter(name, at)
    }

    fn variable(&self, name: &str, at: Span) -> Result<Value, Failure> {
        if self.external.is_some() {
            let message = "An expression of a parameter file cannot use variables";
            return Err(Problem::error(ProblemKind::ContextNotAllowed, at, message).into());
        }
        self.names.variable(name, at)
    }

    fn copy_index(&self, name: Option<&str>, at: Span) -> Result<Value, Failure> {
        loops::find(&self.loops, name).ok_or_else(|| {
            let message = match name {
                Some(name) => format!("There is no loop '{name}' around this place"),
                None => "There is no resource or output loop around this place".to_owned(),
            };
            Problem::error(ProblemKind::CopyInvalid, at, message).into()
        })
    }

    fn user_function(&self, name: &str) -> Option<Arc<UserFunction>> {
        self.names.function(name)
    }

    fn context(&self) -> &Context {
        &self.names.context
    }

    fn context_origins(&self) -> Option<&ContextOrigins> {
        Some(&self.names.origins)
    }

    fn kept(&self, name: &'static str, make: &dyn Fn() -> Value) -> Value {
        let kept = self.names.kept.borrow().get(name).cloned();
        kept.unwrap_or_else(|| {
            let made = make();
            self.names.kept.borrow_mut().insert(name, made.clone());
            made
        })
    }

    fn shared(&self) -> Option<&SharedValues> {
        Some(&self.names.shared)
    }

    fn scope_kind(&self) -> ScopeKind {
        self.names.kind
    }

    fn content_version(&self) -> Option<Arc<str>> {
        self.names.template.content_version.clone()
    }

    fn check_type(
        &self,
        definition: &TypeDefinition,
        value: &Value,
        what: &str,
        at: Span,
    ) -> Result<(), Failure> {
        let mut problems = self
            .names
            .check(value, definition, format_args!("{what}"), at)
            .into_iter();
        problems
            .next()
            .map_or(Ok(()), |problem| Err(problem.into()))
    }

    fn place(&self) -> Place {
        match self.names.inputs {
            Some(_) => Place::ParameterFile,
            None => self.place,
        }
    }

    fn runtime(&self, name: &str, args: &[Value], at: Span) -> Result<Option<Value>, Failure> {
        Ok(references::serve(self, name, args, at))
    }

    fn external_input(&self, key: &str) -> Option<Value> {
        let own = self.external.and_then(|external| external.inputs.get(key));
        let of_file = || self.names.inputs.as_ref()?.get(key);
        own.or_else(of_file).cloned()
    }
}
