//! `armplan.toml` as it is written. The JSON Schema in `schemas/` is made from these types.

use std::collections::BTreeMap;

#[cfg(test)]
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::{CloudName, Mode};

/// Configuration of armplan: the deployments of a repository.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(title = "armplan.toml"))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Config {
    /// The cloud of all deployments that name none: gives `environment()`.
    pub(super) cloud: Option<Cloud>,
    /// The deployments that `check` and `plan` take when no file is named.
    #[serde(default)]
    pub(super) deployment: Vec<Deployment>,
    /// Where Bicep modules of registries and template specs lie in local files. A key is a module as a Bicep file names it
    /// (`br/public:avm/res/a/b:1.2.3`), the same without its version, or the beginning of one that ends with `/` or `:`;
    /// of several that fit the longest counts. The value is a path relative to this file; behind such a beginning it
    /// holds `{path}` for the rest of the name, and may hold `{version}`.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "std::collections::BTreeMap<String, String>"))]
    pub(super) modules: BTreeMap<Spanned<String>, Spanned<String>>,
}

/// A template with its parameters, where it is deployed to, and what it is compared with.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Deployment {
    /// A name for `--deployment` and for reports; unique.
    #[cfg_attr(test, schemars(with = "String", length(min = 1)))]
    pub(super) name: Spanned<String>,
    /// The template, relative to this file.
    #[cfg_attr(test, schemars(with = "String", length(min = 1)))]
    pub(super) template: Spanned<String>,
    /// Parameter files, relative to this file, and `name=value`; later ones win.
    #[serde(default)]
    pub(super) parameters: Vec<String>,
    /// Tenant id.
    pub(super) tenant: Option<String>,
    /// Management group of a deployment at that scope.
    pub(super) management_group: Option<String>,
    /// Subscription id.
    pub(super) subscription: Option<String>,
    /// Name of the resource group.
    pub(super) resource_group: Option<String>,
    /// Location of the resource group; at other scopes of the deployment.
    pub(super) location: Option<String>,
    /// What `deployment().name` gives.
    #[allow(
        clippy::struct_field_names,
        reason = "spelled as the option --deployment-name"
    )]
    pub(super) deployment_name: Option<String>,
    /// The cloud: gives `environment()`.
    pub(super) cloud: Option<Cloud>,
    /// What happens to resources that leave the template; incremental if not given.
    pub(super) mode: Option<ModeWord>,
    /// Registered preview features, for instance `Microsoft.ContainerService/AgentPoolVMSSResize`.
    #[serde(default)]
    pub(super) features: Vec<String>,
    /// What `plan` compares with, where the command line does not say.
    #[cfg_attr(test, schemars(with = "Option<Before>"))]
    pub(super) before: Option<Spanned<Before>>,
}

/// One of `base`, `template`, `live`, `new`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Before {
    /// A git revision; with `...` behind it, its merge base with HEAD.
    pub(super) base: Option<String>,
    /// Another template, relative to this file.
    pub(super) template: Option<String>,
    /// Parameters of that template; none given: those of the deployment.
    #[serde(default)]
    pub(super) parameters: Vec<String>,
    /// Snapshots of what is there, relative to this file.
    pub(super) live: Option<OneOrMany>,
    /// true: a first deployment.
    pub(super) new: Option<bool>,
}

/// One file, or several.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(untagged)]
pub(super) enum OneOrMany {
    /// One file.
    One(String),
    /// Several files that are merged into one state.
    Many(Vec<String>),
}

/// A cloud by the name that the Azure CLI gives it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(super) enum Cloud {
    #[serde(rename = "AzureCloud")]
    Public,
    #[serde(rename = "AzureUSGovernment")]
    UsGovernment,
    #[serde(rename = "AzureChinaCloud")]
    China,
}

/// What happens to resources that leave the template.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum ModeWord {
    /// They stay.
    Incremental,
    /// Those of the deployment's own resource group are deleted.
    Complete,
    /// A deployment stack deletes them.
    Stack,
}

impl From<Cloud> for CloudName {
    fn from(cloud: Cloud) -> Self {
        match cloud {
            Cloud::Public => Self::Public,
            Cloud::UsGovernment => Self::UsGovernment,
            Cloud::China => Self::China,
        }
    }
}

impl From<ModeWord> for Mode {
    fn from(mode: ModeWord) -> Self {
        match mode {
            ModeWord::Incremental => Self::Incremental,
            ModeWord::Complete => Self::Complete,
            ModeWord::Stack => Self::Stack,
        }
    }
}
