//! Run-time functions about resources of the same plan, answered from the plan (part B4.5 of the language reference).

use std::rc::Rc;
use std::sync::Arc;

use super::instance::{Instance, State};
use super::level::Level;
use super::resources;
use super::run::MAX_WAITING;
use super::scope::Site;
use crate::eval::{
    Array, Data, Entry, Object, Origin, Reason, Residual, Shade, Unknown, Value,
    equal_ignoring_case, expression, folded, hangs_on_scope_only,
};
use crate::text::Span;

/// A resource that a text names.
struct Named<'r> {
    instance: Rc<Instance<'r>>,
    /// By its symbolic name: then even an open reference prints its id.
    by_symbol: bool,
}

/// Under which a resource is found: its id in lower case, also where scope values are open in it that were not given.
pub(super) fn key(level: &Level<'_>, id: &Value) -> Option<String> {
    if let Some(id) = id.as_text() {
        return Some(id.to_lowercase());
    }
    let answers = level.names.context.answers_open_scopes && id.as_unknown().is_some();
    (answers && hangs_on_scope_only(id)).then(|| resources::open_key(id))
}

/// What a run-time function gives from the same plan; none where it stays open as it is.
pub(super) fn serve(
    site: &Site<'_, '_>,
    function: &str,
    args: &[Value],
    at: Span,
) -> Option<Value> {
    let level = site.level.as_ref()?;
    let first = args.first()?;
    let text = match first.as_text() {
        Some(text) => text,
        // An id with a scope that was not given names a resource of the plan all the same.
        None if function.eq_ignore_ascii_case("reference") => &Arc::from(key(level, first)?),
        None => return None,
    };
    match function.to_ascii_lowercase().as_str() {
        "reference" => reference(level, site.own.as_ref(), text, function, args, at),
        "references" => references(level, site.own.as_ref(), text, args, at),
        "resourceinfo" => by_symbol(level, text).map(|named| info(&named)),
        list if list.starts_with("list") => by_symbol(level, text).map(|named| {
            let mut printed = vec![Residual::Value(named.id.clone())];
            printed.extend(args.iter().skip(1).cloned().map(Residual::Value));
            let mut unknown = Unknown::new(
                Residual::Call(function.into(), printed),
                Reason::Runtime(function.into()),
            );
            unknown.secret = true;
            Value::unknown(unknown, Origin::Literal(at))
        }),
        _ => None,
    }
}

fn reference<'r>(
    level: &Rc<Level<'r>>,
    own: Option<&Rc<Instance<'r>>>,
    text: &str,
    function: &str,
    args: &[Value],
    at: Span,
) -> Option<Value> {
    let named = resolve(level, text)?;
    let full = args
        .get(2)
        .and_then(Value::as_text)
        .is_some_and(|word| word.eq_ignore_ascii_case("full"));
    let version = args
        .get(1)
        .filter(|version| !matches!(version.data, Data::Null));
    let open = |instance: &Instance<'_>| {
        let api = version.unwrap_or(&instance.api_version);
        let mut printed = vec![
            Residual::Value(instance.id.clone()),
            Residual::Value(api.clone()),
        ];
        printed.extend(args.get(2).cloned().map(Residual::Value));
        Residual::Call(function.into(), printed)
    };
    let residual = open(&named.instance);
    // A resource of unknown name stays open: which one it is cannot be told.
    let served = of_plan(level, &named.instance)
        .filter(|instance| instance.key.is_some() && instance.condition.is_none())
        .filter(|instance| {
            version.is_none_or(|version| same_version(version, &instance.api_version))
                && own.is_none_or(|own| !Rc::ptr_eq(own, instance))
        })
        .and_then(|instance| content(level, &instance, &residual, full));
    served.or_else(|| {
        named.by_symbol.then(|| {
            let unknown = Unknown::new(residual, Reason::Runtime(function.into()));
            Value::unknown(unknown, Origin::Literal(at))
        })
    })
}

fn same_version(given: &Value, own: &Value) -> bool {
    match (given.as_text(), own.as_text()) {
        (Some(given), Some(own)) => given.eq_ignore_ascii_case(own),
        _ => false,
    }
}

/// The resource of the plan behind a declaration: itself, or for an `existing` one the resource with its id and version.
fn of_plan<'r>(level: &Level<'r>, instance: &Rc<Instance<'r>>) -> Option<Rc<Instance<'r>>> {
    if !instance.declaration.existing {
        return (!instance.skipped).then(|| Rc::clone(instance));
    }
    let by_id = level.run.by_id.borrow();
    let deployed = by_id.get(instance.key.as_ref()?)?;
    same_version(&instance.api_version, &deployed.api_version).then(|| Rc::clone(deployed))
}

