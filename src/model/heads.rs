//! Heads of resources: loop counts, conditions, names, versions, scopes and ids, children with their parents' names.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use super::instance::{Instance, State};

use super::deployed::deployed;
use super::level::Level;
use super::loops::{LoopIndex, Loops};
use super::names_ids::{ResourceScope, join_names, resource_id, split_name, type_segments};
use super::outer;
use super::references;
use super::scope::Site;
use super::whereabouts::{check_scope_names, elsewhere, resource_scope};
use crate::eval::{
    Data, Failure, Origin, OriginKind, Place, Reason, Residual, Unknown, Value, evaluate,
    expression,
};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{Expr, ResourceDeclaration, ResourceLoop};
use crate::text::Span;

/// Most repetitions of a loop.
const MAX_COPY: i64 = 800;

/// What a nested child takes from its parent.
#[derive(Clone)]
struct Parent {
    full_type: Arc<str>,
    name: Value,
    segments: Vec<Value>,
    symbol: Option<String>,
}

/// A copy of a declaration.
struct Copy {
    loops: Loops,
    loop_name: Option<Arc<str>>,
    index: Option<i64>,
    /// Of a loop of unknown count: the loops in which the index is the text `[*]`, for the name.
    generic: Option<Loops>,
}

/// Finds all resources of a deployment.
pub(super) fn open(level: &Rc<Level<'_>>) {
    let declarations = level.template.resources.clone();
    for declaration in &declarations {
        if let Some(copy) = &declaration.copy {
            open_loop(level, declaration, copy);
        } else {
            let copy = Copy {
                loops: level.loops.clone(),
                loop_name: None,
                index: None,
                generic: None,
            };
            open_one(level, declaration, &copy, None);
        }
    }
}

pub(super) fn eval(level: &Rc<Level<'_>>, expr: &Expr, loops: &Loops) -> Result<Value, Failure> {
    let site = Site::of_level(level, Place::ResourceHead, loops.clone());
    evaluate(expr, &site, &level.run.budget)
}

fn open_loop(level: &Rc<Level<'_>>, declaration: &Arc<ResourceDeclaration>, copy: &ResourceLoop) {
    // With a false condition nothing else is looked at. One that needs the index fails here and is asked again for each.
    if let Some(condition) = &declaration.condition
        && let Ok(value) = eval(level, condition, &level.loops)
        && matches!(value.data, Data::Bool(false))
        && declaration.children.is_empty()
        && declaration.symbol.is_none()
    {
        outer::evaluate_unused(level, declaration);
        return;
    }
    let (name, count) = match loop_head(level, copy) {
        Ok(head) => head,
        Err(failure) => {
            level.run.hiding_failure("a copy loop", failure);
            return;
        }
    };
    let Some(count) = count else {
        return open_unknown_count(level, declaration, copy, name);
    };
    if count == 0 {
        outer::evaluate_unused(level, declaration);
    }
    for index in 0..count {
        let origin = Origin::step(
            OriginKind::Copy,
            name.clone().unwrap_or_default(),
            copy.place,
            [],
        );
        let index_value = Value::new(Data::Int(index), origin);
        let copy = Copy {
            loops: push(level, name.clone(), index_value),
            loop_name: name.clone(),
            index: Some(index),
            generic: None,
        };
        open_one(level, declaration, &copy, None);
    }
}

/// The loops that one copy sees. In an outer deployment the indices are its parent's: all copies come out the same.
fn push(level: &Level<'_>, name: Option<Arc<str>>, index: Value) -> Loops {
    if level.outer {
        return level.loops.clone();
    }
    Some(Rc::new(LoopIndex {
        name,
        index,
        outer: level.loops.clone(),
    }))
}

/// One generic resource stands for all of a loop whose count is not known.
fn open_unknown_count(
    level: &Rc<Level<'_>>,
    declaration: &Arc<ResourceDeclaration>,
    copy: &ResourceLoop,
    name: Option<Arc<str>>,
) {
    let message = "The count of this loop is not known: one resource with [*] stands for all";
    level.run.problem(Problem::warning(
        ProblemKind::CopyInvalid,
        copy.count.span,
        message,
    ));
    let what = "how many resources the loop makes";
    level.run.undecided(what, Reason::Count, copy.count.span);
    let args = name
        .iter()
        .map(|name| Residual::Value(Value::text(Arc::clone(name), Origin::None)));
    let residual = Residual::Call("copyIndex".into(), args.collect());
    let index = Value::unknown(
        Unknown::new(residual, Reason::Count),
        Origin::Literal(copy.place),
    );
    let copy = Copy {
        loops: push(level, name.clone(), index),
        loop_name: name.clone(),
        index: None,
        generic: Some(push(level, name, Value::text("[*]", Origin::None))),
    };
    open_one(level, declaration, &copy, None);
}

