//! Right-hand sides to values: literals, containers with property loops, member access; calls go to `functions`.

use std::cell::RefCell;
use std::sync::Arc;

use super::budget::{MAX_VALUE_DEPTH, MAX_VALUE_WEIGHT};
use super::shared::Seen;
use super::value::{Data, Entry, Reason, Residual, Unknown, Value};
use super::{Budget, Failure, Origin, OriginKind, Scope, access, functions, residual};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{Expr, ExprKind, Member, PropertyLoop};
use crate::text::Span;

/// Most repetitions of a copy loop.
const MAX_COPY: i64 = 800;

/// Stack that must be free for one level, and what is added where it is not.
const RED_ZONE: usize = 256 << 10;
const STACK_PIECE: usize = 2 << 20;

/// The value of a right-hand side; the first failure ends it.
pub fn evaluate(expr: &Expr, scope: &dyn Scope, budget: &Budget) -> Result<Value, Failure> {
    Interpreter::new(scope, budget).eval(expr)
}

/// The value of a right-hand side in which failing parts are unknown, with their problems beside it.
pub fn evaluate_parts(
    expr: &Expr,
    scope: &dyn Scope,
    budget: &Budget,
    problems: &RefCell<Vec<Problem>>,
) -> Value {
    let interpreter = Interpreter {
        problems: Some(problems),
        ..Interpreter::new(scope, budget)
    };
    let value = interpreter.part(expr).and_then(|value| {
        // Who takes it goes through all of it, also where it is one part many times.
        budget.size(value.weight() as usize, expr.span)?;
        Ok(value)
    });
    value.unwrap_or_else(|failure| interpreter.failed(expr, failure))
}

/// What an expression can see. Cheap to copy and change for a part of the expression.
#[derive(Clone, Copy)]
pub(super) struct Interpreter<'a> {
    pub(super) scope: &'a dyn Scope,
    pub(super) budget: &'a Budget,
    /// Lambda variables, innermost first.
    pub(super) locals: Option<&'a Locals<'a>>,
    /// The property loop around, if there is one: they do not nest.
    pub(super) property_loop: Option<&'a LoopIndex<'a>>,
    /// User-defined functions being called.
    pub(super) active: Option<&'a Active<'a>>,
    /// Where failing parts of containers are recorded; without it the first failure ends all.
    pub(super) problems: Option<&'a RefCell<Vec<Problem>>>,
}

/// Lambda variables of one call of a lambda.
pub(super) struct Locals<'a> {
    pub(super) names: &'a [Arc<str>],
    pub(super) values: &'a [Value],
    pub(super) outer: Option<&'a Locals<'a>>,
}

/// The index of a property or variable loop.
pub(super) struct LoopIndex<'a> {
    name: &'a str,
    index: i64,
    place: Span,
}

/// A user-defined function that is being called.
pub(super) struct Active<'a> {
    pub(super) name: &'a str,
    pub(super) outer: Option<&'a Active<'a>>,
}

impl<'a> Interpreter<'a> {
    pub(super) fn new(scope: &'a dyn Scope, budget: &'a Budget) -> Self {
        Self {
            scope,
            budget,
            locals: None,
            property_loop: None,
            active: None,
            problems: None,
        }
    }

    /// The same, but a failure ends the evaluation: inside calls.
    pub(super) fn strict(&self) -> Self {
        Self {
            problems: None,
            ..*self
        }
    }

    pub(super) fn eval(&self, expr: &Expr) -> Result<Value, Failure> {
        let _level = self.budget.enter(expr.span)?;
        match &expr.kind {
            // Variables and functions that need each other nest deeper than a thread's stack may be.
            ExprKind::Call { .. } | ExprKind::Array(_) | ExprKind::Object(_) => {
                stacker::maybe_grow(RED_ZONE, STACK_PIECE, || self.eval_here(expr))
            }
            _ => self.eval_here(expr),
        }
    }