/// What a reference to a resource gives: what the template sets, and open expressions for the rest.
fn content<'r>(
    level: &Rc<Level<'r>>,
    instance: &Rc<Instance<'r>>,
    residual: &Residual,
    full: bool,
) -> Option<Value> {
    if level.run.waiting.get() < MAX_WAITING {
        resources::finish(instance);
    }
    if instance.state.get() != State::Done {
        return None;
    }
    let properties = if instance.declaration.deployment.is_some() {
        let own = instance.outputs.borrow().clone()?;
        let by_id = level.run.outputs.borrow();
        let outputs = instance
            .key
            .as_ref()
            .and_then(|key| by_id.get(key))
            .cloned();
        let outputs = outputs.unwrap_or(own);
        Value::object(vec![Entry::new("outputs", outputs)], Origin::None)
    } else {
        let body = instance.body.borrow();
        let properties = resources::member(body.as_ref()?, "properties")?;
        let residual = if full {
            Residual::Property(Box::new(residual.clone()), "properties".into())
        } else {
            residual.clone()
        };
        assumed(properties, residual)
    };
    if !full {
        return Some(properties);
    }
    let whole = Value::object(vec![Entry::new("Properties", properties)], Origin::None);
    Some(whole.with_shade(Shade {
        secret: false,
        assumed: true,
        residual: residual.clone(),
    }))
}

/// A value of the template as the service may report it: members can be added, null and unknown ones are open.
fn assumed(value: &Value, residual: Residual) -> Value {
    let data = match &value.data {
        Data::Unknown(unknown) => {
            return open(value, residual, unknown.reason.clone(), unknown.secret);
        }
        Data::Object(object) => {
            let entries = object.entries.iter().map(|entry| Entry {
                value: assumed(
                    &entry.value,
                    Residual::Property(Box::new(residual.clone()), Arc::clone(&entry.key)),
                ),
                ..entry.clone()
            });
            let object = Data::Object(Arc::new(Object::new(entries.collect())));
            return Value {
                data: object,
                origin: value.origin.clone(),
                shade: Some(Arc::new(Shade {
                    secret: false,
                    assumed: true,
                    residual,
                })),
            };
        }
        Data::Array(array) => {
            let items = array.items.iter().enumerate().map(|(at, item)| {
                let index = Value::new(Data::Int(i64::try_from(at).unwrap_or(0)), Origin::None);
                let index = Box::new(Residual::Value(index));
                assumed(item, Residual::Index(Box::new(residual.clone()), index))
            });
            Data::Array(Arc::new(Array::new(items.collect())))
        }
        other => other.clone(),
    };
    Value {
        data,
        ..value.clone()
    }
}

fn open(value: &Value, residual: Residual, reason: Reason, secret: bool) -> Value {
    let mut unknown = Unknown::new(residual, reason);
    unknown.secret = secret;
    Value::unknown(unknown, value.origin.clone())
}

/// `references('loop')`: an array of the instances, those with a false condition left out.
fn references<'r>(
    level: &Rc<Level<'r>>,
    own: Option<&Rc<Instance<'r>>>,
    text: &str,
    args: &[Value],
    at: Span,
) -> Option<Value> {
    let instances: Vec<_> = level
        .instances
        .borrow()
        .iter()
        .filter(|instance| instance.loop_symbol.as_deref() == Some(text) && !instance.skipped)
        .cloned()
        .collect();
    let full = args
        .get(1)
        .and_then(Value::as_text)
        .is_some_and(|word| word.eq_ignore_ascii_case("full"));
    let declared = level.template.resources.iter().any(|declaration| {
        declaration.copy.is_some()
            && declaration
                .symbol
                .as_ref()
                .is_some_and(|symbol| *symbol.text == *text)
    });
    if !declared {
        return None;
    }
    let items = instances.iter().filter_map(|instance| {
        let symbol = instance.symbol.as_deref()?;
        let mut args = vec![
            Value::text(symbol, Origin::None),
            instance.api_version.clone(),
        ];
        if full {
            args.push(Value::text("full", Origin::None));
        }
        reference(level, own, symbol, "reference", &args, at)
    });
    Some(Value::array(items.collect(), Origin::Literal(at)))
}

fn info(instance: &Instance<'_>) -> Value {
    let text = |text: &str| Value::text(text, Origin::None);
    let entries = vec![
        Entry::new("id", instance.id.clone()),
        Entry::new("name", instance.name.clone()),
        Entry::new("type", text(&instance.full_type)),
        Entry::new("apiVersion", instance.api_version.clone()),
    ];
    Value::object(entries, Origin::None)
}