/// Name and count of a loop; no count where it is unknown.
pub(super) fn loop_head(
    level: &Rc<Level<'_>>,
    copy: &ResourceLoop,
) -> Result<(Option<Arc<str>>, Option<i64>), Failure> {
    let invalid = |at: Span, message: String| {
        Failure::from(Problem::error(ProblemKind::CopyInvalid, at, message))
    };
    let name = match &copy.name {
        Some(expr) => {
            let value = eval(level, expr, &level.loops)?;
            match value.data {
                Data::String(text) => Some(text),
                Data::Unknown(_) => None,
                _ => {
                    return Err(invalid(
                        expr.span,
                        format!(
                            "The name of a loop must be text, this is {}",
                            value.type_name()
                        ),
                    ));
                }
            }
        }
        None => None,
    };
    if let Some(mode) = &copy.mode {
        let value = eval(level, mode, &level.loops)?;
        let known = value.as_text().is_some_and(|text| {
            text.eq_ignore_ascii_case("parallel") || text.eq_ignore_ascii_case("serial")
        });
        if !known && value.as_unknown().is_none() {
            return Err(invalid(
                mode.span,
                "The mode of a loop is 'parallel' or 'serial'".to_owned(),
            ));
        }
    }
    let count = eval(level, &copy.count, &level.loops)?;
    match count.data {
        Data::Int(count) if (0..=MAX_COPY).contains(&count) => Ok((name, Some(count))),
        Data::Int(number) => Err(Problem::error(
            ProblemKind::LimitExceeded,
            copy.count.span,
            format!("A loop has 0 to {MAX_COPY} repetitions, this one has {number}"),
        )
        .into()),
        Data::Unknown(_) => Ok((name, None)),
        _ => Err(invalid(
            copy.count.span,
            format!(
                "The count of a loop must be an integer, this is {}",
                count.type_name()
            ),
        )),
    }
}

/// What a condition decides.
pub(super) enum Decision {
    Yes,
    No,
    /// Unknown, or no Boolean.
    Open(Value),
}

fn decide(level: &Rc<Level<'_>>, condition: Option<&Expr>, loops: &Loops) -> Decision {
    let Some(expr) = condition else {
        return Decision::Yes;
    };
    match eval(level, expr, loops) {
        Ok(value) => match &value.data {
            Data::Bool(true) => Decision::Yes,
            Data::Bool(false) => Decision::No,
            Data::Unknown(unknown) => {
                level
                    .run
                    .undecided("a condition", unknown.reason.clone(), expr.span);
                Decision::Open(value)
            }
            _ => {
                let message = format!(
                    "A condition must be true or false, this is {}",
                    value.type_name()
                );
                level.run.problem(Problem::warning(
                    ProblemKind::TypeMismatch,
                    expr.span,
                    message,
                ));
                Decision::Open(value)
            }
        },
        Err(failure) => {
            level.run.failure("a condition", failure);
            let unknown =
                Unknown::new(Residual::Call("unknown".into(), Vec::new()), Reason::Failed);
            Decision::Open(Value::unknown(unknown, Origin::Literal(expr.span)))
        }
    }
}

fn open_one(
    level: &Rc<Level<'_>>,
    declaration: &Arc<ResourceDeclaration>,
    copy: &Copy,
    parent: Option<&Parent>,
) {
    if !level.run.admit() {
        let message = "The deployment has more resources than are evaluated";
        let place = declaration.place;
        level.run.gap("a resource", Reason::Limit, place);
        level.run.problem(Problem::error(
            ProblemKind::LimitExceeded,
            declaration.place,
            message,
        ));
        return;
    }
    let decision = decide(level, declaration.condition.as_ref(), &copy.loops);
    let around = level.run.deployed.get();
    if let (Decision::Open(_), Some(condition)) = (&decision, &declaration.condition) {
        let own = deployed(level, condition, &copy.loops);
        level.run.deployed.set(around.max(own));
    }
    let own = open_decided(level, declaration, copy, parent, decision);
    level.run.deployed.set(around);
    // A condition does not hold for the children.
    for child in &declaration.children {
        if let Some(own) = &own {
            open_one(level, child, copy, Some(own));
        }
    }
}

