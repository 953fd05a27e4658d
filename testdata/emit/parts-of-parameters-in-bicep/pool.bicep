param clusterName string
param pool object

resource cluster 'Microsoft.ContainerService/managedClusters@2025-09-01' existing = {
  name: clusterName
}

resource nodes 'Microsoft.ContainerService/managedClusters/agentPools@2025-09-01' = {
  parent: cluster
  name: pool.name
  properties: {
    mode: 'User'
    count: 3
    vmSize: pool.size
    availabilityZones: pool.zones
    nodeLabels: pool.?labels
  }
}
