//! Nested deployments: their target, their template, what is handed to it, and what they give back.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::given::{Given, GivenValue};
use super::instance::Instance;
use super::level::Level;
use super::names::Names;
use super::names_ids::Target;
use super::run::{MAX_NESTING, MAX_WAITING};
use super::scope::Site;
use super::trace::{Naming, name_parts};
use super::{Loaded, outputs, plain, resources, whereabouts};
use crate::eval::{
    Context, ContextOrigins, Data, Failure, Origin, OriginKind, Place, Reason, Value, evaluate,
};
use crate::finding::{Level as Severity, Problem, ProblemKind};
use crate::ir::{
    ArgumentValue, Expr, ExprKind, NestedDeployment, ScopeKind, Template, TemplateSource,
    lower_template_at,
};
use crate::syntax::json::Document;

/// Expands a nested deployment in place. One that cannot be expanded is a warning, and its outputs stay open.
pub(super) fn expand<'r>(level: &Rc<Level<'r>>, instance: &Rc<Instance<'r>>) {
    let Some(declared) = instance.declaration.deployment.as_deref() else {
        return;
    };
    if level.modules.len() >= MAX_NESTING {
        let message = format!("Deployments nested more than {MAX_NESTING} deep");
        let place = instance.declaration.place;
        let problem = Problem::error(ProblemKind::LimitExceeded, place, message);
        level
            .run
            .hiding_failure("a nested deployment", problem.into());
        return;
    }
    // What else stands in it is evaluated for its failures only.
    let _ = resources::body(level, instance);
    let site = site(level, instance);
    match template(level, &site, instance, declared) {
        Ok(Some(template)) => {
            if let Err(failure) = open(level, &site, instance, declared, template) {
                level.run.hiding_failure("a nested deployment", failure);
            }
        }
        // Not expanded; what is handed to it is evaluated all the same.
        Ok(None) => {
            if let Err(failure) = arguments(level, &site, declared) {
                level.run.failure("a nested deployment", failure);
            }
        }
        Err(failure) => level.run.hiding_failure("a nested deployment", failure),
    }
}

fn site<'s, 'r>(level: &'s Rc<Level<'r>>, instance: &Rc<Instance<'r>>) -> Site<'s, 'r> {
    let mut site = Site::of_level(level, Place::ResourceBody, instance.loops.clone());
    site.own = Some(Rc::clone(instance));
    site
}

/// The template, where it can be had.
fn template(
    level: &Rc<Level<'_>>,
    site: &Site<'_, '_>,
    instance: &Instance<'_>,
    declared: &NestedDeployment,
) -> Result<Option<Arc<Template>>, Failure> {
    let place = instance.declaration.name.span;
    let mut help = None;
    let (reason, why, at) = match &declared.template {
        TemplateSource::Inline(template) => return Ok(Some(Arc::clone(template))),
        TemplateSource::Computed(expr) => {
            let value = evaluate(expr, site, &level.run.budget)?;
            if !matches!(value.data, Data::Unknown(_)) {
                return Ok(Some(Arc::new(computed(level, expr, &value))));
            }
            (
                Reason::Module(name_of(instance)),
                "its template is not known".to_owned(),
                expr.span,
            )
        }
        TemplateSource::Relative(expr) => {
            let value = evaluate(expr, site, &level.run.budget)?;
            match value.as_text().filter(|_| !value.has_secret()) {
                Some(path) => match level.run.loader.load(level.template.file, path) {
                    Loaded::Template(template) => return Ok(Some(template)),
                    Loaded::Absent(why) => (Reason::Module(Arc::clone(path)), why, expr.span),
                },
                None => (
                    Reason::Module(name_of(instance)),
                    "the path of its template is not known".to_owned(),
                    expr.span,
                ),
            }
        }
        TemplateSource::Remote(expr) => {
            evaluate(expr, site, &level.run.budget)?;
            (
                Reason::Module(name_of(instance)),
                "its template is not in a local file".to_owned(),
                expr.span,
            )
        }
        TemplateSource::Absent {
            module,
            reason,
            help: way_out,
            place,
        } => {
            help.clone_from(way_out);
            let reason = reason.as_ref().to_owned();
            (Reason::Module(Arc::clone(module)), reason, *place)
        }
        TemplateSource::Missing => {
            let message = "A nested deployment needs a 'template' or a 'templateLink'";
            return Err(Problem::error(ProblemKind::TemplateStructure, place, message).into());
        }
    };
    let message = format!(
        "The nested deployment '{}' is not expanded: {why}",
        name_of(instance)
    );
    let mut problem = Problem::warning(ProblemKind::ModuleNotFound, at, message);
    problem.help = help.map(|help| help.as_ref().to_owned());
    level.run.problem(problem);
    let what = format!("the nested deployment '{}'", name_of(instance));
    level.run.gap(what.clone(), reason.clone(), at);
    level.run.undecided(what, reason, at);
    Ok(None)
}

