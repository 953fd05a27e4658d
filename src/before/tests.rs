//! Live states in every form, read back as deployments.

use super::*;
use crate::eval::{Context, Data, Reason, Value};
use crate::model::Resource;
use crate::text::Files;

const CLUSTER: &str =
    "/subscriptions/s1/resourcegroups/rg/providers/Microsoft.ContainerService/managedClusters/aks";

fn read(texts: &[&str]) -> Result<(Files, Live), Box<LiveError>> {
    let files = Files::default();
    let ids: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| files.add(format!("live{at}.json"), None, *text))
        .collect();
    let live = Live::read(&files, &ids, &Context::default())?;
    Ok((files, live))
}

fn live(texts: &[&str]) -> (Files, Live) {
    match read(texts) {
        Ok(live) => live,
        Err(error) => panic!("{error}"),
    }
}

fn at<'v>(resource: &'v Resource, path: &str) -> &'v Value {
    let mut names = path.split('/');
    let first = names.next().unwrap();
    let mut value = &resource
        .body
        .get(first)
        .unwrap_or_else(|| panic!("no {first}"))
        .value;
    for name in names {
        value = match &value.data {
            Data::Array(array) => &array.items[name.parse::<usize>().unwrap()],
            _ => {
                &value
                    .as_object()
                    .unwrap()
                    .get(name)
                    .unwrap_or_else(|| panic!("no {name}"))
                    .value
            }
        };
    }
    value
}

/// The cluster as `az aks show` prints it.
fn shown() -> String {
    format!(
        r#"{{
  "id": "{CLUSTER}", "name": "aks", "type": "Microsoft.ContainerService/ManagedClusters",
  "location": "westeurope", "resourceGroup": "rg", "tags": {{"enableRbac": "x"}},
  "sku": {{"name": "Base", "tier": "Standard"}}, "identity": {{"type": "SystemAssigned"}},
  "enableRbac": true, "kubernetesVersion": "1.33.2",
  "autoScalerProfile": {{"scaleDownDelayAfterAdd": "10m"}},
  "networkProfile": {{"dnsServiceIp": "10.0.0.10", "loadBalancerProfile": {{
     "effectiveOutboundIPs": [{{"id": "/subscriptions/s1/x/y", "resourceGroup": "MC_rg"}}]}}}},
  "agentPoolProfiles": [
    {{"name": "sys", "count": 3, "vmSize": "Standard_D4s_v5", "vnetSubnetId": null, "osDiskSizeGb": 128,
      "type": "VirtualMachineScaleSets", "nodeLabels": {{"vnetSubnetId": "mine"}}}}]
}}"#
    )
}

#[test]
fn az_aks_show_becomes_the_arm_shape() {
    let text = shown();
    let (files, live) = live(&[&text]);
    let [cluster] = live.deployment.resources.as_slice() else {
        panic!("one resource");
    };
    assert_eq!(cluster.id.as_text().map(AsRef::as_ref), Some(CLUSTER));
    assert_eq!(cluster.name.as_text().map(AsRef::as_ref), Some("aks"));
    let names: Vec<&str> = cluster
        .body
        .entries
        .iter()
        .map(|entry| &*entry.key)
        .collect();
    assert_eq!(names, ["location", "tags", "sku", "identity", "properties"]);
    assert!(matches!(
        at(cluster, "properties/enableRBAC").data,
        Data::Bool(true)
    ));
    let delay = at(
        cluster,
        "properties/autoScalerProfile/scale-down-delay-after-add",
    );
    assert_eq!(delay.as_text().map(AsRef::as_ref), Some("10m"));
    let pool = at(cluster, "properties/agentPoolProfiles/0")
        .as_object()
        .unwrap();
    let names: Vec<&str> = pool.entries.iter().map(|entry| &*entry.key).collect();
    assert_eq!(
        names,
        [
            "name",
            "count",
            "vmSize",
            "vnetSubnetID",
            "osDiskSizeGB",
            "type",
            "nodeLabels"
        ]
    );
    assert!(
        at(cluster, "properties/agentPoolProfiles/0/nodeLabels")
            .as_object()
            .unwrap()
            .get("vnetSubnetId")
            .is_some()
    );
    assert_eq!(
        &*at(cluster, "tags").as_object().unwrap().entries[0].key,
        "enableRbac"
    );
    let ip = at(
        cluster,
        "properties/networkProfile/loadBalancerProfile/effectiveOutboundIPs/0",
    );
    assert!(ip.as_object().unwrap().get("resourceGroup").is_none());
    let size = at(cluster, "properties/agentPoolProfiles/0/vmSize")
        .origin
        .place()
        .unwrap();
    assert_eq!(files.slice(size), "\"Standard_D4s_v5\"");
    assert_eq!(live.context.subscription.as_deref(), Some("s1"));
    assert_eq!(live.context.resource_group.as_deref(), Some("rg"));
    assert!(!live.is_full && !live.is_predicted);
}

