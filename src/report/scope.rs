//! Resource ids as what-if shows them: the scope, and the rest relative to it.

use crate::eval;
use crate::model::{Resource, weave};

/// A resource id in two parts.
pub(super) struct Address {
    /// `/subscriptions/../resourceGroups/..`, or words where it is not known.
    pub(super) scope: String,
    /// `Microsoft.ContainerService/managedClusters/aks1/agentPools/user1`.
    pub(super) relative: String,
}

/// Where the scope values were not given.
const UNKNOWN_SCOPE: &str = "that of the deployment (not given)";

/// The two parts of an id. Of an id that is not known the type and name of the resource tell.
pub(super) fn address(id: &str, resource: Option<&Resource>) -> Address {
    match (split(id), resource) {
        (Some((scope, relative)), _) => Address {
            scope: if scope.is_empty() {
                "/".to_owned()
            } else {
                scope.to_owned()
            },
            relative: relative.to_owned(),
        },
        (None, Some(resource)) => Address {
            scope: UNKNOWN_SCOPE.to_owned(),
            relative: interleaved(resource),
        },
        (None, None) => Address {
            scope: UNKNOWN_SCOPE.to_owned(),
            relative: id.to_owned(),
        },
    }
}

/// The scope is a resource group, a subscription, a management group or the tenant; a resource group itself stands in its subscription.
fn split(id: &str) -> Option<(&str, &str)> {
    let rest = id.strip_prefix('/')?;
    let lower = rest.to_ascii_lowercase();
    let segments: Vec<&str> = lower.split('/').collect();
    let scope_segments = match segments.as_slice() {
        ["subscriptions", _, "resourcegroups", _, "providers", ..]
        | [
            "providers",
            "microsoft.management",
            "managementgroups",
            _,
            "providers",
            ..,
        ] => 4,
        ["subscriptions", _, "resourcegroups" | "providers", ..] => 2,
        ["providers", ..] => 0,
        _ => return None,
    };
    let length: usize = segments
        .iter()
        .take(scope_segments)
        .map(|segment| segment.len() + 1)
        .sum();
    let (scope, relative) = id.split_at_checked(length)?;
    let relative = relative.trim_start_matches('/');
    let provider = "providers/";
    let is_provider = relative
        .get(..provider.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(provider));
    let relative = if is_provider {
        relative.get(provider.len()..).unwrap_or(relative)
    } else {
        relative
    };
    Some((scope, relative))
}

/// Type and name woven: `A.B/c/d` and `x/y` as `A.B/c/x/d/y`; one after the other where they do not fit.
fn interleaved(resource: &Resource) -> String {
    let full_type: &str = &resource.resource_type;
    let Some(name) = resource.name.as_public_text() else {
        let name = eval::report(&resource.name);
        return format!("{full_type} {}", name.as_str().unwrap_or(""));
    };
    let names: Vec<&str> = name.split('/').collect();
    weave(full_type, &names).unwrap_or_else(|| format!("{full_type} {name}"))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn ids_have_a_scope_and_a_rest() {
        for (id, scope, relative) in [
            (
                "/subscriptions/s/resourceGroups/g/providers/A.B/c/x",
                "/subscriptions/s/resourceGroups/g",
                "A.B/c/x",
            ),
            (
                "/subscriptions/s/resourceGroups/g",
                "/subscriptions/s",
                "resourceGroups/g",
            ),
            (
                "/subscriptions/s/providers/A.B/c/x",
                "/subscriptions/s",
                "A.B/c/x",
            ),
            ("/providers/A.B/c/x", "", "A.B/c/x"),
            (
                "/providers/Microsoft.Management/managementGroups/m/providers/A.B/c/x",
                "/providers/Microsoft.Management/managementGroups/m",
                "A.B/c/x",
            ),
        ] {
            assert_eq!(split(id), Some((scope, relative)), "{id}");
        }
        assert_eq!(split("[resourceId('A.B/c', 'x')]"), None);
    }
}
