//! Names, types and scopes of resources to ids; with what is unknown in them left as an expression.

use std::sync::Arc;

use crate::eval::{
    Data, Origin, Reason, Residual, Shade, Unknown, Value, equal_ignoring_case, expression,
};
use crate::ir::ScopeKind;

/// Where the resources of a deployment go.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) kind: ScopeKind,
    /// Text, or unknown.
    pub(super) subscription: Value,
    /// Text, or unknown.
    pub(super) group: Value,
    /// Text, or unknown.
    pub(super) management_group: Value,
}

/// The scope of an extension resource.
#[derive(Clone, Debug)]
pub(super) enum ResourceScope {
    /// The scope of the deployment.
    Own,
    /// A known id; empty for the tenant. With the value that it was made of.
    Id(String, Option<Value>),
    /// An unknown `scope`.
    Unknown(Value),
}

impl Target {
    /// The id of the scope, if it is known; empty for the tenant.
    pub(super) fn prefix(&self) -> Option<String> {
        let text = |value: &Value| value.as_text().cloned();
        Some(match self.kind {
            ScopeKind::ResourceGroup => {
                let (subscription, group) = (text(&self.subscription)?, text(&self.group)?);
                format!("/subscriptions/{subscription}/resourceGroups/{group}")
            }
            ScopeKind::Subscription => format!("/subscriptions/{}", text(&self.subscription)?),
            ScopeKind::ManagementGroup => {
                let group = text(&self.management_group)?;
                format!("/providers/Microsoft.Management/managementGroups/{group}")
            }
            ScopeKind::Tenant => String::new(),
        })
    }

    /// Whether what is open here is what is open there: both print it in the same words.
    pub(super) fn open_reads_as(&self, other: &Self) -> bool {
        let pairs = self.parts().into_iter().zip(other.parts());
        let same = |(own, other): (&Value, &Value)| {
            own.as_text().is_some() || expression(own) == expression(other)
        };
        pairs.into_iter().all(same)
    }

    /// Whether both are the same scope, open parts and all.
    pub(super) fn reads_as(&self, other: &Self) -> bool {
        let mut pairs = self.parts().into_iter().zip(other.parts());
        self.kind == other.kind
            && pairs.all(|(own, other)| equal_ignoring_case(&expression(own), &expression(other)))
    }

    const fn parts(&self) -> [&Value; 3] {
        [&self.subscription, &self.group, &self.management_group]
    }

    /// The scope as an expression.
    fn prefix_residual(&self) -> Residual {
        if let Some(prefix) = self.prefix() {
            return Residual::Value(Value::text(prefix, Origin::None));
        }
        let text = |text: &str| Residual::Value(Value::text(text, Origin::None));
        let value = |value: &Value| Residual::Value(value.clone());
        let (name, args) = match self.kind {
            ScopeKind::ResourceGroup => (
                "subscriptionResourceId",
                vec![
                    value(&self.subscription),
                    text("Microsoft.Resources/resourceGroups"),
                    value(&self.group),
                ],
            ),
            ScopeKind::Subscription => (
                "concat",
                vec![text("/subscriptions/"), value(&self.subscription)],
            ),
            ScopeKind::ManagementGroup | ScopeKind::Tenant => (
                "tenantResourceId",
                vec![
                    text("Microsoft.Management/managementGroups"),
                    value(&self.management_group),
                ],
            ),
        };
        Residual::Call(name.into(), args)
    }
}

/// The `/`-separated parts of a type without its namespace: `Ns/a/b` has two.
pub(super) fn type_segments(full_type: &str) -> usize {
    full_type.trim_end_matches('/').matches('/').count()
}

/// The id of a resource.
pub(super) fn resource_id(
    target: &Target,
    scope: &ResourceScope,
    full_type: &str,
    segments: &[Value],
) -> Value {
    let names: Option<Vec<Arc<str>>> = segments
        .iter()
        .map(|name| name.as_text().cloned())
        .collect();
    let prefix = match scope {
        ResourceScope::Own => target.prefix(),
        ResourceScope::Id(id, _) => Some(id.clone()),
        ResourceScope::Unknown(_) => None,
    };
    if let (Some(prefix), Some(names)) = (prefix, names) {
        let id = known_id(target, scope, &prefix, full_type, &names);
        let id = Value::text(id, Origin::None);
        let scope_value = match scope {
            ResourceScope::Id(_, given) => given.as_ref(),
            _ => None,
        };
        let own = [
            &target.subscription,
            &target.group,
            &target.management_group,
        ];
        let mut parts = segments.iter().chain(own).chain(scope_value);
        if !parts.any(Value::has_secret) {
            return id;
        }
        // A secret name decides which resource it is; the id is not printed.
        let open = unknown_id(target, scope, full_type, segments);
        return match open.as_unknown() {
            Some(unknown) => id.with_shade(Shade {
                secret: true,
                assumed: false,
                residual: unknown.residual.clone(),
            }),
            None => open,
        };
    }
    unknown_id(target, scope, full_type, segments)
}

fn known_id(
    target: &Target,
    scope: &ResourceScope,
    prefix: &str,
    full_type: &str,
    names: &[Arc<str>],
) -> String {
    let full_type = full_type.trim_end_matches('/');
    let own = matches!(scope, ResourceScope::Own);
    if own
        && target.kind == ScopeKind::Subscription
        && full_type.eq_ignore_ascii_case("Microsoft.Resources/resourceGroups")
        && let [name] = names
    {
        return format!("{prefix}/resourceGroups/{name}");
    }
    let (namespace, types) = full_type.split_once('/').unwrap_or((full_type, ""));
    let mut id = format!("{prefix}/providers/{namespace}");
    for (part, name) in types.split('/').zip(names) {
        id.push('/');
        id.push_str(part);
        id.push('/');
        id.push_str(name);
    }
    id
}