fn pool(name: &str) -> String {
    format!(
        r#"{{"id": "{CLUSTER}/agentPools/{name}", "name": "{name}",
            "type": "Microsoft.ContainerService/managedClusters/agentPools",
            "typePropertiesType": "VirtualMachineScaleSets", "count": 2, "tags": {{"a": "b"}}, "resourceGroup": "rg"}}"#
    )
}

#[test]
fn pools_of_the_cli() {
    let text = pool("np");
    for text in [
        text.clone(),
        format!("[{text}]"),
        format!("{{\"value\": [{text}]}}"),
    ] {
        let (_, live) = live(&[&text]);
        let [pool] = live.deployment.resources.as_slice() else {
            panic!("one resource");
        };
        assert_eq!(pool.name.as_text().map(AsRef::as_ref), Some("aks/np"));
        let kind = at(pool, "properties/type").as_text().unwrap();
        assert_eq!(&**kind, "VirtualMachineScaleSets");
        assert!(at(pool, "properties/tags").as_object().is_some());
        assert_eq!(pool.body.entries.len(), 1);
    }
}

#[test]
fn arm_shapes_and_lists_of_everything() {
    let arm = format!(
        r#"{{"value": [{{"id": "{CLUSTER}", "name": "aks", "type": "microsoft.containerservice/managedclusters",
            "apiVersion": "2025-05-01", "location": "we", "properties": {{"vnetSubnetId": 1}}}},
            {{"id": "/subscriptions/s2/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v", "name": "v",
              "properties": {{}}}}]}}"#
    );
    let (_, live) = live(&[&arm]);
    let cluster = &live.deployment.resources[0];
    // What Azure itself answers is not respelled.
    assert!(
        at(cluster, "properties").as_object().unwrap().entries[0]
            .key
            .as_ref()
            == "vnetSubnetId"
    );
    assert_eq!(
        cluster.api_version.as_text().map(AsRef::as_ref),
        Some("2025-05-01")
    );
    let network = &live.deployment.resources[1];
    assert_eq!(&*network.resource_type, "Microsoft.Network/virtualNetworks");
    // The cluster's own ids count before those of its neighbours.
    assert_eq!(live.context.subscription.as_deref(), Some("s1"));
}

#[test]
fn several_files_are_one_state() {
    let shown = shown();
    let newer = shown
        .replace("1.33.2", "1.34.1")
        .replace("resourcegroups", "resourceGroups");
    let (_, live) = live(&[&shown, &pool("np"), &newer]);
    assert_eq!(live.deployment.resources.len(), 2);
    let version = at(
        &live.deployment.resources[0],
        "properties/kubernetesVersion",
    );
    assert_eq!(version.as_text().map(AsRef::as_ref), Some("1.34.1"));
}

fn resource(kind: &str, name: &str) -> Resource {
    let text = format!(r#"{{"id": "", "type": "{kind}", "name": "{name}", "properties": {{}}}}"#);
    let (_, live) = live(&[&text]);
    live.deployment.resources[0].clone()
}

#[test]
fn what_a_snapshot_is_silent_about() {
    let pools = "Microsoft.ContainerService/managedClusters/agentPools";
    let with_id = |name: &str| {
        let (_, live) = live(&[&pool(name)]);
        live.deployment.resources[0].clone()
    };
    let network = resource("Microsoft.Network/virtualNetworks", "v");
    let shown = shown();
    let (_, cluster) = live(&[&shown]);
    assert_eq!(cluster.blind(&with_id("new")), None);
    assert_eq!(cluster.blind(&resource(pools, "AKS/new")), None);
    assert!(
        cluster
            .blind(&resource(pools, "other/new"))
            .unwrap()
            .contains("does not hold other")
    );
    assert!(
        cluster
            .blind(&network)
            .unwrap()
            .contains("Microsoft.Network")
    );
    let (_, one) = live(&[&pool("np")]);
    assert!(
        one.blind(&with_id("new"))
            .unwrap()
            .contains("does not list everything")
    );
    let (_, list) = live(&[&format!("[{}]", pool("np"))]);
    assert_eq!(list.blind(&with_id("new")), None);
    let clusters = resource("Microsoft.ContainerService/managedClusters", "other");
    assert!(
        cluster
            .blind(&clusters)
            .unwrap()
            .contains("does not hold other")
    );
    let (_, full) = live(&["{\"changes\": []}"]);
    assert_eq!(full.blind(&network), None);
}

#[test]
fn what_if_shows_its_side_before() {
    let change = format!(
        r#"{{"resourceId": "{CLUSTER}", "changeType": "Modify", "before": {{"id": "{CLUSTER}", "apiVersion": "2025-05-01",
            "name": "aks", "type": "Microsoft.ContainerService/managedClusters", "properties": {{"x": "[y]"}}}},
            "after": {{}}, "delta": []}}, {{"resourceId": "r", "changeType": "Create", "before": null}}"#
    );
    for text in [
        format!(r#"{{"status": "Succeeded", "error": null, "changes": [{change}]}}"#),
        format!(r#"{{"status": "Succeeded", "properties": {{"changes": [{change}]}}}}"#),
    ] {
        let (_, live) = live(&[&text]);
        assert_eq!(live.deployment.resources.len(), 1);
        let text = at(&live.deployment.resources[0], "properties/x");
        assert_eq!(text.as_text().map(AsRef::as_ref), Some("[y]"));
        assert!(live.is_full && !live.is_predicted);
    }
    let stack = format!(
        r#"{{"properties": {{"changes": {{"resourceChanges": [{{"id": "{CLUSTER}", "changeType": "modify",
            "resourceConfigurationChanges": {{"before": {{"id": "{CLUSTER}", "properties": {{}}}}, "after": {{}}}}}}]}}}}}}"#
    );
    assert_eq!(live(&[&stack]).1.deployment.resources.len(), 1);
}

