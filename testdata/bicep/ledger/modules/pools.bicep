param clusterName string
param pools array

module pool 'pool.bicep' = [for (one, at) in pools: {
  name: '${clusterName}-pool-${at}'
  params: {
    clusterName: clusterName
    name: one.name
    vmSize: one.vmSize
    count: one.count
    osDiskType: one.osDiskType
  }
}]