    fn eval_here(&self, expr: &Expr) -> Result<Value, Failure> {
        let literal = |data| Ok(Value::new(data, Origin::Literal(expr.span)));
        match &expr.kind {
            ExprKind::Null => literal(Data::Null),
            ExprKind::Bool(value) => literal(Data::Bool(*value)),
            ExprKind::Int(value) => literal(Data::Int(*value)),
            ExprKind::BigInt(digits) => literal(Data::BigInt(Arc::clone(digits))),
            ExprKind::Float(value) => literal(Data::Float(*value)),
            ExprKind::Text(text) => literal(Data::String(Arc::clone(text))),
            ExprKind::Array(items) => self.array(items, expr.span),
            ExprKind::Object(members) => self.object(members, expr.span),
            ExprKind::Call { .. } => functions::call(&self.strict(), expr),
            ExprKind::Property {
                base,
                name,
                name_span,
            } => {
                let base = self.strict().eval(base)?;
                let key = Value::text(Arc::clone(name), Origin::Literal(*name_span));
                access::get(&base, &key, *name_span)
            }
            ExprKind::Index { base, index } => {
                let key_place = index.span;
                let strict = self.strict();
                let base = strict.eval(base)?;
                let key = strict.eval(index)?;
                access::get(&base, &key, key_place)
            }
            ExprKind::Invalid(message) => {
                Err(Problem::error(ProblemKind::ExpressionSyntax, expr.span, &**message).into())
            }
            ExprKind::Shared(inner) => self.shared(inner),
            ExprKind::Absent(absent) => {
                let residual = Residual::named(&absent.function, &absent.name);
                let unknown = Unknown::new(residual, Reason::Module(Arc::clone(&absent.file)));
                Ok(Value::unknown(unknown, Origin::Literal(expr.span)))
            }
        }
    }

    /// What stands at several places: evaluated once, where that makes no difference.
    fn shared(&self, inner: &Arc<Expr>) -> Result<Value, Failure> {
        // Where problems are recorded, a part that fails is unknown, and elsewhere it is a failure.
        let kept = self.scope.shared().filter(|_| self.problems.is_none());
        match kept.map(|kept| kept.get(inner)) {
            None | Some(Seen::Varying) => self.eval(inner),
            Some(Seen::Value(value)) => Ok(value),
            Some(Seen::Never) => {
                let value = self.eval(inner)?;
                if let Some(kept) = kept {
                    kept.keep(inner, &value);
                }
                Ok(value)
            }
        }
    }

    /// A part of a container: where problems are recorded, a failure makes it unknown.
    fn part(&self, expr: &Expr) -> Result<Value, Failure> {
        match self.eval(expr) {
            Err(failure) if self.problems.is_some() => Ok(self.failed(expr, failure)),
            other => other,
        }
    }

    fn failed(&self, expr: &Expr, failure: Failure) -> Value {
        self.record(failure);
        let unknown = Unknown::new(self.as_written(expr), Reason::Failed);
        Value::unknown(unknown, Origin::Literal(expr.span))
    }

    /// Keeps a problem; a reached bound is told once.
    fn record(&self, failure: Failure) {
        let Some(problems) = self.problems else {
            return;
        };
        let mut problems = problems.borrow_mut();
        let known = failure.0.kind == ProblemKind::LimitExceeded
            && problems
                .iter()
                .any(|old| old.kind == failure.0.kind && old.message == failure.0.message);
        if !known {
            problems.push(*failure.0);
        }
    }

    fn array(&self, items: &[Expr], span: Span) -> Result<Value, Failure> {
        self.budget.size(items.len() * size_of::<Value>(), span)?;
        let items = items
            .iter()
            .map(|item| self.part(item))
            .collect::<Result<Vec<_>, _>>()?;
        bounded(Value::array(items, Origin::Literal(span)), span)
    }

    fn object(&self, members: &[Member], span: Span) -> Result<Value, Failure> {
        self.budget.size(members.len() * size_of::<Entry>(), span)?;
        let mut builder = Members::new(members.len());
        for member in members {
            let added = match member {
                Member::Entry { key, value } => self.entry(&mut builder, key, value),
                Member::Loop(property_loop) => self.property_loop(&mut builder, property_loop),
            };
            match added {
                Err(failure) if self.problems.is_some() => self.record(failure),
                other => other?,
            }
        }
        let object = Value::object(builder.entries, Origin::Literal(span));
        bounded(object, span)
    }

