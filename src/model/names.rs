//! The names of one template: parameters, variables and functions, each value computed when it is first asked for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Arguments;
use std::rc::Rc;
use std::sync::Arc;

use super::given::Given;
use super::run::Run;
use super::scope::Site;
use super::trace::{Naming, name_parts};
use super::{binding, types};
use crate::eval::{
    ByName, Context, ContextOrigins, Failure, OriginKind, Place, Reason, Residual, Scope,
    SharedValues, Unknown, Value, evaluate_parts,
};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{
    Expr, ExprKind, Member, Name, PropertyLoop, ScopeKind, Template, UserFunction, VariableValue,
};
use crate::text::Span;

/// What is known of a name.
enum Slot {
    Waiting,
    Running,
    Done(Value),
}

/// A parameter or variable, by its position in the template.
struct Named {
    position: usize,
    slot: RefCell<Slot>,
}

/// The symbols of one template, and the scope values that its functions see.
pub(super) struct Names<'r> {
    pub(super) run: Rc<Run<'r>>,
    pub(super) template: Arc<Template>,
    pub(super) context: Context,
    /// Where those came from.
    pub(super) origins: ContextOrigins,
    /// The kind of scope that its functions see.
    pub(super) kind: ScopeKind,
    /// Values given for parameters.
    given: ByName<Arc<str>, Given>,
    parameters: ByName<Arc<str>, Named>,
    variables: ByName<Arc<str>, Named>,
    functions: ByName<Arc<str>, Arc<UserFunction>>,
    /// Set for nested deployments, to their place: a missing value is a failure there.
    pub(super) nested: Option<Span>,
    /// Set for the names of a `.bicepparam` file: what is given for its external inputs.
    pub(super) inputs: Option<BTreeMap<Arc<str>, Value>>,
    /// Scope values that were asked for, by the functions that give them.
    pub(super) kept: RefCell<BTreeMap<&'static str, Value>>,
    /// Values of expressions that stand at several places of the template.
    pub(super) shared: SharedValues,
    /// The chain of variables being computed, for the message about a cycle.
    chain: RefCell<Vec<Arc<str>>>,
}

impl<'r> Names<'r> {
    pub(super) fn new(
        run: Rc<Run<'r>>,
        template: Arc<Template>,
        kind: ScopeKind,
        (context, origins): (Context, ContextOrigins),
        given: Vec<Given>,
        nested: Option<Span>,
    ) -> Rc<Self> {
        Rc::new(Self::build(
            run,
            template,
            kind,
            (context, origins),
            given,
            nested,
        ))
    }

    /// The names of a `.bicepparam` file.
    pub(super) fn of_parameter_file(
        run: Rc<Run<'r>>,
        template: Arc<Template>,
        inputs: BTreeMap<Arc<str>, Value>,
    ) -> Rc<Self> {
        let kind = template.scope;
        let mut names = Self::build(run, template, kind, Default::default(), Vec::new(), None);
        names.inputs = Some(inputs);
        Rc::new(names)
    }

    fn build(
        run: Rc<Run<'r>>,
        template: Arc<Template>,
        kind: ScopeKind,
        (context, origins): (Context, ContextOrigins),
        given: Vec<Given>,
        nested: Option<Span>,
    ) -> Self {
        let named = |(position, name): (usize, &Name)| {
            let slot = RefCell::new(Slot::Waiting);
            (Arc::clone(&name.text), Named { position, slot })
        };
        let parameters = template.parameters.iter().map(|one| &one.name).enumerate();
        let variables = template.variables.iter().map(|one| &one.name).enumerate();
        let functions = template.functions.iter();
        Self {
            run,
            kind,
            context,
            origins,
            given: given
                .into_iter()
                .map(|given| (Arc::clone(&given.name), given))
                .collect(),
            parameters: parameters.map(named).collect(),
            variables: variables.map(named).collect(),
            functions: functions
                .map(|f| (Arc::clone(&f.name), Arc::clone(f)))
                .collect(),
            nested,
            inputs: None,
            kept: RefCell::default(),
            shared: SharedValues::default(),
            chain: RefCell::default(),
            template,
        }
    }

    /// Evaluates every parameter and variable, used or not.
    pub(super) fn evaluate_all(self: &Rc<Self>) {
        for parameter in &self.template.parameters {
            let _ = self.parameter(&parameter.name.text, parameter.name.place);
        }
        for variable in &self.template.variables {
            let _ = self.variable(&variable.name.text, variable.name.place);
        }
        if self.nested.is_some() {
            let unknown = |given: &&Given| self.parameters.get(&given.name).is_none();
            let mut unknown: Vec<&Given> = self.given.values().filter(unknown).collect();
            unknown.sort_by_key(|given| given.name.to_lowercase());
            for given in unknown {
                self.run.problem(Problem::error(
                    ProblemKind::NestedParameterType,
                    given.place,
                    format!("The nested template has no parameter '{}'", given.name),
                ));
            }
        }
    }

