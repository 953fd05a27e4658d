//! Bicep made for measuring, in the manner of a module of a registry: described parameters with types, resources with
//! choices and safe access, loops, modules.

use std::fmt::Write as _;

/// A file of at least so many bytes.
pub(crate) fn of_size(bytes: usize) -> String {
    let mut text = String::from(
        "targetScope = 'resourceGroup'\n\nparam clusterName string\nparam location string = resourceGroup().location\n\n",
    );
    let mut number = 0;
    while text.len() < bytes {
        // Writing to a String does not fail.
        let _ = write!(text, "{}", UNIT.replace("{n}", &number.to_string()));
        number += 1;
    }
    text
}

/// The module that the files below use.
pub(crate) const ALERT: (&str, &str) = (
    "alert.bicep",
    "param scope string
param number int

resource alert 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'alert-${number}'
  location: 'global'
  properties: { scopes: [scope], severity: 2 }
}

output id string = alert.id
",
);

/// So many networks with a subnet each.
pub(crate) fn of_resources(count: usize) -> String {
    let unit = r"
param size{n} int = 4
var name{n} = '${prefix}-{n}'

resource network{n} 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name{n}
  location: location
  tags: { size: string(size{n}) }
  properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } }
}

resource subnet{n} 'Microsoft.Network/virtualNetworks/subnets@2024-05-01' = {
  parent: network{n}
  name: 'nodes'
  properties: { addressPrefix: network{n}.properties.addressSpace.addressPrefixes[0] }
}

output subnet{n} string = subnet{n}.id
";
    let head = "param location string = resourceGroup().location\nparam prefix string\n";
    (0..count).fold(head.to_owned(), |text, number| {
        text + &unit.replace("{n}", &number.to_string())
    })
}

/// So many modules, each with what the one before gives.
pub(crate) fn of_modules(count: usize) -> String {
    let head = "param scope string\n";
    (0..count).fold(head.to_owned(), |text, number| {
        let scope = match number.checked_sub(1) {
            Some(before) => format!("alert{before}.outputs.id"),
            None => "scope".to_owned(),
        };
        let unit = format!(
            "
module alert{number} 'alert.bicep' = {{
  name: 'alert{number}'
  params: {{
    scope: {scope}
    number: {number}
  }}
}}
"
        );
        text + &unit
    })
}

/// Loops of so many resources, modules and outputs.
pub(crate) fn of_copies(count: usize) -> String {
    let text = r"param prefix string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = [for number in range(0, {n}): {
  name: '${prefix}-${number}'
  location: 'westeurope'
  properties: { addressSpace: { addressPrefixes: ['10.${number % 200}.0.0/16'] } }
}]

module alert 'alert.bicep' = [for number in range(0, {n}): {
  name: 'alert-${number}'
  params: {
    scope: network[number].id
    number: number
  }
}]

output networks array = [for number in range(0, {n}): network[number].id]
";
    text.replace("{n}", &count.to_string())
}

const UNIT: &str = r"@description('Optional. What the pool consists of: how many nodes, of which size, and what may run on them.')
param pool{n} poolType{n}?

@description('Optional. Zones of the pool.')
@allowed([1, 2, 3])
param zones{n} int[] = [
  1
  2
]

var name{n} = take('${clusterName}-${uniqueString(resourceGroup().id, location)}-{n}', 63)
var labels{n} = union({ pool: 'pool{n}', kind: pool{n}.?kind ?? 'work' }, pool{n}.?labels ?? {})

resource cluster{n} 'Microsoft.ContainerService/managedClusters@2025-05-01' existing = {
  name: clusterName

  resource pool 'agentPools' existing = {
    name: 'pool{n}'
  }
}

// A pool of nodes.
resource agentPool{n} 'Microsoft.ContainerService/managedClusters/agentPools@2025-05-01' = if (!empty(pool{n})) {
  parent: cluster{n}
  name: name{n}
  properties: {
    mode: pool{n}.?mode ?? 'User'
    count: pool{n}.?count
    vmSize: pool{n}!.vmSize
    enableAutoScaling: (pool{n}.?maxCount ?? 0) > (pool{n}.?minCount ?? 0)
    availabilityZones: map(zones{n}, zone => string(zone))
    nodeLabels: labels{n}
    nodeTaints: [for taint in pool{n}.?taints ?? []: '${taint.key}=${taint.value}:NoSchedule']
    upgradeSettings: {
      maxSurge: '33%'
      drainTimeoutInMinutes: pool{n}.?important == true && length(zones{n}) >= 2 ? 60 : 30
    }
  }
}

module alerts{n} 'modules/alerts.bicep' = [
  for (zone, index) in zones{n}: {
    name: '${deployment().name}-alerts-{n}-${index}'
    params: {
      scope: agentPool{n}.id
      zone: zone
    }
  }
]

@description('The resource ID of the pool.')
output poolId{n} string = cluster{n}::pool.id

@export()
@description('The type of a pool of nodes: what is not given here is left to the service, which chooses by the size of the nodes.')
type poolType{n} = {
  @description('Required. The size of the nodes. It cannot change while the pool exists: another pool with nodes of the other size takes its place.')
  vmSize: string

  @description('Optional. The number of nodes. Left out where the autoscaler decides, as each deployment would set it back to this number.')
  count: int?

  @description('Optional. The least number of nodes that the autoscaler leaves. Required if the autoscaler is on.')
  minCount: int?

  @description('Optional. The greatest number of nodes that the autoscaler adds. Required if the autoscaler is on.')
  maxCount: int?

  @description('Optional. What the pool is for. Pools of the system run what the cluster itself needs, and one of them has to stay.')
  kind: 'work' | 'system' | null

  @description('Optional. Taints of the nodes: what does not tolerate them is not scheduled there. They are given to new nodes, and to those that exist.')
  taints: { key: string, value: string }[]?

  @description('Optional. Labels of the nodes, by which a workload chooses them. Those of the service itself begin with its own name and are kept.')
  labels: object?
}

";
