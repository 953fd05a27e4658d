//! The four kinds of deployment scope, and the `$schema` or `targetScope` that asks for each.

use crate::syntax::bicep::ast::{File, StatementKind};

/// The four kinds of deployment scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeKind {
    /// A resource group.
    #[default]
    ResourceGroup,
    /// A subscription.
    Subscription,
    /// A management group.
    ManagementGroup,
    /// The tenant.
    Tenant,
}

impl ScopeKind {
    /// The scope that a Bicep file deploys to.
    pub(super) fn of_bicep(file: &File) -> Self {
        let declared = file.statements.iter().find_map(|one| match &one.kind {
            StatementKind::TargetScope { value } => value.text(),
            _ => None,
        });
        match declared {
            Some("subscription") => Self::Subscription,
            Some("managementGroup") => Self::ManagementGroup,
            Some("tenant") => Self::Tenant,
            _ => Self::ResourceGroup,
        }
    }
}

/// What a `$schema` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaReading {
    /// A template of this scope, spelled as the loader wants it.
    Template(ScopeKind),
    /// A template of this scope, though the loader would refuse the spelling.
    OddTemplate(ScopeKind),
    /// A parameter file.
    Parameters,
    /// Something else.
    Foreign,
}

/// The file names of template schemas and the dates with which the loader takes them (part A2 of the language reference).
const TEMPLATE_SCHEMAS: [(&str, ScopeKind, &[&str]); 4] = [
    (
        "deploymentTemplate.json",
        ScopeKind::ResourceGroup,
        &["2014-04-01-preview", "2015-01-01", "2019-04-01"],
    ),
    (
        "subscriptionDeploymentTemplate.json",
        ScopeKind::Subscription,
        &["2018-05-01"],
    ),
    (
        "managementGroupDeploymentTemplate.json",
        ScopeKind::ManagementGroup,
        &["2019-08-01"],
    ),
    (
        "tenantDeploymentTemplate.json",
        ScopeKind::Tenant,
        &["2019-08-01"],
    ),
];

/// Reads a `$schema`.
pub fn read_schema(schema: &str) -> SchemaReading {
    let path = schema.strip_suffix('#').unwrap_or(schema);
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    if is_parameter_schema(file) {
        return SchemaReading::Parameters;
    }
    for (name, scope, dates) in TEMPLATE_SCHEMAS {
        if !file.eq_ignore_ascii_case(name) {
            continue;
        }
        let (host, date) = folder.rsplit_once('/').unwrap_or(("", folder));
        let host = host.to_ascii_lowercase();
        let known_host = matches!(
            host.as_str(),
            "https://schema.management.azure.com/schemas"
                | "http://schema.management.azure.com/schemas"
        );
        return if file == name && known_host && dates.contains(&date) {
            SchemaReading::Template(scope)
        } else {
            SchemaReading::OddTemplate(scope)
        };
    }
    SchemaReading::Foreign
}

fn is_parameter_schema(file: &str) -> bool {
    let file = file.to_ascii_lowercase();
    file.ends_with("deploymentparameters.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_tell_the_scope() {
        let read = |tail: &str| {
            read_schema(&format!(
                "https://schema.management.azure.com/schemas/{tail}"
            ))
        };
        assert_eq!(
            read("2019-04-01/deploymentTemplate.json#"),
            SchemaReading::Template(ScopeKind::ResourceGroup)
        );
        assert_eq!(
            read("2019-08-01/tenantDeploymentTemplate.json"),
            SchemaReading::Template(ScopeKind::Tenant)
        );
        assert_eq!(
            read("2018-05-01/deploymentTemplate.json#"),
            SchemaReading::OddTemplate(ScopeKind::ResourceGroup)
        );
        assert_eq!(
            read("2019-04-01/DeploymentTemplate.json#"),
            SchemaReading::OddTemplate(ScopeKind::ResourceGroup)
        );
        assert_eq!(
            read("2019-04-01/deploymentParameters.json#"),
            SchemaReading::Parameters
        );
        assert_eq!(read("2019-04-01/other.json#"), SchemaReading::Foreign);
    }
}