/// Opens a resource itself; what its children take from it, where it can be opened.
fn open_decided(
    level: &Rc<Level<'_>>,
    declaration: &Arc<ResourceDeclaration>,
    copy: &Copy,
    parent: Option<&Parent>,
    decision: Decision,
) -> Option<Parent> {
    let skipped = matches!(decision, Decision::No);
    let symbol = symbol(declaration, parent);
    if skipped {
        outer::evaluate_unused(level, declaration);
    }
    if skipped && declaration.children.is_empty() && symbol.is_none() {
        return None;
    }
    let head = match head(level, declaration, copy, parent, skipped) {
        Ok(head) => head,
        Err(failure) => {
            // Of a false resource only what others take from it is looked at; its own failures pass.
            if !skipped {
                level.run.hiding_failure("a resource", failure);
            }
            return None;
        }
    };
    let own = Parent {
        full_type: Arc::clone(&head.full_type),
        name: head.name.clone(),
        segments: head.segments.clone(),
        symbol: symbol.clone(),
    };
    let condition = match decision {
        Decision::Open(value) => Some(value),
        _ => None,
    };
    register(
        level,
        declaration,
        copy,
        head,
        symbol,
        conditions(level, condition),
        skipped,
    );
    Some(own)
}

/// The condition of a nested deployment and the resource's own.
fn conditions(level: &Level<'_>, own: Option<Value>) -> Option<Value> {
    let Some(outer) = &level.condition else {
        return own;
    };
    let own = own.unwrap_or_else(|| Value::new(Data::Bool(true), Origin::None));
    let args = vec![Residual::Value(outer.clone()), Residual::Value(own.clone())];
    Some(super::names_ids::from_parts(
        Residual::Call("and".into(), args),
        &[outer, &own],
    ))
}

fn symbol(declaration: &ResourceDeclaration, parent: Option<&Parent>) -> Option<String> {
    let own = declaration.symbol.as_ref()?;
    match parent.and_then(|parent| parent.symbol.as_ref()) {
        Some(parent) => Some(format!("{parent}::{}", own.text)),
        None => Some(own.text.as_ref().to_owned()),
    }
}

/// The evaluated head of a resource.
struct Head {
    full_type: Arc<str>,
    name: Value,
    segments: Vec<Value>,
    id: Value,
    api_version: Value,
}

fn head(
    level: &Rc<Level<'_>>,
    declaration: &ResourceDeclaration,
    copy: &Copy,
    parent: Option<&Parent>,
    skipped: bool,
) -> Result<Head, Failure> {
    let generic = copy.generic.as_ref();
    let own_name = generic
        .and_then(|loops| resource_name(level, declaration, loops).ok())
        .map_or_else(|| resource_name(level, declaration, &copy.loops), Ok)?;
    let place = declaration.name.span;
    let own_type = declaration.resource_type.text.as_ref();
    let (full_type, name, segments) = match parent.filter(|parent| is_relative(parent, own_type)) {
        None => {
            let count = type_segments(own_type);
            let segments = split_name(&own_name, count);
            (
                Arc::clone(&declaration.resource_type.text),
                own_name,
                segments,
            )
        }
        Some(parent) => {
            let mut segments = parent.segments.clone();
            segments.extend(split_name(&own_name, own_type.matches('/').count() + 1));
            let full_type = format!("{}/{own_type}", parent.full_type.trim_end_matches('/'));
            (
                full_type.into(),
                join_names(&parent.name, &own_name),
                segments,
            )
        }
    };
    let wanted = type_segments(&full_type);
    if wanted == 0 || segments.len() != wanted {
        let shown = expression(&name);
        let message = format!(
            "The name {shown} has {} segments between '/', the type '{full_type}' needs {wanted}",
            segments.len()
        );
        return Err(
            Problem::error(ProblemKind::ResourceIdSegments, place, message)
                .related(declaration.resource_type.place, "the type")
                .into(),
        );
    }
    let scope = match &declaration.scope {
        Some(scope) if declaration.deployment.is_none() => {
            resource_scope(level, scope, &copy.loops)?
        }
        _ => ResourceScope::Own,
    };
    let target = elsewhere(level, declaration, &copy.loops)?;
    if let Some(target) = target.as_ref().filter(|_| declaration.deployment.is_none()) {
        check_scope_names(level, declaration, target);
    }
    let target = target.as_ref().unwrap_or(&level.target);
    let id = resource_id(target, &scope, &full_type, &segments);
    let api_version = api_version(level, declaration, &copy.loops, skipped)?;
    Ok(Head {
        full_type,
        name,
        segments,
        id,
        api_version,
    })
}

