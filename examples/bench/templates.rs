//! Templates made for measuring: as large as asked for, in the manner of real ones.

use serde_json::{Value, json};

/// A template of at least so many bytes: a cluster, pools in nested deployments with parameters of their own, and what stands around them.
pub(crate) fn of_size(bytes: usize) -> String {
    let units = |count| text(&with_units(count)).len();
    let mut count = bytes / (units(8) - units(4)) * 4;
    loop {
        let written = text(&with_units(count));
        if written.len() >= bytes {
            return written;
        }
        count += 1;
    }
}

/// A template with so many resources.
pub(crate) fn of_resources(count: usize) -> String {
    let resources: Vec<Value> = (0..count).map(pool).collect();
    text(&template(json!({}), &resources))
}

/// A template whose one resource stands for so many.
pub(crate) fn of_copies(count: usize) -> String {
    let mut looped = pool(0);
    looped["copy"] = json!({"name": "pools", "count": count});
    looped["name"] = json!("[format('{0}/pool{1}', parameters('clusterName'), copyIndex())]");
    looped["properties"]["count"] = json!("[add(copyIndex(), 1)]");
    text(&template(json!({}), &[looped]))
}

/// The same template with larger nodes in one pool.
pub(crate) fn changed(template: &str) -> String {
    let larger = template.replacen("Standard_D4s_v5", "Standard_D8s_v5", 1);
    if larger != *template {
        return larger;
    }
    // Somebody else's template: another default of the first switch.
    template.replacen("\"defaultValue\": false", "\"defaultValue\": true", 1)
}

fn with_units(count: usize) -> Value {
    let mut parameters = serde_json::Map::new();
    let mut resources = vec![cluster()];
    for number in 0..count {
        if number.is_multiple_of(4) {
            parameters.insert(format!("pool{number}"), pool_parameter(number));
            resources.push(pool_deployment(number));
            resources.push(lock(number));
        } else {
            resources.push(alert_deployment(number));
        }
    }
    template(Value::Object(parameters), &resources)
}

fn template(mut parameters: Value, resources: &[Value]) -> Value {
    parameters["clusterName"] = json!({"type": "string", "defaultValue": "bench"});
    parameters["nodeSize"] = json!({"type": "string", "defaultValue": "Standard_D4s_v5"});
    parameters["location"] =
        json!({"type": "string", "defaultValue": "[resourceGroup().location]"});
    json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": parameters,
        "variables": {
            "tags": {"team": "platform", "cluster": "[parameters('clusterName')]"},
            "subnet": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet', 'nodes')]"
        },
        "resources": resources,
        "outputs": {
            "id": {
                "type": "string",
                "value": "[resourceId('Microsoft.ContainerService/managedClusters', parameters('clusterName'))]"
            }
        }
    })
}

fn cluster() -> Value {
    json!({
        "type": "Microsoft.ContainerService/managedClusters",
        "apiVersion": "2025-05-01",
        "name": "[parameters('clusterName')]",
        "location": "[parameters('location')]",
        "tags": "[variables('tags')]",
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "dnsPrefix": "[toLower(parameters('clusterName'))]",
            "kubernetesVersion": "1.34.2",
            "agentPoolProfiles": [{
                "name": "system",
                "mode": "System",
                "count": 3,
                "vmSize": "[parameters('nodeSize')]",
                "vnetSubnetID": "[variables('subnet')]"
            }],
            "networkProfile": {"networkPlugin": "azure", "serviceCidr": "10.0.0.0/16", "dnsServiceIP": "10.0.0.10"}
        }
    })
}

fn pool_parameter(number: usize) -> Value {
    json!({
        "type": "object",
        "defaultValue": {
            "count": 3,
            "minCount": 3,
            "maxCount": 12,
            "vmSize": "Standard_D4s_v5",
            "labels": {"pool": format!("pool{number}"), "kind": "work"},
            "taints": ["sku=work:NoSchedule"]
        },
        "metadata": {"description": "What the pool consists of: how many nodes, of which size, and what may run on them."}
    })
}

fn pool_deployment(number: usize) -> Value {
    let parameter = format!("parameters('pool{number}')");
    let zones = format!(
        "[if(greater({parameter}.count, 2), createArray('1', '2', '3'), createArray('1'))]"
    );
    deployment(
        &format!("pool-{number}"),
        &json!({
            "clusterName": {"value": "[parameters('clusterName')]"},
            "settings": {"value": format!("[union(createObject('osType', 'Linux'), {parameter})]")},
            "zones": {"value": zones}
        }),
        &json!({
            "clusterName": {"type": "string"},
            "settings": {"type": "object"},
            "zones": {"type": "array"}
        }),
        &inner_pool(number),
    )
}

