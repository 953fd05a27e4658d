//! Evaluated resources as the forms in which people hand over a live state, with what the service and its clients add.

use serde_json::{Map, Value, json};

/// The forms of a live file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// `az aks show`: flat, names of the Python SDK.
    AksShow,
    /// `az aks list`: an array of the same.
    AksList,
    /// `az aks show` and `az aks nodepool list`, one file each.
    AksShowAndNodepoolList,
    /// `az rest` on the cluster: ARM shape, pools inside.
    ArmCluster,
    /// `az rest` on cluster and pools: two files, `{value: [..]}`.
    ArmLists,
    /// `az deployment group what-if --no-pretty-print`: its before side.
    WhatIf,
    /// `*.snapshot.json`.
    Snapshot,
    /// `az group export`.
    Export,
}

/// All forms.
pub(crate) const FORMS: [Form; 8] = [
    Form::AksShow,
    Form::AksList,
    Form::AksShowAndNodepoolList,
    Form::ArmCluster,
    Form::ArmLists,
    Form::WhatIf,
    Form::Snapshot,
    Form::Export,
];

const CLUSTER: &str = "microsoft.containerservice/managedclusters";
const POOL: &str = "microsoft.containerservice/managedclusters/agentpools";

/// One cluster as it runs, in ARM shape: the service's defaults and read-only members are there.
#[derive(Clone, Debug)]
pub(crate) struct LiveCluster {
    /// The resource; its `agentPoolProfiles` hold all pools.
    pub(crate) cluster: Value,
    /// All pools as child resources.
    pub(crate) pools: Vec<Value>,
}

/// What runs after a deployment of these resources (as `expand` prints them). A pool of a cluster that is deployed
/// elsewhere runs in one with a System pool.
pub(crate) fn run(resources: &[Value]) -> Vec<LiveCluster> {
    let mut clusters: Vec<Value> = resources
        .iter()
        .filter(|resource| is_type(resource, CLUSTER))
        .cloned()
        .collect();
    for pool in resources.iter().filter(|resource| is_type(resource, POOL)) {
        let id = text(pool, "id");
        let Some((id, _)) = id.rsplit_once("/agentPools/") else {
            continue;
        };
        let known = |one: &Value| text(one, "id").eq_ignore_ascii_case(id);
        if !clusters.iter().any(known) {
            clusters.push(elsewhere(id, text(pool, "apiVersion")));
        }
    }
    clusters
        .iter()
        .map(|resource| live_cluster(resource, resources))
        .collect()
}

fn elsewhere(id: &str, api_version: &str) -> Value {
    json!({
        "id": id,
        "type": "Microsoft.ContainerService/managedClusters",
        "name": id.rsplit('/').next(),
        "apiVersion": api_version,
        "location": "westeurope",
        "properties": {
            "kubernetesVersion": "1.34.2",
            "agentPoolProfiles": [
                {"name": "system", "mode": "System", "vmSize": "Standard_D4s_v5", "count": 3},
            ],
            "networkProfile": {"networkPlugin": "azure"},
        },
    })
}

/// The live files of a form.
pub(crate) fn files(form: Form, clusters: &[LiveCluster], resources: &[Value]) -> Vec<Value> {
    let shown = || clusters.iter().map(|one| flat(&one.cluster));
    let pools = || clusters.iter().flat_map(|one| one.pools.iter());
    match form {
        Form::AksShow => shown().collect(),
        Form::AksList => vec![Value::Array(shown().collect())],
        Form::AksShowAndNodepoolList => shown()
            .chain(
                clusters
                    .iter()
                    .map(|one| Value::Array(one.pools.iter().map(flat).collect())),
            )
            .collect(),
        Form::ArmCluster => clusters.iter().map(|one| one.cluster.clone()).collect(),
        Form::ArmLists => vec![
            json!({"value": clusters.iter().map(|one| &one.cluster).collect::<Vec<_>>()}),
            json!({"value": pools().collect::<Vec<_>>(), "nextLink": null}),
        ],
        Form::WhatIf => vec![what_if(clusters, resources)],
        Form::Snapshot => {
            vec![json!({"predictedResources": resources, "diagnostics": [], "outputs": {}})]
        }
        Form::Export => vec![exported(clusters, resources)],
    }
}