fn by_symbol<'r>(level: &Rc<Level<'r>>, text: &str) -> Option<Rc<Instance<'r>>> {
    let instances = level.instances.borrow();
    let found = instances
        .iter()
        .find(|instance| instance.symbol.as_deref() == Some(text));
    found.cloned()
}

/// The resource that a text names: by symbol, id, `Type/name` or name, here or in the deployments around.
fn resolve<'r>(level: &Rc<Level<'r>>, text: &str) -> Option<Named<'r>> {
    if let Some(instance) = by_symbol(level, text) {
        return Some(Named {
            instance,
            by_symbol: true,
        });
    }
    if text.starts_with(['/', '[']) {
        let by_id = level.run.by_id.borrow();
        let instance = by_id.get(text.trim_end_matches('/').to_lowercase().as_str())?;
        return Some(Named {
            instance: Rc::clone(instance),
            by_symbol: false,
        });
    }
    let mut at = Some(level);
    while let Some(level) = at {
        let instances = level.instances.borrow();
        let found = instances
            .iter()
            .find(|instance| instance.is_deployed() && is_named(instance, text));
        if let Some(instance) = found {
            return Some(Named {
                instance: Rc::clone(instance),
                by_symbol: false,
            });
        }
        at = level.parent.as_ref();
    }
    None
}

/// Whether a text without leading `/` names a resource.
fn is_named(instance: &Instance<'_>, text: &str) -> bool {
    if instance
        .name
        .as_text()
        .is_some_and(|name| equal_ignoring_case(name, text))
    {
        return true;
    }
    if !text.contains('/') {
        // A child goes by its own name too.
        let own = instance
            .name
            .as_text()
            .and_then(|name| name.rsplit_once('/'));
        return own.is_some_and(|(_, own)| equal_ignoring_case(own, text));
    }
    // `Ns/type/name/..`, with the names between the types or after them.
    let ends_id = instance.id.as_text().is_some_and(|id| {
        let tail = id
            .len()
            .checked_sub(text.len())
            .and_then(|start| id.split_at_checked(start));
        tail.is_some_and(|(head, tail)| {
            head.ends_with("/providers/") && equal_ignoring_case(tail, text)
        })
    });
    ends_id
        || instance.name.as_text().is_some_and(|name| {
            let full_type = instance.full_type.trim_end_matches('/');
            let parts = text.split_at_checked(full_type.len());
            parts.is_some_and(|(head, tail)| {
                equal_ignoring_case(head, full_type)
                    && tail
                        .strip_prefix('/')
                        .is_some_and(|tail| equal_ignoring_case(tail, name))
            })
        })
}

/// The resource of an id that is an expression, because its scope is not known: ids are compared as they print.
pub(super) fn open_dependency<'r>(
    level: &Rc<Level<'r>>,
    id: &Value,
    found: &mut Vec<Rc<Instance<'r>>>,
) {
    let instances = level.instances.borrow();
    let mut known = level.by_open_id.borrow_mut();
    let (count, all) = &mut *known;
    for (at, instance) in instances.iter().enumerate().skip(*count) {
        if instance.is_deployed() && instance.id.as_unknown().is_some() {
            all.entry(folded(&expression(&instance.id))).or_insert(at);
        }
    }
    *count = instances.len();
    let one = all.get(&folded(&expression(id)));
    found.extend(one.and_then(|at| instances.get(*at)).cloned());
}

/// The resources that an entry of `dependsOn` names: one, or all of a loop.
pub(super) fn dependency<'r>(level: &Rc<Level<'r>>, text: &str, found: &mut Vec<Rc<Instance<'r>>>) {
    let instances = level.instances.borrow();
    let of_loop = instances.iter().filter(|instance| {
        instance.loop_symbol.as_deref() == Some(text)
            || instance
                .loop_name
                .as_ref()
                .is_some_and(|name| equal_ignoring_case(name, text))
    });
    let before = found.len();
    found.extend(of_loop.cloned());
    if found.len() == before {
        let one = instances.iter().find(|instance| {
            instance.symbol.as_deref() == Some(text)
                || (instance.is_deployed()
                    && (is_named(instance, text)
                        || instance
                            .key
                            .as_ref()
                            .is_some_and(|key| equal_ignoring_case(key, text))))
        });
        let Some(one) = one else { return };
        // Several resources may share an id: all of them come first. Of nested deployments, which can wait for each
        // other that way, the first.
        let same_id = instances.iter().filter(|other| {
            Rc::ptr_eq(other, one)
                || (one.symbol.is_none()
                    && one.declaration.deployment.is_none()
                    && one.key.is_some()
                    && other.is_deployed()
                    && other.key == one.key)
        });
        found.extend(same_id.cloned());
    }
}
