param clusterName string
param name string
param vmSize string
param count int
param osDiskType string

resource cluster 'Microsoft.ContainerService/managedClusters@2025-01-01' existing = {
  name: clusterName
}

resource pool 'Microsoft.ContainerService/managedClusters/agentPools@2025-01-01' = {
  parent: cluster
  name: name
  properties: {
    mode: 'User'
    type: 'VirtualMachineScaleSets'
    osType: 'Linux'
    osSKU: 'AzureLinux'
    vmSize: vmSize
    count: count
    osDiskType: osDiskType
    osDiskSizeGB: 128
    maxPods: 60
  }
}