fn is_type(resource: &Value, wanted: &str) -> bool {
    text(resource, "type").eq_ignore_ascii_case(wanted)
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}

fn live_cluster(resource: &Value, resources: &[Value]) -> LiveCluster {
    let mut cluster = without_open_values(resource);
    let id = text(resource, "id").to_ascii_lowercase();
    let version = cluster["properties"]["kubernetesVersion"].clone();
    let plugin = text(&cluster["properties"]["networkProfile"], "networkPlugin").to_owned();
    let overlay = cluster["properties"]["networkProfile"]["networkPluginMode"].is_string();
    let surroundings = Surroundings {
        version: version.as_str().unwrap_or("1.34.2").to_owned(),
        max_pods: match (plugin.as_str(), overlay) {
            (_, true) => 250,
            ("azure", false) => 30,
            _ => 110,
        },
    };
    let mut profiles: Vec<Value> = Vec::new();
    let inline = cluster["properties"]["agentPoolProfiles"].clone();
    for pool in inline.as_array().into_iter().flatten() {
        let mut pool = pool.clone();
        pool_defaults(&mut pool, &surroundings);
        profiles.push(pool);
    }
    for child in resources.iter().filter(|one| is_type(one, POOL)) {
        let child_id = text(child, "id").to_ascii_lowercase();
        if !child_id.starts_with(&format!("{id}/")) {
            continue;
        }
        let mut pool = json!({"name": text(child, "name").rsplit('/').next()});
        let properties = without_open_values(&child["properties"]);
        for (name, value) in properties.as_object().into_iter().flatten() {
            pool[name] = value.clone();
        }
        pool_defaults(&mut pool, &surroundings);
        profiles.retain(|one| text(one, "name") != text(&pool, "name"));
        profiles.push(pool);
    }
    let pools = profiles
        .iter()
        .map(|pool| child(pool, text(resource, "id")))
        .collect();
    cluster["properties"]["agentPoolProfiles"] = Value::Array(profiles);
    cluster_defaults(&mut cluster, &surroundings);
    LiveCluster { cluster, pools }
}

/// Expressions that could not be evaluated have some value in reality; secrets are never shown.
pub(crate) fn without_open_values(value: &Value) -> Value {
    match value {
        Value::String(text) if text.starts_with("[[") => Value::String(text[1..].to_owned()),
        Value::String(text) if text.starts_with('[') && text.ends_with(']') => Value::Null,
        Value::Array(items) => items
            .iter()
            .map(without_open_values)
            .filter(|item| !item.is_null())
            .collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), without_open_values(value)))
            .filter(|(_, value)| !value.is_null())
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

struct Surroundings {
    version: String,
    max_pods: i64,
}

impl Surroundings {
    /// The full version behind an alias.
    fn full(version: &str) -> String {
        if version.matches('.').count() < 2 {
            format!("{version}.4")
        } else {
            version.to_owned()
        }
    }
}

fn child(pool: &Value, cluster: &str) -> Value {
    let mut properties = pool.clone();
    let name = text(pool, "name").to_owned();
    if let Some(members) = properties.as_object_mut() {
        members.remove("name");
    }
    json!({
        "id": format!("{cluster}/agentPools/{name}"),
        "name": name,
        "type": "Microsoft.ContainerService/managedClusters/agentPools",
        "properties": properties,
    })
}

fn fill(value: &mut Value, defaults: Value) {
    let (Some(members), Value::Object(defaults)) = (value.as_object_mut(), defaults) else {
        return;
    };
    for (name, default) in defaults {
        let known = members
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(&name));
        match known {
            Some((_, value)) if value.is_object() && default.is_object() => fill(value, default),
            Some((_, value)) if value.is_null() || value == "" => *value = default,
            Some(_) => {}
            None => {
                members.insert(name, default);
            }
        }
    }
}