    fn entry(&self, builder: &mut Members, key: &Expr, value: &Expr) -> Result<(), Failure> {
        if let ExprKind::Text(name) = &key.kind {
            let value = self.part(value)?;
            builder.replace(Entry {
                key: Arc::clone(name),
                key_place: Some(key.span),
                unknown_key: false,
                value,
            });
            return Ok(());
        }
        let name = self.strict().eval(key)?;
        let entry = match &name.data {
            Data::String(text) if !name.has_secret() => Entry {
                key: Arc::clone(text),
                key_place: Some(key.span),
                unknown_key: false,
                value: self.part(value)?,
            },
            Data::String(_) | Data::Unknown(_) => Entry {
                key: residual::bracketed(&name).into(),
                key_place: Some(key.span),
                unknown_key: true,
                value: self.part(value)?,
            },
            _ => {
                let text = format!(
                    "A member name must be a string, this is {}",
                    name.type_name()
                );
                return Err(Problem::error(ProblemKind::ArgumentType, key.span, text).into());
            }
        };
        builder.add(entry, key.span)
    }

    fn property_loop(&self, builder: &mut Members, this: &PropertyLoop) -> Result<(), Failure> {
        if self.property_loop.is_some() {
            let text = "A copy loop inside the `input` of another one is not supported";
            return Err(
                Failure::from(Problem::error(ProblemKind::CopyInvalid, this.span, text))
                    .help("Use `map` in the inner place"),
            );
        }
        let strict = self.strict();
        let name = strict.eval(&this.name)?;
        let Some(name) = name.as_text() else {
            let text = format!(
                "The name of a copy loop must be a string, this is {}",
                name.type_name()
            );
            return Err(Problem::error(ProblemKind::CopyInvalid, this.name.span, text).into());
        };
        let count = strict.eval(&this.count)?;
        let value = match count.as_unknown() {
            Some(unknown) => {
                let residual = Residual::Call("unknown".into(), Vec::new());
                let mut open = Unknown::new(residual, Reason::Count);
                open.secret = unknown.secret;
                Value::unknown(open, count.origin.clone())
            }
            None => self.loop_items(this, name, &count)?,
        };
        let entry = Entry {
            key: Arc::clone(name),
            key_place: Some(this.name.span),
            unknown_key: false,
            value,
        };
        builder.add(entry, this.name.span)
    }

    /// The array that a loop gives.
    fn loop_items(
        &self,
        this: &PropertyLoop,
        name: &Arc<str>,
        count: &Value,
    ) -> Result<Value, Failure> {
        let repetitions = copy_count(count, this.count.span)?;
        let items = (0..repetitions)
            .map(|index| {
                let index = LoopIndex {
                    name,
                    index,
                    place: this.span,
                };
                let inner = Interpreter {
                    property_loop: Some(&index),
                    ..*self
                };
                inner.part(&this.input)
            })
            .collect::<Result<Vec<_>, _>>()?;
        self.budget
            .size(items.len() * size_of::<Value>(), this.span)?;
        let inputs = [count.origin.clone()];
        let origin = Origin::step(OriginKind::Copy, Arc::clone(name), this.span, inputs);
        bounded(Value::array(items, origin), this.span)
    }

    /// The index of the property loop of this name.
    pub(super) fn loop_index(&self, name: &str) -> Option<Value> {
        let this = self.property_loop?;
        super::equal_ignoring_case(this.name, name).then(|| {
            let origin = Origin::step(OriginKind::Copy, this.name, this.place, []);
            Value::new(Data::Int(this.index), origin)
        })
    }

