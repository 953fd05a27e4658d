param pools array
param counts object
resource aks 'Microsoft.ContainerService/managedClusters@2024-05-01' = {
  name: 'aks'
  location: 'west'
  tags: toObject(items(counts), c => c.key, c => string(c.value))
  properties: {
    dnsPrefix: 'x'
    agentPoolProfiles: [for (p, i) in pools: {
      name: p
      count: counts[p]
      zones: map(range(1, i + 1), z => '${z}')
    }]
  }
}