fn pool_defaults(pool: &mut Value, surroundings: &Surroundings) {
    let windows = text(pool, "osType") == "Windows";
    if pool["osDiskSizeGB"] == 0 {
        pool["osDiskSizeGB"] = Value::Null;
    }
    let count = pool["minCount"].as_i64().unwrap_or(0).max(1) + 1;
    let sku = if windows { "Windows2022" } else { "Ubuntu" };
    let version = match text(pool, "orchestratorVersion") {
        "" => surroundings.version.clone(),
        own => own.to_owned(),
    };
    fill(
        pool,
        json!({
            "count": count,
            "mode": "User",
            "type": "VirtualMachineScaleSets",
            "osType": "Linux",
            "osSKU": sku,
            "osDiskSizeGB": 128,
            "osDiskType": "Managed",
            "kubeletDiskType": "OS",
            "workloadRuntime": "OCIContainer",
            "maxPods": surroundings.max_pods,
            "enableAutoScaling": false,
            "enableNodePublicIP": false,
            "enableEncryptionAtHost": false,
            "enableUltraSSD": false,
            "enableFIPS": false,
            "scaleDownMode": "Delete",
            "scaleSetPriority": null,
            "orchestratorVersion": version,
            "upgradeSettings": {"maxSurge": "10%", "maxUnavailable": "0"},
            "securityProfile": {"enableVTPM": false, "enableSecureBoot": false, "sshAccess": "LocalUser"},
            "networkProfile": {},
            "powerState": {"code": "Running"},
            "provisioningState": "Succeeded",
            "currentOrchestratorVersion": Surroundings::full(&version),
            "nodeImageVersion": "AKSUbuntu-2204gen2containerd-202606.10.0",
            "eTag": "6f1f6c1e-35d5-4bd6-8c9e-3c8f4a4b2d11",
        }),
    );
}

fn cluster_defaults(cluster: &mut Value, surroundings: &Surroundings) {
    let name = text(cluster, "name").to_owned();
    let group = text(cluster, "id").split('/').nth(4).unwrap_or("");
    let location = text(cluster, "location").to_owned();
    let nodes = format!("MC_{group}_{name}_{location}");
    fill(
        cluster,
        json!({
            "tags": {},
            "sku": {"name": "Base", "tier": "Free"},
            "kind": "Base",
            "eTag": "0b5a7c9d-1b7e-4f0c-9a35-52f9f6f5f0aa",
            "systemData": null,
            "identity": {
                "principalId": "d1c2b3a4-0000-4444-8888-bbbbccccdddd",
                "tenantId": "11111111-2222-3333-4444-555555555555",
            },
            "properties": {},
        }),
    );
    let properties = &mut cluster["properties"];
    fill(
        properties,
        json!({
            "provisioningState": "Succeeded",
            "powerState": {"code": "Running"},
            "kubernetesVersion": surroundings.version,
            "currentKubernetesVersion": Surroundings::full(&surroundings.version),
            "fqdn": format!("{name}-x1y2z3.hcp.{location}.azmk8s.io"),
            "azurePortalFQDN": format!("{name}-x1y2z3.portal.hcp.{location}.azmk8s.io"),
            "nodeResourceGroup": nodes,
            "enableRBAC": true,
            "disableLocalAccounts": false,
            "supportPlan": "KubernetesOfficial",
            "maxAgentPools": 100,
            "resourceUID": "665f1e1b9d1f4c0001aabbcc",
        }),
    );
    fill(properties, profiles(&name, &nodes));
    if text(&properties["networkProfile"], "networkPlugin") == "azure" {
        let user = json!({"adminUsername": "azureuser", "enableCSIProxy": true});
        fill(properties, json!({ "windowsProfile": user }));
    }
    fill(properties, json!({ "networkProfile": network() }));
    let network = &mut cluster["properties"]["networkProfile"];
    let ranges = json!([network["serviceCidr"]]);
    fill(network, json!({ "serviceCidrs": ranges }));
    if network["podCidr"].is_string() {
        let ranges = json!([network["podCidr"]]);
        fill(network, json!({ "podCidrs": ranges }));
    }
    if network["outboundType"] != "loadBalancer"
        && let Some(members) = network.as_object_mut()
    {
        members.remove("loadBalancerProfile");
    }
}

