// `.name` is what stands in `name:`, `.id` has the parents too
param prefix string
resource cluster 'Microsoft.ContainerService/managedClusters@2024-05-01' = {
  name: '${prefix}-aks'
  location: 'west'
}
resource pool 'Microsoft.ContainerService/managedClusters/agentPools@2024-05-01' = {
  parent: cluster
  name: 'apps'
  properties: { count: 2 }
}
output names array = [cluster.name, pool.name]
output ids array = [cluster.id, pool.id, pool.type, pool.apiVersion]
