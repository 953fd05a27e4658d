//! What is known of the target of a deployment without asking Azure.

use std::sync::Arc;

use super::{Origin, Value};

/// Which cloud: gives `environment()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cloud {
    /// `AzureCloud`.
    Public,
    /// `AzureUSGovernment`.
    UsGovernment,
    /// `AzureChinaCloud`.
    China,
}

/// Scope values that the user gave; what is missing stays unknown.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Tenant id.
    pub tenant: Option<Arc<str>>,
    /// Management group name.
    pub management_group: Option<Arc<str>>,
    /// Subscription id.
    pub subscription: Option<Arc<str>>,
    /// Resource group name.
    pub resource_group: Option<Arc<str>>,
    /// Location of the target group; at other scopes of the deployment.
    pub location: Option<Arc<str>>,
    /// Name of the deployment.
    pub deployment_name: Option<Arc<str>>,
    /// Which cloud.
    pub cloud: Option<Cloud>,
    /// Whether resources whose ids lack only scope values that are not given answer references all the same. The official
    /// engine leaves such references open, and `expand` with it.
    pub answers_open_scopes: bool,
}

/// Where the scope values came from, where they came from a template: the target of a nested deployment.
#[derive(Clone, Debug, Default)]
pub struct ContextOrigins {
    /// Of the management group's name.
    pub management_group: Origin,
    /// Of the subscription id.
    pub subscription: Origin,
    /// Of the resource group's name.
    pub resource_group: Origin,
    /// Of the location.
    pub location: Origin,
    /// Of the deployment's name.
    pub deployment_name: Origin,
    /// The deployment's name itself, where a template gives it and it is not known.
    pub open_deployment_name: Option<Value>,
}