fn profiles(name: &str, nodes: &str) -> Value {
    let identity = format!(
        "/subscriptions/s/resourcegroups/{nodes}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}-agentpool"
    );
    json!({
        "servicePrincipalProfile": {"clientId": "msi"},
        "oidcIssuerProfile": {"enabled": false},
        "securityProfile": {},
        "storageProfile": {
            "diskCSIDriver": {"enabled": true},
            "fileCSIDriver": {"enabled": true},
            "snapshotController": {"enabled": true},
        },
        "workloadAutoScalerProfile": {},
        "metricsProfile": {"costAnalysis": {"enabled": false}},
        "bootstrapProfile": {"artifactSource": "Direct"},
        "nodeProvisioningProfile": {"mode": "Manual", "defaultNodePools": "Auto"},
        "autoUpgradeProfile": {"nodeOSUpgradeChannel": "NodeImage"},
        "identityProfile": {
            "kubeletidentity": {
                "resourceId": identity,
                "clientId": "d1c2b3a4-1111-4444-8888-bbbbccccdddd",
                "objectId": "d1c2b3a4-2222-4444-8888-bbbbccccdddd",
            },
        },
    })
}

fn network() -> Value {
    let address =
        "/subscriptions/s/resourceGroups/MC_g/providers/Microsoft.Network/publicIPAddresses/p";
    json!({
        "networkPlugin": "kubenet",
        "networkDataplane": "azure",
        "loadBalancerSku": "standard",
        "outboundType": "loadBalancer",
        "serviceCidr": "10.0.0.0/16",
        "dnsServiceIP": "10.0.0.10",
        "ipFamilies": ["IPv4"],
        "loadBalancerProfile": {
            "managedOutboundIPs": {"count": 1},
            "effectiveOutboundIPs": [{"id": address}],
            "backendPoolType": "nodeIPConfiguration",
        },
    })
}

/// A resource as the command line client prints it: `properties` dissolved, names of the SDK's attributes, null for what is not set.
fn flat(resource: &Value) -> Value {
    let mut shown = Map::new();
    let pool = is_type(resource, POOL);
    for (name, value) in resource.as_object().into_iter().flatten() {
        if name == "properties" {
            for (name, value) in value.as_object().into_iter().flatten() {
                let name = match name.as_str() {
                    "type" if pool => "typePropertiesType".to_owned(),
                    name => client_name(name),
                };
                shown.insert(name, renamed(value));
            }
        } else {
            shown.insert(client_name(name), renamed(value));
        }
    }
    shown.remove("apiVersion");
    for absent in [
        "extendedLocation",
        "resourceGroup",
        "podSubnetId",
        "gpuProfile",
    ] {
        shown.entry(absent).or_insert(Value::Null);
    }
    Value::Object(shown)
}

/// Members whose own members are named by the user.
const USER_NAMED: [&str; 6] = [
    "tags",
    "nodelabels",
    "addonprofiles",
    "userassignedidentities",
    "identityprofile",
    "config",
];

fn renamed(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(renamed).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let user = USER_NAMED.contains(&name.to_ascii_lowercase().as_str());
                let value = if user { value.clone() } else { renamed(value) };
                (client_name(name), value)
            })
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// `vnetSubnetID` to `vnetSubnetId`, `osDiskSizeGB` to `osDiskSizeGb`, `scan-interval` to `scanInterval`: a name as the client spells it.
fn client_name(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut shown = String::new();
    let mut after_hyphen = false;
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let next = letters.get(at + 1);
        if *letter == '-' {
            after_hyphen = true;
        } else if after_hyphen {
            shown.push(letter.to_ascii_uppercase());
            after_hyphen = false;
        } else if before.is_some_and(char::is_ascii_uppercase)
            && next.is_none_or(|next| !next.is_ascii_lowercase())
        {
            shown.push(letter.to_ascii_lowercase());
        } else {
            shown.push(*letter);
        }
    }
    shown
}