fn name_of(instance: &Instance<'_>) -> Arc<str> {
    let text = instance
        .name
        .as_text()
        .filter(|_| !instance.name.has_secret());
    match (text, &instance.symbol) {
        (Some(text), _) => Arc::clone(text),
        // The name that Bicep makes up for a module says less than the module's own.
        (None, Some(symbol)) => symbol.as_str().into(),
        (None, None) => crate::eval::bracketed(&instance.name).into(),
    }
}

/// A template made by an expression: everything in it stands at the expression.
fn computed(level: &Level<'_>, expr: &Expr, value: &Value) -> Template {
    let text: Arc<str> = plain::to_json(value).into();
    let document = Document::parse(expr.span.file, text);
    for problem in &document.problems {
        level.run.problem(Problem {
            place: expr.span,
            ..problem.clone()
        });
    }
    match document.root() {
        Some(root) => lower_template_at(root, expr.span),
        None => Template::empty(expr.span),
    }
}

fn open<'r>(
    level: &Rc<Level<'r>>,
    site: &Site<'_, 'r>,
    instance: &Rc<Instance<'r>>,
    declared: &NestedDeployment,
    template: Arc<Template>,
) -> Result<(), Failure> {
    let place = instance.declaration.name.span;
    let target = target(level, instance, declared)?;
    for problem in &template.problems {
        let mut problem = problem.clone();
        if problem.kind == ProblemKind::TemplateSchema {
            // The loader does not look at the schema of a nested template.
            problem.level = Severity::Warning;
        }
        level.run.problem(problem);
    }
    level.run.gaps_of_text(&template.problems);
    // An outer deployment is evaluated as a whole with its parent: inner ones in it too. What an expression gives as a
    // template is evaluated by then; the expressions left in its text are its own.
    let inline = matches!(declared.template, TemplateSource::Inline(_));
    let outer = (level.outer || declared.outer) && inline;
    let names = if outer {
        Rc::clone(&level.names)
    } else {
        let given = arguments(level, site, declared)?;
        let context = context(level, site, instance, declared, &target)?;
        Names::new(
            Rc::clone(&level.run),
            Arc::clone(&template),
            target.kind,
            context,
            given,
            Some(place),
        )
    };
    let mut modules = level.modules.clone();
    modules.push(name_of(instance).as_ref().to_owned());
    let child = Rc::new(Level {
        run: Rc::clone(&level.run),
        names,
        outer,
        loops: if outer { instance.loops.clone() } else { None },
        template,
        target,
        modules,
        condition: instance.condition.clone(),
        parent: Some(Rc::clone(level)),
        instances: RefCell::default(),
        by_open_id: RefCell::default(),
    });
    if !outer {
        child.names.evaluate_all();
    }
    child.expand();
    let outputs = outputs::evaluate_all(&child);
    let outputs = outputs::as_value(&child, &outputs);
    if let Some(key) = &instance.key {
        // Of several deployments with one id the one that was expanded last answers.
        let mut by_id = level.run.outputs.borrow_mut();
        by_id.insert(key.clone(), outputs.clone());
    }
    *instance.outputs.borrow_mut() = Some(outputs);
    Ok(())
}

/// Where the resources of a nested deployment go.
fn target(
    level: &Rc<Level<'_>>,
    instance: &Instance<'_>,
    declared: &NestedDeployment,
) -> Result<Target, Failure> {
    let elsewhere = whereabouts::elsewhere(level, &instance.declaration, &instance.loops)?;
    let target = elsewhere.unwrap_or_else(|| level.target.clone());
    if instance.declaration.scope.is_none() {
        check_location(instance, declared, target.kind)?;
    }
    Ok(target)
}

/// A location says where the deployment is kept; a resource group has one already.
fn check_location(
    instance: &Instance<'_>,
    declared: &NestedDeployment,
    kind: ScopeKind,
) -> Result<(), Failure> {
    let message = match (kind, &declared.location) {
        (ScopeKind::ResourceGroup, Some(_)) => {
            "A nested deployment to a resource group cannot have a 'location'"
        }
        (ScopeKind::ResourceGroup, None) | (_, Some(_)) => return Ok(()),
        (_, None) => "A nested deployment above resource groups needs a 'location'",
    };
    let place = instance.declaration.name.span;
    Err(Problem::error(ProblemKind::TemplateStructure, place, message).into())
}

