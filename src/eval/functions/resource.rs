//! Resource ids built from a type and names.

use std::sync::Arc;

use super::target::{management_group_name, resource_group_name, subscription_id};
use super::{Call, Failure, Function, MANY, Partial, Run, STRING, function};
use crate::eval::access::first_reason;
use crate::eval::value::{Residual, Value};
use crate::eval::{Origin, OriginKind};
use crate::finding::{Problem, ProblemKind};
use crate::ir::ScopeKind;

pub(super) const FUNCTIONS: &[Function] = &[
    function("resourceId", (1, MANY), &[STRING], Run::Open(resource_id)),
    function(
        "subscriptionResourceId",
        (1, MANY),
        &[STRING],
        Run::Open(subscription_resource_id),
    ),
    function(
        "managementGroupResourceId",
        (1, MANY),
        &[STRING],
        Run::Open(management_group_resource_id),
    ),
    function(
        "tenantResourceId",
        (1, MANY),
        &[STRING],
        Run::Open(tenant_resource_id),
    ),
    function(
        "extensionResourceId",
        (1, MANY),
        &[STRING],
        Run::Open(extension_resource_id),
    ),
];

/// The arguments: what stands before the type, the type, the names.
struct Parts<'c> {
    prefix: &'c [Value],
    resource_type: &'c Value,
    names: &'c [Value],
}

fn segments_error(call: &Call<'_>, at: usize, text: impl std::fmt::Display) -> Failure {
    let text = format!("`{}`: {text}", call.name);
    Problem::error(ProblemKind::ResourceIdSegments, call.place(at), text).into()
}

/// Splits the arguments at the first text with a slash. None: an unknown argument may be it.
fn split<'c>(call: &'c Call<'_>, args: &'c [Value]) -> Result<Option<Parts<'c>>, Failure> {
    let offset = call.args.len() - args.len();
    let with_slash = |arg: &Value| arg.as_text().is_some_and(|text| text.contains('/'));
    let Some(at) = args.iter().position(with_slash) else {
        if args.iter().any(|arg| arg.as_unknown().is_some()) {
            return Ok(None);
        }
        return Err(segments_error(
            call,
            offset,
            "there is no resource type such as 'Microsoft.Network/virtualNetworks'",
        ));
    };
    // The engine leaves an open tenant id alone.
    let checked = !call.name.eq_ignore_ascii_case("tenantResourceId")
        || args.iter().all(|arg| arg.as_unknown().is_none());
    let other = args.iter().skip(at + 1).position(with_slash);
    if let Some(other) = other.filter(|_| checked) {
        let text = "only the type may contain a slash: a child resource has a type and a name for each level";
        return Err(segments_error(call, offset + at + 1 + other, text));
    }
    let (prefix, rest) = args.split_at(at);
    let Some((resource_type, names)) = rest.split_first() else {
        return Ok(None);
    };
    let text = resource_type
        .as_text()
        .map_or("", |text| text.strip_suffix('/').unwrap_or(text));
    let wanted = text.split('/').count() - 1;
    if wanted != names.len() {
        let text = format!(
            "the type '{text}' needs {wanted} name(s), here are {}",
            names.len()
        );
        return Err(segments_error(call, offset + at, text));
    }
    Ok(Some(Parts {
        prefix,
        resource_type,
        names,
    }))
}

impl Parts<'_> {
    /// `Ns/a/n/b/m`; none where a name is unknown. Empty names fall out, and the later ones move up.
    fn path(&self) -> Option<String> {
        let text = self.resource_type.as_text()?;
        let mut types = text.strip_suffix('/').unwrap_or(text).split('/');
        let namespace = types.next()?;
        let names: Option<Vec<&Arc<str>>> = self.names.iter().map(Value::as_text).collect();
        let names = names?.into_iter().filter(|name| !name.is_empty());
        let pairs: Vec<String> = types
            .zip(names)
            .map(|(segment, name)| format!("{segment}/{name}"))
            .collect();
        Some(format!("{namespace}/{}", pairs.join("/")))
    }

    /// A resource group named by `subscriptionResourceId` has an id of its own form.
    fn group_of_subscription(&self, call: &Call<'_>) -> Option<Arc<str>> {
        let is_group = call.name.eq_ignore_ascii_case("subscriptionResourceId")
            && self.resource_type.as_text().is_some_and(|text| {
                text.eq_ignore_ascii_case("Microsoft.Resources/resourceGroups")
            });
        let [name] = self.names else {
            return None;
        };
        name.as_text().filter(|_| is_group).cloned()
    }

    /// The id below a root, or the call with the whole prefix filled in.
    fn under(&self, call: &Call<'_>, prefix: &[Value], root: &str) -> Partial {
        let text: Option<String> = (|| {
            let mut out = String::new();
            let mut values = prefix.iter();
            for part in root.split('*') {
                out.push_str(part);
                if let Some(value) = values.next() {
                    out.push_str(value.as_text()?);
                }
            }
            if let Some(name) = self.group_of_subscription(call) {
                out.push_str("/resourceGroups/");
                out.push_str(&name);
            } else {
                out.push_str("/providers/");
                out.push_str(&self.path()?);
            }
            Some(out)
        })();
        if let Some(text) = text {
            let mut value = call.made(text)?;
            let parts = prefix.iter().chain([self.resource_type]).chain(self.names);
            let inputs = parts.map(|part| part.origin.clone());
            let name = Arc::clone(call.name);
            value.origin = Origin::step(OriginKind::Function, name, call.span, inputs);
            return Ok(Some(shaded(call, prefix, value)));
        }
        let args = prefix.iter().chain([self.resource_type]).chain(self.names);
        let args: Vec<Value> = args.cloned().collect();
        let reason = first_reason(&args);
        let residual = Residual::Call(
            Arc::clone(call.name),
            args.into_iter().map(Residual::Value).collect(),
        );
        Ok(Some(call.open_because(residual, reason, false)))
    }
}

