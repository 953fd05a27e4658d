//! What is known of the target without asking Azure: subscription, resourceGroup, managementGroup, tenant, deployment, environment.

use std::sync::Arc;

use super::environment;
use super::{Call, Failure, Function, Partial, Run, function};
use crate::eval::value::{Entry, Reason, Residual, Shade, Unknown, Value};
use crate::eval::{Context, ContextOrigins, Origin, OriginKind, Scope};
use crate::finding::{Problem, ProblemKind};
use crate::ir::ScopeKind;

pub(super) const FUNCTIONS: &[Function] = &[
    function("subscription", (0, 0), &[], Run::Open(subscription)),
    function("resourceGroup", (0, 0), &[], Run::Open(resource_group)),
    function("managementGroup", (0, 0), &[], Run::Open(management_group)),
    function("tenant", (0, 0), &[], Run::Open(tenant)),
    function("deployment", (0, 0), &[], Run::Open(deployment)),
    function("deployer", (0, 0), &[], Run::Open(deployer)),
    function("environment", (0, 0), &[], Run::Open(environment)),
];

/// `function().member`, open because the scope value was not given or is never known offline.
pub(super) fn open_member(function: &str, member: &str) -> Value {
    let call = Residual::Call(function.into(), Vec::new());
    open(Residual::Property(Box::new(call), member.into()), function)
}

fn open(residual: Residual, function: &str) -> Value {
    Value::unknown(
        Unknown::new(residual, Reason::Scope(function.into())),
        Origin::None,
    )
}

/// Picks the origin of one scope value.
type Pick = fn(&ContextOrigins) -> &Origin;

fn given(scope: &dyn Scope, value: Option<&Arc<str>>, from: Pick, open: (&str, &str)) -> Value {
    match value {
        Some(text) => Value::text(Arc::clone(text), origin(scope, from)),
        None => open_member(open.0, open.1),
    }
}

fn origin(scope: &dyn Scope, from: Pick) -> Origin {
    scope
        .context_origins()
        .map(from)
        .cloned()
        .unwrap_or_default()
}

fn text(text: String) -> Value {
    Value::text(text, Origin::None)
}

/// The subscription id.
pub(super) fn subscription_id(scope: &dyn Scope) -> Value {
    let id = scope.context().subscription.as_ref();
    given(
        scope,
        id,
        |from| &from.subscription,
        ("subscription", "subscriptionId"),
    )
}

/// The name of the resource group.
pub(super) fn resource_group_name(scope: &dyn Scope) -> Value {
    let name = scope.context().resource_group.as_ref();
    given(
        scope,
        name,
        |from| &from.resource_group,
        ("resourceGroup", "name"),
    )
}

/// The name of the management group.
pub(super) fn management_group_name(scope: &dyn Scope) -> Value {
    let name = scope.context().management_group.as_ref();
    given(
        scope,
        name,
        |from| &from.management_group,
        ("managementGroup", "name"),
    )
}

/// The location of the group, or of the deployment.
fn location(scope: &dyn Scope, function: &str) -> Value {
    let context = scope.context();
    // Of a resource group that is not named nothing is known.
    let known = function != "resourceGroup" || context.resource_group.is_some();
    let location = context.location.as_ref().filter(|_| known);
    given(
        scope,
        location,
        |from| &from.location,
        (function, "location"),
    )
}

fn tenant_id(context: &Context) -> Value {
    match &context.tenant {
        Some(id) => Value::text(Arc::clone(id), Origin::None),
        None => open_member("tenant", "tenantId"),
    }
}

/// A step of this call from some scope values.
fn step(call: &Call<'_>, inputs: &[Value]) -> Origin {
    Origin::step(
        OriginKind::Function,
        Arc::clone(call.name),
        call.span,
        inputs.iter().map(|value| value.origin.clone()),
    )
}

fn check(call: &Call<'_>, kinds: &[ScopeKind]) -> Result<(), Failure> {
    if kinds.contains(&call.interpreter.scope.scope_kind()) {
        return Ok(());
    }
    let text = format!(
        "`{}` has no value at the scope of this deployment",
        call.name
    );
    Err(Problem::error(ProblemKind::ScopeMismatch, call.span, text).into())
}

fn object(members: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let entries = members
        .into_iter()
        .map(|(name, value)| Entry::new(name, value));
    Value::object(entries.collect(), Origin::None)
}

fn subscription(call: &Call<'_>) -> Partial {
    check(call, &[ScopeKind::ResourceGroup, ScopeKind::Subscription])?;
    let scope = call.interpreter.scope;
    let context = scope.context();
    let whole = |id| {
        object([
            ("id", id),
            ("subscriptionId", subscription_id(scope)),
            ("tenantId", tenant_id(context)),
            ("displayName", open_member("subscription", "displayName")),
        ])
    };
    let value = if let Some(id) = &context.subscription {
        let origin = step(call, &[subscription_id(scope)]);
        whole(Value::text(format!("/subscriptions/{id}"), origin))
    } else {
        scope.kept("subscription", &|| {
            let prefix = Residual::Value(text("/subscriptions/".to_owned()));
            let args = vec![prefix, Residual::Value(subscription_id(scope))];
            whole(open(Residual::Call("concat".into(), args), "subscription"))
        })
    };
    Ok(Some(call.with_origin(value)))
}