const GROUPS: &str = "/providers/microsoft.management/managementgroups/";
const SUBSCRIPTIONS: &str = "/subscriptions/";
const RESOURCE_GROUPS: &str = "/resourcegroups/";

/// The target that a `scope` names.
pub(super) fn scoped_target(scope: &Value, mut target: Target) -> Result<Target, Failure> {
    let Some(text) = scope.as_text() else {
        target.kind = ScopeKind::ManagementGroup;
        target.management_group = scope.clone();
        return Ok(target);
    };
    let lower = text.to_ascii_lowercase();
    let part = |from: usize| Value {
        data: Data::String(text.get(from..).unwrap_or("").into()),
        ..scope.clone()
    };
    if lower == "/" {
        target.kind = ScopeKind::Tenant;
    } else if lower.starts_with(GROUPS) {
        target.kind = ScopeKind::ManagementGroup;
        target.management_group = part(GROUPS.len());
    } else if GROUPS
        .strip_prefix('/')
        .and_then(|g| g.strip_prefix("providers/"))
        .is_some_and(|g| lower.starts_with(g))
    {
        target.kind = ScopeKind::ManagementGroup;
        target.management_group = part(GROUPS.len() - "/providers/".len());
    } else if lower.starts_with(SUBSCRIPTIONS) {
        let rest = text.get(SUBSCRIPTIONS.len()..).unwrap_or("");
        let (id, tail) = rest.split_once('/').unwrap_or((rest, ""));
        target.subscription = Value::text(id, scope.origin.clone());
        target.kind = ScopeKind::Subscription;
        let tail = format!("/{tail}");
        if tail.to_ascii_lowercase().starts_with(RESOURCE_GROUPS) {
            target.kind = ScopeKind::ResourceGroup;
            target.group = Value::text(
                tail.get(RESOURCE_GROUPS.len()..).unwrap_or(""),
                scope.origin.clone(),
            );
        }
    } else {
        let place = scope
            .origin
            .place()
            .unwrap_or(crate::text::Span::whole(crate::text::FileId(0)));
        let shown = if scope.has_secret() { "(secure)" } else { text };
        let message = format!("'{shown}' is no scope of a deployment");
        return Err(Problem::error(ProblemKind::ScopeMismatch, place, message).into());
    }
    Ok(target)
}

/// The location of a resource group of the same plan.
fn group_location(level: &Level<'_>, target: &Target) -> Option<Value> {
    let id = target.prefix()?.to_lowercase();
    let group = level.run.by_id.borrow().get(&id).cloned()?;
    if level.run.waiting.get() < MAX_WAITING {
        resources::finish(&group);
    }
    let body = group.body.borrow();
    resources::member(body.as_ref()?, "location").cloned()
}

/// The scope values that an inner template sees, and where they came from.
fn context(
    level: &Level<'_>,
    site: &Site<'_, '_>,
    instance: &Instance<'_>,
    declared: &NestedDeployment,
    target: &Target,
) -> Result<(Context, ContextOrigins), Failure> {
    let parent = &level.names.context;
    let text = |value: &Value| value.as_text().cloned();
    let same_group = target.kind == level.target.kind
        && match (target.prefix(), level.target.prefix()) {
            (Some(inner), Some(outer)) => inner.to_lowercase() == outer.to_lowercase(),
            (None, None) => parent.answers_open_scopes && target.reads_as(&level.target),
            _ => false,
        };
    let parent_location = level.names.origins.location.clone();
    let (location, location_origin) = match (target.kind, &declared.location) {
        (ScopeKind::ResourceGroup, _) if same_group => (parent.location.clone(), parent_location),
        (ScopeKind::ResourceGroup, _) => {
            let location = group_location(level, target);
            let origin = location
                .as_ref()
                .map_or(Origin::None, |value| value.origin.clone());
            (location.as_ref().and_then(text), origin)
        }
        (_, Some(expr)) => {
            let location = evaluate(expr, site, &level.run.budget)?;
            (text(&location), location.origin)
        }
        (_, None) => (parent.location.clone(), parent_location),
    };
    let is_located = location.is_some();
    let origins = ContextOrigins {
        management_group: target.management_group.origin.clone(),
        subscription: target.subscription.origin.clone(),
        resource_group: target.group.origin.clone(),
        location: location_origin,
        deployment_name: instance.name.origin.clone(),
        open_deployment_name: text(&instance.name)
            .is_none()
            .then(|| instance.name.clone()),
    };
    let context = Context {
        tenant: parent.tenant.clone(),
        management_group: text(&target.management_group),
        subscription: text(&target.subscription),
        resource_group: text(&target.group),
        location,
        deployment_name: text(&instance.name),
        cloud: parent.cloud,
        answers_open_scopes: parent.answers_open_scopes
            && target.open_reads_as(&level.target)
            && (same_group || target.kind != ScopeKind::ResourceGroup || is_located),
    };
    Ok((context, origins))
}