    /// A part that is not evaluated, as its author wrote it; indices of copy loops are filled in.
    pub(super) fn as_written(&self, expr: &Expr) -> Residual {
        let Ok(_level) = self.budget.enter(expr.span) else {
            return Residual::Call("...".into(), Vec::new());
        };
        match &expr.kind {
            ExprKind::Call { name, args, .. } => {
                if name.eq_ignore_ascii_case("copyIndex")
                    && let Ok(index) = self.strict().eval(expr)
                {
                    return Residual::Value(index);
                }
                let args = args.iter().map(|arg| self.as_written(arg)).collect();
                self.scope.residual(Residual::Call(Arc::clone(name), args))
            }
            ExprKind::Property { base, name, .. } => {
                Residual::Property(Box::new(self.as_written(base)), Arc::clone(name))
            }
            ExprKind::Index { base, index } => Residual::Index(
                Box::new(self.as_written(base)),
                Box::new(self.as_written(index)),
            ),
            ExprKind::Array(items) => Residual::Call(
                "createArray".into(),
                items.iter().map(|item| self.as_written(item)).collect(),
            ),
            ExprKind::Object(members) => {
                let parts = members.iter().flat_map(|member| match member {
                    Member::Entry { key, value } => [self.as_written(key), self.as_written(value)],
                    Member::Loop(this) => [
                        self.as_written(&this.name),
                        Residual::Call("unknown".into(), Vec::new()),
                    ],
                });
                Residual::Call("createObject".into(), parts.collect())
            }
            ExprKind::Null => Residual::Value(Value::null()),
            ExprKind::Bool(value) => leaf(Data::Bool(*value)),
            ExprKind::Int(value) => leaf(Data::Int(*value)),
            ExprKind::BigInt(digits) => leaf(Data::BigInt(Arc::clone(digits))),
            ExprKind::Float(value) => leaf(Data::Float(*value)),
            ExprKind::Text(text) => leaf(Data::String(Arc::clone(text))),
            ExprKind::Invalid(_) => Residual::Call("unknown".into(), Vec::new()),
            ExprKind::Shared(inner) => self.as_written(inner),
            ExprKind::Absent(absent) => Residual::named(&absent.function, &absent.name),
        }
    }
}

fn leaf(data: Data) -> Residual {
    Residual::Value(Value::new(data, Origin::None))
}

/// A count of repetitions within its bounds.
fn copy_count(count: &Value, at: Span) -> Result<i64, Failure> {
    let text = match &count.data {
        Data::Int(number) if (0..=MAX_COPY).contains(number) => return Ok(*number),
        Data::Int(number) if *number > MAX_COPY => {
            format!("A copy count may be at most {MAX_COPY}, this is {number}")
        }
        Data::Int(number) => format!("A copy count may not be negative, this is {number}"),
        _ => format!(
            "A copy count must be an integer, this is {}",
            count.type_name()
        ),
    };
    Err(Problem::error(ProblemKind::CopyInvalid, at, text).into())
}

/// The value, if it is not nested deeper and not larger than values may be.
pub(super) fn bounded(value: Value, at: Span) -> Result<Value, Failure> {
    let text = if value.depth() > MAX_VALUE_DEPTH {
        format!("The value is nested deeper than {MAX_VALUE_DEPTH} levels")
    } else if value.weight() > MAX_VALUE_WEIGHT {
        "The value is larger than a template may be".to_owned()
    } else {
        return Ok(value);
    };
    Err(Problem::error(ProblemKind::LimitExceeded, at, text).into())
}

/// The members of an object while it is built.
struct Members {
    entries: Vec<Entry>,
    /// Positions by name, once there are many.
    index: Option<std::collections::BTreeMap<Arc<str>, usize>>,
}

impl Members {
    const FEW: usize = 16;

    fn new(capacity: usize) -> Self {
        Self {
            entries: Vec::with_capacity(capacity),
            index: None,
        }
    }

    fn position(&mut self, key: &str) -> Option<usize> {
        if self.entries.len() < Self::FEW {
            return self.entries.iter().position(|entry| &*entry.key == key);
        }
        let entries = &self.entries;
        let index = self.index.get_or_insert_with(|| {
            let names = entries.iter().enumerate();
            names
                .map(|(at, entry)| (Arc::clone(&entry.key), at))
                .collect()
        });
        index.get(key).copied()
    }

    fn push(&mut self, entry: Entry) {
        if let Some(index) = &mut self.index {
            index.insert(Arc::clone(&entry.key), self.entries.len());
        }
        self.entries.push(entry);
    }

    /// A literal name that is there already takes the later value: JSON's last one wins.
    fn replace(&mut self, entry: Entry) {
        match self.position(&entry.key) {
            Some(at) => self.entries[at] = entry,
            None => self.push(entry),
        }
    }

    /// A computed name may not be there already.
    fn add(&mut self, entry: Entry, at: Span) -> Result<(), Failure> {
        if self.position(&entry.key).is_some() {
            let text = format!("The member '{}' is there already", entry.key);
            return Err(Problem::error(ProblemKind::DuplicateDeclaration, at, text).into());
        }
        self.push(entry);
        Ok(())
    }
}