fn shaded(call: &Call<'_>, prefix: &[Value], value: Value) -> Value {
    let mut shades = super::Shades::default();
    call.args
        .iter()
        .chain(prefix)
        .for_each(|arg| shades.add_parts(arg));
    call.with_shades(value, shades)
}

const SUBSCRIPTION: &str = "/subscriptions/*";
const GROUP: &str = "/subscriptions/*/resourceGroups/*";

/// An argument that must be a subscription id.
fn subscription_argument(call: &Call<'_>, value: &Value) -> Result<Value, Failure> {
    let is_guid = |text: &str| {
        let groups: Vec<usize> = text.split('-').map(str::len).collect();
        let hex = text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        hex && groups == [8, 4, 4, 4, 12]
    };
    match value.as_text() {
        Some(text) if !is_guid(text) => {
            Err(call.fail(0, format!("'{text}' is not a subscription id (a GUID)")))
        }
        _ => Ok(value.clone()),
    }
}

/// The subscription of the deployment. The engine looks at its form where a template names it.
fn own_subscription(call: &Call<'_>) -> Result<Value, Failure> {
    let scope = call.interpreter.scope;
    let id = subscription_id(scope);
    let from_template = scope
        .context_origins()
        .is_some_and(|origins| origins.subscription.place().is_some());
    if from_template {
        return subscription_argument(call, &id);
    }
    Ok(id)
}

fn too_many(call: &Call<'_>) -> Failure {
    call.fail(0, "there are too many arguments before the resource type")
}

fn resource_id(call: &Call<'_>) -> Partial {
    let Some(parts) = split(call, &call.args)? else {
        return Ok(None);
    };
    let scope = call.interpreter.scope;
    match (scope.scope_kind(), parts.prefix) {
        (ScopeKind::ResourceGroup, []) => parts.under(
            call,
            &[own_subscription(call)?, resource_group_name(scope)],
            GROUP,
        ),
        (ScopeKind::ResourceGroup, [group]) => {
            parts.under(call, &[own_subscription(call)?, group.clone()], GROUP)
        }
        (ScopeKind::Subscription, []) => {
            parts.under(call, &[own_subscription(call)?], SUBSCRIPTION)
        }
        (_, []) => parts.under(call, &[], ""),
        (_, [subscription]) => parts.under(
            call,
            &[subscription_argument(call, subscription)?],
            SUBSCRIPTION,
        ),
        (_, [subscription, group]) => {
            let subscription = subscription_argument(call, subscription)?;
            parts.under(call, &[subscription, group.clone()], GROUP)
        }
        _ => Err(too_many(call)),
    }
}

fn subscription_resource_id(call: &Call<'_>) -> Partial {
    let Some(parts) = split(call, &call.args)? else {
        return Ok(None);
    };
    let scope = call.interpreter.scope;
    let has_one = matches!(
        scope.scope_kind(),
        ScopeKind::ResourceGroup | ScopeKind::Subscription
    );
    match parts.prefix {
        [] if has_one => parts.under(call, &[own_subscription(call)?], SUBSCRIPTION),
        [] => Err(no_default(call, "a subscription id")),
        [subscription] => parts.under(
            call,
            &[subscription_argument(call, subscription)?],
            SUBSCRIPTION,
        ),
        _ => Err(too_many(call)),
    }
}

fn no_default(call: &Call<'_>, what: &str) -> Failure {
    let text = format!(
        "`{}` needs {what} as its first argument at this deployment scope",
        call.name
    );
    Problem::error(ProblemKind::ScopeMismatch, call.span, text).into()
}

fn management_group_resource_id(call: &Call<'_>) -> Partial {
    const ROOT: &str = "/providers/Microsoft.Management/managementGroups/*";
    let Some(parts) = split(call, &call.args)? else {
        return Ok(None);
    };
    let scope = call.interpreter.scope;
    match parts.prefix {
        [] if scope.scope_kind() == ScopeKind::ManagementGroup => {
            parts.under(call, &[management_group_name(scope)], ROOT)
        }
        // Elsewhere the engine takes the first argument for the group, even if it is the type.
        [] if call.args.len() > 2 => {
            parts.under(call, std::slice::from_ref(parts.resource_type), ROOT)
        }
        [] => Err(no_default(call, "the name of a management group")),
        [group] => parts.under(call, std::slice::from_ref(group), ROOT),
        _ => Err(too_many(call)),
    }
}

fn tenant_resource_id(call: &Call<'_>) -> Partial {
    let Some(parts) = split(call, &call.args)? else {
        return Ok(None);
    };
    match parts.prefix {
        [] => parts.under(call, &[], ""),
        _ => Err(too_many(call)),
    }
}

fn extension_resource_id(call: &Call<'_>) -> Partial {
    let Some((id, rest)) = call.args.split_first() else {
        return Ok(None);
    };
    let id = match id.as_text() {
        None => id.clone(),
        Some(text) if text.starts_with('/') && text.len() > 1 => Value {
            data: crate::eval::Data::String(text.strip_suffix('/').unwrap_or(text).into()),
            ..id.clone()
        },
        Some(text) => {
            return Err(call.fail(
                0,
                format!("'{text}' is not a resource id: it must begin with '/'"),
            ));
        }
    };
    if rest.is_empty() {
        return Err(segments_error(call, 0, "there is no resource type"));
    }
    let Some(parts) = split(call, rest)? else {
        return Ok(None);
    };
    match parts.prefix {
        [] => parts.under(call, &[id], "*"),
        _ => Err(segments_error(
            call,
            1,
            "the second argument must be the resource type",
        )),
    }
}