/// Resources of other services.
fn neighbours(resources: &[Value]) -> impl Iterator<Item = Value> {
    resources
        .iter()
        .filter(|one| !is_type(one, CLUSTER) && !is_type(one, POOL))
        .map(without_open_values)
}

fn what_if(clusters: &[LiveCluster], resources: &[Value]) -> Value {
    let changes: Vec<Value> = clusters
        .iter()
        .flat_map(|one| std::iter::once(&one.cluster).chain(&one.pools))
        .cloned()
        .chain(neighbours(resources))
        .map(|resource| {
            json!({
                "resourceId": resource["id"],
                "changeType": "NoChange",
                "before": resource,
                "after": resource,
                "delta": null,
            })
        })
        .collect();
    json!({"status": "Succeeded", "error": null, "changes": changes})
}

/// An exported template of a group: names of clusters in parameters, pools both inside and beside them.
fn exported(clusters: &[LiveCluster], resources: &[Value]) -> Value {
    let mut parameters = Map::new();
    let mut all = Vec::new();
    for one in clusters {
        let name = text(&one.cluster, "name").to_owned();
        let parameter = format!("managedClusters_{}_name", name.replace('-', "_"));
        let mut cluster = without(&one.cluster, &["id", "systemData", "eTag", "kind"]);
        cluster["name"] = json!(format!("[parameters('{parameter}')]"));
        fill(&mut cluster, json!({"apiVersion": "2025-05-01"}));
        for pool in &one.pools {
            all.push(json!({
                "type": "Microsoft.ContainerService/managedClusters/agentPools",
                "apiVersion": cluster["apiVersion"],
                "name": format!("[concat(parameters('{parameter}'), '/{}')]", text(pool, "name")),
                "dependsOn": [format!("[resourceId('Microsoft.ContainerService/managedClusters', parameters('{parameter}'))]")],
                "properties": pool["properties"],
            }));
        }
        all.push(cluster);
        parameters.insert(parameter, json!({"defaultValue": name, "type": "String"}));
    }
    all.extend(neighbours(resources).map(|one| as_declared(&one)));
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": parameters,
        "variables": {},
        "resources": all,
    })
}

/// A resource as a template declares it: an extension resource names what it extends, in `scope` or in its type.
fn as_declared(resource: &Value) -> Value {
    let mut declared = without(resource, &["id"]);
    let id = text(resource, "id");
    if let Some((scope, _)) = id.rsplit_once("/providers/")
        && scope.contains("/providers/")
        && !text(resource, "type").contains("/providers/")
    {
        declared["scope"] = json!(scope);
    }
    declared
}

fn without(resource: &Value, names: &[&str]) -> Value {
    let mut resource = resource.clone();
    if let Some(members) = resource.as_object_mut() {
        members.retain(|name, _| !names.contains(&name.as_str()));
    }
    resource
}

#[cfg(test)]
mod tests {
    use super::client_name;

    #[test]
    fn names_are_those_of_the_client() {
        for (arm, client) in [
            ("vnetSubnetID", "vnetSubnetId"),
            ("osSKU", "osSku"),
            ("osDiskSizeGB", "osDiskSizeGb"),
            ("podIPAllocationMode", "podIpAllocationMode"),
            ("enableUltraSSD", "enableUltraSsd"),
            ("managedOutboundIPs", "managedOutboundIPs"),
            ("dnsServiceIP", "dnsServiceIp"),
            ("scan-interval", "scanInterval"),
            ("linuxOSConfig", "linuxOsConfig"),
            ("enableRBAC", "enableRbac"),
        ] {
            assert_eq!(client_name(arm), client, "{arm}");
        }
    }
}