fn unknown_id(
    target: &Target,
    scope: &ResourceScope,
    full_type: &str,
    segments: &[Value],
) -> Value {
    let value = |value: &Value| Residual::Value(value.clone());
    let mut unknowns: Vec<&Value> = segments.iter().collect();
    let mut tail = vec![Residual::Value(Value::text(full_type, Origin::None))];
    tail.extend(segments.iter().map(value));
    let residual = match scope {
        ResourceScope::Own => {
            let (name, mut args) = match target.kind {
                ScopeKind::ResourceGroup => {
                    unknowns.extend([&target.subscription, &target.group]);
                    (
                        "resourceId",
                        vec![value(&target.subscription), value(&target.group)],
                    )
                }
                ScopeKind::Subscription => {
                    unknowns.push(&target.subscription);
                    ("subscriptionResourceId", vec![value(&target.subscription)])
                }
                ScopeKind::ManagementGroup => {
                    unknowns.push(&target.management_group);
                    ("extensionResourceId", vec![target.prefix_residual()])
                }
                ScopeKind::Tenant => ("tenantResourceId", Vec::new()),
            };
            args.extend(tail);
            Residual::Call(name.into(), args)
        }
        ResourceScope::Id(id, _) if id.is_empty() => {
            Residual::Call("tenantResourceId".into(), tail)
        }
        ResourceScope::Id(id, given) => {
            let id = Value::text(id.as_str(), Origin::None);
            let given = given.clone().filter(Value::has_secret);
            let mut args = vec![Residual::Value(given.unwrap_or(id))];
            args.extend(tail);
            Residual::Call("extensionResourceId".into(), args)
        }
        ResourceScope::Unknown(scope) => {
            unknowns.push(scope);
            computed_scope(target, scope, tail)
        }
    };
    from_parts(residual, &unknowns)
}

/// An unknown scope may be the tenant, a full id or an id below the deployment's scope.
fn computed_scope(target: &Target, scope: &Value, tail: Vec<Residual>) -> Residual {
    let text = |text: &str| Residual::Value(Value::text(text, Origin::None));
    let call = |name: &str, args: Vec<Residual>| Residual::Call(name.into(), args);
    let scope = Residual::Value(scope.clone());
    let below = match target.prefix() {
        Some(prefix) => call(
            "concat",
            vec![text(&format!("{prefix}/providers/")), scope.clone()],
        ),
        None => call(
            "concat",
            vec![target.prefix_residual(), text("/providers/"), scope.clone()],
        ),
    };
    let mut extension = vec![call(
        "if",
        vec![
            call("startsWith", vec![scope.clone(), text("/")]),
            scope.clone(),
            below,
        ],
    )];
    extension.extend(tail.clone());
    call(
        "if",
        vec![
            call("equals", vec![scope, text("/")]),
            call("tenantResourceId", tail),
            call("extensionResourceId", extension),
        ],
    )
}

/// An unknown made of these values: it takes reason and secrecy from them.
pub(super) fn from_parts(residual: Residual, parts: &[&Value]) -> Value {
    let first = parts.iter().find_map(|part| part.as_unknown());
    let reason = first.map_or(Reason::Failed, |unknown| unknown.reason.clone());
    let mut unknown = Unknown::new(residual, reason);
    unknown.secret = parts.iter().any(|part| part.has_secret());
    let origin = parts.iter().find(|part| part.as_unknown().is_some());
    Value::unknown(
        unknown,
        origin.map_or(Origin::None, |part| part.origin.clone()),
    )
}

/// The parts of a name: known text is split at `/`, empty parts are left out; an unknown name is cut by an expression.
pub(super) fn split_name(name: &Value, count: usize) -> Vec<Value> {
    if let Data::String(text) = &name.data {
        let parts = text.split('/').filter(|part| !part.is_empty());
        return parts
            .map(|part| Value {
                data: Data::String(part.into()),
                ..name.clone()
            })
            .collect();
    }
    if count <= 1 {
        return vec![name.clone()];
    }
    let text = |text: &str| Residual::Value(Value::text(text, Origin::None));
    let call = |name: &str, args: Vec<Residual>| Residual::Call(name.into(), args);
    let parts = call("split", vec![Residual::Value(name.clone()), text("/")]);
    let is_empty = call("empty", vec![call("lambdaVariables", vec![text("x")])]);
    let lambda = call("lambda", vec![text("x"), call("not", vec![is_empty])]);
    let filtered = call("filter", vec![parts, lambda]);
    let cut = |at: usize| {
        let index = Value::new(Data::Int(i64::try_from(at).unwrap_or(0)), Origin::None);
        let residual =
            Residual::Index(Box::new(filtered.clone()), Box::new(Residual::Value(index)));
        from_parts(residual, &[name])
    };
    (0..count).map(cut).collect()
}

/// The full name out of the parent's and the child's own.
pub(super) fn join_names(parent: &Value, own: &Value) -> Value {
    if let (Some(first), Some(second)) = (parent.as_text(), own.as_text()) {
        return Value {
            data: Data::String(format!("{first}/{second}").into()),
            ..own.clone()
        };
    }
    let slash = Residual::Value(Value::text("/", Origin::None));
    let args = vec![
        Residual::Value(parent.clone()),
        slash,
        Residual::Value(own.clone()),
    ];
    from_parts(Residual::Call("concat".into(), args), &[parent, own])
}
