//! Bodies of resources, each after those it waits for.

use std::rc::Rc;
use std::sync::Arc;

use super::instance::{Instance, State};
use super::level::Level;
use super::run::MAX_WAITING;
use super::scope::Site;
use super::{Resource, nested, outer, references};
use crate::eval::{Data, Entry, Object, Place, Value, bracketed, evaluate};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{Expr, ExprKind, Member};

/// Stack left below which a new piece is taken: resources that wait for each other in nested deployments need more than
/// a thread may have.
const RED_ZONE: usize = 256 << 10;
const STACK_PIECE: usize = 4 << 20;

/// Evaluates a resource once, and first what it depends on. In a cycle the one that is being evaluated is passed over.
pub(super) fn finish(instance: &Rc<Instance<'_>>) {
    if instance.state.get() == State::Waiting {
        stacker::maybe_grow(RED_ZONE, STACK_PIECE, || finish_here(instance));
    }
}

fn finish_here(instance: &Rc<Instance<'_>>) {
    let Some(level) = instance.level.upgrade() else {
        return;
    };
    instance.state.set(State::Running);
    let around = level.run.deployed.replace(instance.deployed);
    if level.parent.is_none() {
        let place = instance.declaration.place;
        level.run.watch(place, || evaluate_once(&level, instance));
    } else {
        evaluate_once(&level, instance);
    }
    level.run.deployed.set(around);
    instance.state.set(State::Done);
}

fn evaluate_once<'r>(level: &Rc<Level<'r>>, instance: &Rc<Instance<'r>>) {
    if instance.is_deployed() {
        let waiting = level.run.waiting.get();
        level.run.waiting.set(waiting + 1);
        let depends_on = dependencies(level, instance);
        if waiting < MAX_WAITING {
            for other in &depends_on {
                finish(other);
            }
        }
        if instance.declaration.deployment.is_some() {
            nested::expand(level, instance);
        } else {
            deploy(level, instance, &depends_on);
        }
        level.run.waiting.set(waiting);
    }
}

/// The resources that `dependsOn` names. What names nothing is passed over.
fn dependencies<'r>(level: &Rc<Level<'r>>, instance: &Rc<Instance<'r>>) -> Vec<Rc<Instance<'r>>> {
    let site = Site::of_level(level, Place::ResourceHead, instance.loops.clone());
    let mut found: Vec<Rc<Instance<'r>>> = Vec::new();
    for entry in &instance.declaration.depends_on {
        match evaluate(entry, &site, &level.run.budget) {
            Ok(value) => {
                if let Some(text) = value.as_text() {
                    references::dependency(level, text, &mut found);
                } else if value.as_unknown().is_some() {
                    references::open_dependency(level, &value, &mut found);
                }
            }
            Err(failure) => level.run.failure("a dependency", failure),
        }
    }
    found.extend(batch_before(level, instance));
    found.retain(|other| !Rc::ptr_eq(other, instance));
    found
}

/// In a loop that runs in batches, the resources of the batch before: each batch waits for the one before it.
fn batch_before<'r>(level: &Rc<Level<'r>>, instance: &Rc<Instance<'r>>) -> Vec<Rc<Instance<'r>>> {
    let Some(copy) = &instance.declaration.copy else {
        return Vec::new();
    };
    let site = Site::of_level(level, Place::ResourceHead, level.loops.clone());
    let given = |expr: &Expr| evaluate(expr, &site, &level.run.budget).ok();
    let mode = copy.mode.as_ref().and_then(given);
    let is_serial = mode.as_ref().and_then(Value::as_text);
    if !is_serial.is_some_and(|mode| mode.eq_ignore_ascii_case("serial")) {
        return Vec::new();
    }
    let size = match copy.batch_size.as_ref().and_then(given) {
        Some(Value {
            data: Data::Int(size),
            ..
        }) => usize::try_from(size).unwrap_or(1).max(1),
        _ => 1,
    };
    let instances = level.instances.borrow();
    let of_loop: Vec<&Rc<Instance<'r>>> = instances
        .iter()
        .filter(|other| Arc::ptr_eq(&other.declaration, &instance.declaration))
        .collect();
    let own = of_loop.iter().position(|other| Rc::ptr_eq(other, instance));
    let batch = own.unwrap_or(0) / size;
    let before = of_loop.chunks(size).take(batch);
    let deployed = |batch: &[&Rc<Instance<'r>>]| -> Vec<Rc<Instance<'r>>> {
        let deployed = batch.iter().filter(|one| one.is_deployed());
        deployed.map(|one| Rc::clone(one)).collect()
    };
    // A batch that a condition leaves out as a whole holds nobody up.
    let mut batches = before.map(deployed).filter(|batch| !batch.is_empty());
    batches.next_back().unwrap_or_default()
}

/// An id whose scope is not known, as other resources name it.
pub(super) fn open_key(id: &Value) -> String {
    bracketed(id).to_lowercase()
}

/// The evaluated members of a resource; null ones are left out, but for `properties`.
pub(super) fn body<'r>(level: &Rc<Level<'r>>, instance: &Rc<Instance<'r>>) -> Object {
    let mut site = Site::of_level(level, Place::ResourceBody, instance.loops.clone());
    site.own = Some(Rc::clone(instance));
    let mut entries = Vec::new();
    for member in &instance.declaration.body {
        let Member::Entry { key, value: expr } = member else {
            continue;
        };
        let ExprKind::Text(name) = &key.kind else {
            continue;
        };
        let mut value = level.names.parts(expr, &site);
        if level.outer {
            value = outer::evaluate_again(level, &site, value);
        }
        if matches!(value.data, Data::Null)
            && (&**name != "properties" || matches!(expr.kind, ExprKind::Null))
        {
            continue;
        }
        if let ("kind" | "location", Data::Int(number)) = (&**name, &value.data) {
            value.data = Data::String(number.to_string().into());
        }
        if &**name == "location" && !matches!(value.data, Data::String(_) | Data::Unknown(_)) {
            let message = format!("A location must be text, this is {}", value.type_name());
            let problem = Problem::error(ProblemKind::TypeMismatch, expr.span, message);
            level.run.failure("a location", problem.into());
            continue;
        }
        entries.push(Entry {
            key: Arc::clone(name),
            key_place: Some(key.span),
            unknown_key: false,
            value,
        });
    }
    Object::new(entries)
}

fn deploy<'r>(level: &Rc<Level<'r>>, instance: &Rc<Instance<'r>>, depends_on: &[Rc<Instance<'r>>]) {
    let body = body(level, instance);
    *instance.body.borrow_mut() = Some(body.clone());
    if let Some(unknown) = instance.name.as_unknown() {
        let what = format!("the name of a {}", instance.full_type);
        level
            .run
            .undecided(what, unknown.reason.clone(), instance.declaration.name.span);
    }
    let depends_on = depends_on
        .iter()
        .map(|other| other.key.clone().unwrap_or_else(|| open_key(&other.id)));
    level.run.resources.borrow_mut().push(Resource {
        id: instance.id.clone(),
        resource_type: Arc::clone(&instance.full_type),
        name: instance.name.clone(),
        api_version: instance.api_version.clone(),
        condition: instance.condition.clone(),
        body,
        depends_on: depends_on.collect(),
        name_place: instance.declaration.name.span,
        place: instance.declaration.place,
        modules: level.modules.clone(),
    });
}

/// The member of an evaluated body.
pub(super) fn member<'b>(body: &'b Object, name: &str) -> Option<&'b Value> {
    body.get(name).map(|entry| &entry.value)
}