fn alert_deployment(number: usize) -> Value {
    let alert = json!({
        "type": "Microsoft.Insights/metricAlerts",
        "apiVersion": "2018-03-01",
        "name": format!("[concat(parameters('cluster'), '-alert-{number}')]"),
        "location": "global",
        "properties": {
            "description": "Nodes of the cluster are short of something for more than a few minutes.",
            "severity": "[if(parameters('urgent'), 1, 3)]",
            "enabled": true,
            "scopes": ["[resourceId('Microsoft.ContainerService/managedClusters', parameters('cluster'))]"],
            "evaluationFrequency": "PT5M",
            "windowSize": "PT15M",
            "criteria": {
                "odata.type": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
                "allOf": [{
                    "name": "node",
                    "metricName": "node_cpu_usage_percentage",
                    "operator": "GreaterThan",
                    "threshold": "[add(60, parameters('margin'))]",
                    "timeAggregation": "Average"
                }]
            }
        }
    });
    deployment(
        &format!("alert-{number}"),
        &json!({
            "cluster": {"value": "[parameters('clusterName')]"},
            "urgent": {"value": number.is_multiple_of(3)},
            "margin": {"value": number % 30}
        }),
        &json!({
            "cluster": {"type": "string", "minLength": 1, "metadata": {"description": "Name of the cluster"}},
            "urgent": {"type": "bool", "defaultValue": false},
            "margin": {"type": "int", "minValue": 0, "maxValue": 40}
        }),
        &alert,
    )
}

/// A nested deployment with parameters of its own.
fn deployment(name: &str, given: &Value, declared: &Value, resource: &Value) -> Value {
    json!({
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": format!("[format('{{0}}-{name}', uniqueString(deployment().name, parameters('location')))]"),
        "dependsOn": ["[resourceId('Microsoft.ContainerService/managedClusters', parameters('clusterName'))]"],
        "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"},
            "parameters": given,
            "template": {
                "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
                "contentVersion": "1.0.0.0",
                "parameters": declared,
                "resources": [resource]
            }
        }
    })
}

fn inner_pool(number: usize) -> Value {
    json!({
        "type": "Microsoft.ContainerService/managedClusters/agentPools",
        "apiVersion": "2025-05-01",
        "name": format!("[format('{{0}}/pool{number}', parameters('clusterName'))]"),
        "properties": {
            "mode": "User",
            "osType": "[parameters('settings').osType]",
            "vmSize": "[parameters('settings').vmSize]",
            "count": "[parameters('settings').count]",
            "enableAutoScaling": true,
            "minCount": "[parameters('settings').minCount]",
            "maxCount": "[tryGet(parameters('settings'), 'maxCount')]",
            "availabilityZones": "[parameters('zones')]",
            "nodeLabels": "[parameters('settings').labels]",
            "nodeTaints": "[parameters('settings').taints]"
        }
    })
}

fn lock(number: usize) -> Value {
    json!({
        "type": "Microsoft.Authorization/locks",
        "apiVersion": "2020-05-01",
        "name": format!("[format('lock-{{0}}', guid(parameters('clusterName'), '{number}'))]"),
        "scope": "[format('Microsoft.ContainerService/managedClusters/{0}', parameters('clusterName'))]",
        "condition": format!("[not(empty(parameters('pool{number}').labels))]"),
        "properties": {"level": "CanNotDelete", "notes": "Nodes of this pool hold data.\nAsk before they go."}
    })
}

fn pool(number: usize) -> Value {
    json!({
        "type": "Microsoft.ContainerService/managedClusters/agentPools",
        "apiVersion": "2025-05-01",
        "name": format!("[format('{{0}}/pool{number}', parameters('clusterName'))]"),
        "properties": {
            "mode": "User",
            "osType": "Linux",
            "vmSize": "[parameters('nodeSize')]",
            "count": number % 10,
            "vnetSubnetID": "[variables('subnet')]",
            "tags": "[union(variables('tags'), createObject('pool', 'work'))]",
            "nodeLabels": {"pool": "work", "kind": "[toLower('Work')]"}
        }
    })
}

fn text(template: &Value) -> String {
    serde_json::to_string_pretty(template).unwrap_or_default()
}