/// The values handed to the parameters of an inner template.
fn arguments(
    level: &Level<'_>,
    site: &Site<'_, '_>,
    declared: &NestedDeployment,
) -> Result<Vec<Given>, Failure> {
    let mut given = Vec::new();
    for argument in &declared.parameters {
        let name = &argument.name.text;
        let place = argument.name.place;
        let naming = |expr: &Expr| Naming {
            kind: OriginKind::Module,
            name,
            place: expr.span,
        };
        let value = match &argument.value {
            ArgumentValue::Value(expr) => {
                let value = level.names.parts(expr, site);
                GivenValue::Value(name_parts(value, naming(expr), Some(expr)))
            }
            ArgumentValue::KeyVault { vault, secret, .. } => GivenValue::KeyVault {
                vault: Some(evaluate(vault, site, &level.run.budget)?),
                secret: Some(evaluate(secret, site, &level.run.budget)?),
            },
            ArgumentValue::Computed(expr) => {
                let whole = level.names.parts(expr, site);
                match entry_value(&whole) {
                    Some(value) => given_entry(value, naming(expr)),
                    None => continue,
                }
            }
        };
        given.push(Given {
            name: Arc::clone(name),
            place,
            value,
            computed: is_computed(&argument.value),
        });
    }
    if let Some(expr) = &declared.computed_parameters {
        let all = evaluate(expr, site, &level.run.budget)?;
        let entries = all.as_object().map(|object| object.entries.clone());
        for entry in entries.unwrap_or_default() {
            let naming = Naming {
                kind: OriginKind::Module,
                name: &entry.key,
                place: expr.span,
            };
            if let Some(value) = entry_value(&entry.value) {
                given.push(Given {
                    name: Arc::clone(&entry.key),
                    place: expr.span,
                    value: given_entry(value, naming),
                    computed: true,
                });
            }
        }
    }
    Ok(given)
}

fn is_computed(argument: &ArgumentValue) -> bool {
    match argument {
        ArgumentValue::Value(expr) => matches!(
            expr.own().kind,
            ExprKind::Call { .. } | ExprKind::Property { .. } | ExprKind::Index { .. }
        ),
        ArgumentValue::KeyVault { .. } | ArgumentValue::Computed(_) => true,
    }
}

/// What an evaluated entry of `parameters` holds.
enum EntryValue {
    Value(Value),
    KeyVault(Option<Value>, Option<Value>),
}

fn given_entry(value: EntryValue, naming: Naming<'_>) -> GivenValue {
    match value {
        EntryValue::Value(value) => GivenValue::Value(name_parts(value, naming, None)),
        EntryValue::KeyVault(vault, secret) => GivenValue::KeyVault { vault, secret },
    }
}

fn entry_value(entry: &Value) -> Option<EntryValue> {
    let object = match &entry.data {
        Data::Object(object) => object,
        // An entry that is unknown as a whole hands over something unknown.
        Data::Unknown(_) => return Some(EntryValue::Value(entry.clone())),
        _ => return None,
    };
    if let Some(value) = object.get("value") {
        return Some(EntryValue::Value(value.value.clone()));
    }
    let reference = object.get("reference")?.value.as_object()?.clone();
    let vault = reference.get("keyVault").and_then(|vault| {
        let vault = vault.value.as_object()?;
        vault.get("id").map(|id| id.value.clone())
    });
    let secret = reference
        .get("secretName")
        .map(|secret| secret.value.clone());
    Some(EntryValue::KeyVault(vault, secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::Origin;

    #[test]
    fn an_entry_without_value_hands_over_nothing() {
        let entry = Value::object(Vec::new(), Origin::None);
        assert!(entry_value(&entry).is_none());
    }
}