/// Whether a nested child's type continues its parent's. In full it begins with the parent's, or names another provider.
fn is_relative(parent: &Parent, own_type: &str) -> bool {
    let parent_type = parent.full_type.trim_end_matches('/');
    let begins_with_parent = own_type.len() > parent_type.len()
        && own_type.is_char_boundary(parent_type.len())
        && own_type.as_bytes().get(parent_type.len()) == Some(&b'/')
        && own_type
            .get(..parent_type.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(parent_type));
    let namespace = own_type.split_once('/').map(|(first, _)| first);
    !begins_with_parent && !namespace.is_some_and(|first| first.contains('.'))
}

fn resource_name(
    level: &Rc<Level<'_>>,
    declaration: &ResourceDeclaration,
    loops: &Loops,
) -> Result<Value, Failure> {
    let value = eval(level, &declaration.name, loops)?;
    match &value.data {
        Data::String(text) if !text.is_empty() => Ok(value),
        Data::Unknown(_) => Ok(value),
        Data::Int(number) => Ok(Value {
            data: Data::String(number.to_string().into()),
            ..value
        }),
        _ => {
            let message = format!(
                "The name of a resource must be text, this is {}",
                match value.data {
                    Data::String(_) => "empty",
                    _ => value.type_name(),
                }
            );
            Err(Problem::error(ProblemKind::TypeMismatch, declaration.name.span, message).into())
        }
    }
}

fn api_version(
    level: &Rc<Level<'_>>,
    declaration: &ResourceDeclaration,
    loops: &Loops,
    skipped: bool,
) -> Result<Value, Failure> {
    match &declaration.api_version {
        Some(expr) => {
            let value = eval(level, expr, loops)?;
            match value.data {
                Data::String(_) | Data::Unknown(_) => Ok(value),
                _ => {
                    let message =
                        format!("An API version must be text, this is {}", value.type_name());
                    Err(Problem::error(ProblemKind::TypeMismatch, expr.span, message).into())
                }
            }
        }
        None if level.template.api_profile || skipped => {
            let residual = Residual::Call("defaultApiVersion".into(), Vec::new());
            let unknown = Unknown::new(residual, Reason::Runtime("defaultApiVersion".into()));
            Ok(Value::unknown(unknown, Origin::Literal(declaration.place)))
        }
        None => {
            let place = declaration.resource_type.place;
            let message = "A resource needs an 'apiVersion'";
            Err(Problem::error(ProblemKind::TemplateStructure, place, message).into())
        }
    }
}

fn register(
    level: &Rc<Level<'_>>,
    declaration: &Arc<ResourceDeclaration>,
    copy: &Copy,
    head: Head,
    symbol: Option<String>,
    condition: Option<Value>,
    skipped: bool,
) {
    let key = references::key(level, &head.id);
    let instance = Rc::new(Instance {
        level: Rc::downgrade(level),
        declaration: Arc::clone(declaration),
        loops: copy.loops.clone(),
        symbol: match (&symbol, copy.index) {
            (Some(symbol), Some(index)) => Some(format!("{symbol}[{index}]")),
            _ => symbol.clone(),
        },
        loop_symbol: symbol.filter(|_| copy.index.is_some()),
        loop_name: copy.loop_name.clone(),
        full_type: head.full_type,
        name: head.name,
        id: head.id,
        key: key.clone(),
        api_version: head.api_version,
        condition,
        deployed: level.run.deployed.get(),
        skipped,
        state: Cell::new(State::Waiting),
        body: RefCell::default(),
        outputs: RefCell::default(),
    });
    if let Some(key) = key
        && instance.is_deployed()
    {
        let mut by_id = level.run.by_id.borrow_mut();
        by_id.entry(key).or_insert_with(|| Rc::clone(&instance));
    }
    level.instances.borrow_mut().push(instance);
}