fn resource_group(call: &Call<'_>) -> Partial {
    const TYPE: &str = "Microsoft.Resources/resourceGroups";
    check(call, &[ScopeKind::ResourceGroup])?;
    let scope = call.interpreter.scope;
    let context = scope.context();
    let member = |name| open_member("resourceGroup", name);
    let whole = |id| {
        object([
            ("id", id),
            ("name", resource_group_name(scope)),
            ("type", text(TYPE.to_owned())),
            ("location", location(scope, "resourceGroup")),
            ("tags", member("tags")),
            ("managedBy", member("managedBy")),
            ("properties", member("properties")),
        ])
    };
    let value = match (&context.subscription, &context.resource_group) {
        (Some(subscription), Some(name)) => {
            let origin = step(call, &[subscription_id(scope), resource_group_name(scope)]);
            let id = format!("/subscriptions/{subscription}/resourceGroups/{name}");
            whole(Value::text(id, origin))
        }
        (None, Some(_)) => scope.kept("resourceGroup", &|| whole(member("id"))),
        (_, None) => scope.kept("resourceGroup", &|| {
            let args = [
                subscription_id(scope),
                text(TYPE.to_owned()),
                resource_group_name(scope),
            ];
            let args = args.into_iter().map(Residual::Value).collect();
            whole(open(
                Residual::Call("subscriptionResourceId".into(), args),
                "resourceGroup",
            ))
        }),
    };
    Ok(Some(call.with_origin(value)))
}

fn management_group(call: &Call<'_>) -> Partial {
    const TYPE: &str = "Microsoft.Management/managementGroups";
    check(call, &[ScopeKind::ManagementGroup])?;
    let scope = call.interpreter.scope;
    let context = scope.context();
    let id = if let Some(name) = &context.management_group {
        let origin = step(call, &[management_group_name(scope)]);
        Value::text(format!("/providers/{TYPE}/{name}"), origin)
    } else {
        let args = [text(TYPE.to_owned()), management_group_name(scope)];
        let args = args.into_iter().map(Residual::Value).collect();
        open(
            Residual::Call("tenantResourceId".into(), args),
            "managementGroup",
        )
    };
    Ok(Some(call.with_origin(object([
        ("id", id),
        ("name", management_group_name(scope)),
        ("type", text(TYPE.to_owned())),
        ("properties", open_member("managementGroup", "properties")),
    ]))))
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn tenant(call: &Call<'_>) -> Partial {
    let context = call.interpreter.scope.context();
    let value = match &context.tenant {
        None => open(Residual::Call("tenant".into(), Vec::new()), "tenant"),
        Some(id) => object([
            ("countryCode", open_member("tenant", "countryCode")),
            ("displayName", open_member("tenant", "displayName")),
            ("id", text(format!("/tenants/{id}"))),
            ("tenantId", Value::text(Arc::clone(id), Origin::None)),
        ]),
    };
    Ok(Some(call.with_origin(value)))
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn deployment(call: &Call<'_>) -> Partial {
    let scope = call.interpreter.scope;
    let value = scope.kept("deployment", &|| own_deployment(scope));
    Ok(Some(call.with_origin(value)))
}

fn own_deployment(scope: &dyn Scope) -> Value {
    let context = scope.context();
    let open_name = scope
        .context_origins()
        .and_then(|origins| origins.open_deployment_name.clone());
    let name = open_name.unwrap_or_else(|| {
        given(
            scope,
            context.deployment_name.as_ref(),
            |from| &from.deployment_name,
            ("deployment", "name"),
        )
    });
    let mut members = vec![("name", name)];
    if scope.scope_kind() != ScopeKind::ResourceGroup {
        members.push(("location", location(scope, "deployment")));
    }
    members.push(("properties", deployment_properties(scope)));
    object(members)
}

/// Of the template only its version is told; the rest is known once it is deployed.
fn deployment_properties(scope: &dyn Scope) -> Value {
    let call = Residual::Call("deployment".into(), Vec::new());
    let properties = Residual::Property(Box::new(call), "properties".into());
    let member = |of: &Residual, name: &'static str| {
        let residual = Residual::Property(Box::new(of.clone()), name.into());
        (name, open(residual, "deployment"))
    };
    let template = Residual::Property(Box::new(properties.clone()), "template".into());
    let version = match scope.content_version() {
        Some(version) => ("contentVersion", Value::text(version, Origin::None)),
        None => member(&template, "contentVersion"),
    };
    // What else Azure adds is open where it is asked for.
    let open_ended = |value: Value, residual: Residual| {
        value.with_shade(Shade {
            secret: false,
            assumed: true,
            residual,
        })
    };
    let template = open_ended(object([version]), template);
    open_ended(object([("template", template)]), properties)
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn deployer(call: &Call<'_>) -> Partial {
    let value = open(Residual::Call("deployer".into(), Vec::new()), "deployer");
    Ok(Some(call.with_origin(value)))
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the table")]
fn environment(call: &Call<'_>) -> Partial {
    let value = match call.interpreter.scope.context().cloud {
        Some(cloud) => environment::of(cloud),
        None => open(
            Residual::Call("environment".into(), Vec::new()),
            "environment",
        ),
    };
    Ok(Some(call.with_origin(value)))
}