    /// The value given for a parameter.
    pub(super) fn given(&self, name: &str) -> Option<&Given> {
        self.given.get(name)
    }

    /// Value of a parameter.
    pub(super) fn parameter(self: &Rc<Self>, name: &str, at: Span) -> Result<Value, Failure> {
        let Some(named) = self.parameters.get(name) else {
            let message = format!("The template has no parameter '{name}'");
            return Err(Problem::error(ProblemKind::UndefinedParameter, at, message).into());
        };
        self.compute(named, name, at, |position| binding::value(self, position))
    }

    /// The value of a parameter, if it was asked for.
    pub(super) fn found(&self, name: &str) -> Option<Value> {
        match &*self.parameters.get(&name.to_lowercase())?.slot.borrow() {
            Slot::Done(value) => Some(value.clone()),
            Slot::Waiting | Slot::Running => None,
        }
    }

    /// Value of a variable.
    pub(super) fn variable(self: &Rc<Self>, name: &str, at: Span) -> Result<Value, Failure> {
        let Some(named) = self.variables.get(name) else {
            let message = format!("The template has no variable '{name}'");
            return Err(Problem::error(ProblemKind::UndefinedVariable, at, message).into());
        };
        self.compute(named, name, at, |position| self.compute_variable(position))
    }

    /// A user-defined function, by `namespace.name`.
    pub(super) fn function(&self, name: &str) -> Option<Arc<UserFunction>> {
        self.functions.get(name).cloned()
    }

    fn compute(
        &self,
        named: &Named,
        name: &str,
        at: Span,
        value: impl FnOnce(usize) -> Value,
    ) -> Result<Value, Failure> {
        match &*named.slot.borrow() {
            Slot::Done(value) => return Ok(value.clone()),
            Slot::Running => return Err(self.cycle(name, at)),
            Slot::Waiting => {}
        }
        *named.slot.borrow_mut() = Slot::Running;
        self.chain.borrow_mut().push(name.into());
        let value = value(named.position);
        self.chain.borrow_mut().pop();
        *named.slot.borrow_mut() = Slot::Done(value.clone());
        Ok(value)
    }

    fn cycle(&self, name: &str, at: Span) -> Failure {
        let chain = self.chain.borrow();
        let same = |other: &Arc<str>| crate::eval::equal_ignoring_case(other, name);
        let start = chain.iter().position(same).unwrap_or(0);
        let mut way: Vec<&str> = chain.iter().skip(start).map(|name| &**name).collect();
        way.push(name);
        let message = format!(
            "The definition of '{name}' needs itself: {}",
            way.join(" -> ")
        );
        Problem::error(ProblemKind::Cycle, at, message).into()
    }

    fn compute_variable(self: &Rc<Self>, position: usize) -> Value {
        let Some(variable) = self.template.variables.get(position) else {
            return Value::null();
        };
        let site = Site::of_names(self, Place::Variable);
        let (value, expr) = match &variable.value {
            VariableValue::Expr(expr) => (self.parts(expr, &site), Some(expr)),
            VariableValue::Loop {
                count,
                input,
                place,
            } => {
                let name = Expr {
                    kind: ExprKind::Text(Arc::clone(&variable.name.text)),
                    span: variable.name.place,
                };
                let whole = Expr {
                    kind: ExprKind::Object(vec![Member::Loop(Box::new(PropertyLoop {
                        name,
                        count: count.clone(),
                        input: input.clone(),
                        span: *place,
                    }))]),
                    span: *place,
                };
                let object = self.parts(&whole, &site);
                let made = object.as_object().and_then(|object| object.entries.first());
                let value = made.map_or_else(
                    || failed("variables", &variable.name.text),
                    |entry| entry.value.clone(),
                );
                (value, None)
            }
        };
        let naming = Naming {
            kind: OriginKind::Variable,
            name: &variable.name.text,
            place: variable.name.place,
        };
        name_parts(value, naming, expr)
    }

    /// A value whose failing parts are unknown, with their problems recorded.
    pub(super) fn parts(&self, expr: &Expr, site: &dyn Scope) -> Value {
        let problems = RefCell::default();
        let value = evaluate_parts(expr, site, &self.run.budget, &problems);
        for problem in problems.into_inner() {
            self.run.failure("a value", problem.into());
        }
        value
    }

    /// Checks a value against a declared type; problems stand at `place`.
    pub(super) fn check(
        &self,
        value: &Value,
        definition: &crate::ir::TypeDefinition,
        what: Arguments<'_>,
        place: Span,
    ) -> Vec<Problem> {
        types::check(value, definition, &self.template, what, place)
    }
}

/// What stands for a parameter or variable that could not be computed.
pub(super) fn failed(function: &str, name: &str) -> Value {
    let unknown = Unknown::new(Residual::named(function, name), Reason::Failed);
    Value::unknown(unknown, crate::eval::Origin::None)
}