#[test]
fn predicted_resources_keep_their_expressions() {
    let text = r#"{"predictedResources": [{"id": "[resourceId('a/b', 'c')]", "type": "a/b", "name": "c",
        "apiVersion": "1", "condition": "[parameters('on')]",
        "properties": {"x": "[reference('z').q['r-s'][0]]", "y": "[[text]", "n": "[not an expression"}}],
        "diagnostics": []}"#;
    let (_, live) = live(&[text]);
    assert!(live.is_predicted && live.is_full);
    let resource = &live.deployment.resources[0];
    assert!(resource.condition.is_some());
    let x = at(resource, "properties/x").as_unknown().unwrap();
    assert_eq!(
        crate::eval::residual_text(&x.residual),
        "reference('z').q['r-s'][0]"
    );
    assert_eq!(x.reason, Reason::Runtime("reference".into()));
    let y = at(resource, "properties/y").as_text().map(AsRef::as_ref);
    assert_eq!(y, Some("[text]"));
    assert_eq!(&*resource.resource_type, "a/b");
}

#[test]
fn an_exported_template_is_evaluated() {
    let text = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"cluster": {"type": "String", "defaultValue": "aks"}}, "variables": {},
        "resources": [{"type": "Microsoft.ContainerService/managedClusters", "apiVersion": "2025-05-01",
          "name": "[parameters('cluster')]", "location": "westeurope",
          "properties": {"agentPoolProfiles": [{"name": "sys"}]}}]}"#;
    let (_, live) = live(&[text, &pool("np")]);
    assert_eq!(live.deployment.problems, []);
    assert!(live.is_full);
    let cluster = &live.deployment.resources[1];
    assert_eq!(cluster.name.as_text().map(AsRef::as_ref), Some("aks"));
    // The scope comes from the other file.
    let id = cluster.id.as_text().unwrap();
    assert!(id.eq_ignore_ascii_case(CLUSTER), "{id}");
}

#[test]
fn what_is_no_snapshot_says_what_would_be() {
    let help = |error: &LiveError| miette::Diagnostic::help(error).unwrap().to_string();
    for (text, words, way) in [
        ("{\"a\": 1", "is not JSON", "az aks show"),
        (
            "{\"a\": 1}",
            "no resource id and no type",
            "az aks nodepool list",
        ),
        ("[]", "holds no resource", "az rest"),
        ("{\"value\": []}", "holds no resource", "what-if"),
        ("[1]", "this is no resource", "snapshot.json"),
        (
            "\"x\"",
            "neither an object nor an array",
            "exported template",
        ),
        (
            "[{\"name\": \"sys\", \"type\": \"VirtualMachineScaleSets\"}]",
            "no resource id",
            "az aks show",
        ),
        (
            "{\"changes\": [{\"resourceId\": \"r\", \"changeType\": \"Deploy\"}]}",
            "ids only",
            "FullResourcePayloads",
        ),
        (
            "{\"status\": \"Failed\", \"error\": {\"code\": \"X\", \"message\": \"preflight\"}}",
            "preflight",
            "az aks show",
        ),
        ("", "live0.json", "az aks show"),
    ] {
        let error = read(&[text]).map(|_| ()).expect_err(text);
        let message = error.to_string();
        assert!(
            message.contains(words) && message.contains("live0.json"),
            "{text}: {message}"
        );
        assert!(help(&error).contains(way), "{text}: {}", help(&error));
    }
}
