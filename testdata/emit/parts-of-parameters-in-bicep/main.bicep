type pool = {
  name: string
  size: string
  zones: string[]
  labels: object?
}

param clusterName string
param pools pool[]

module nodePools 'pool.bicep' = [for one in pools: {
  name: 'pool-${one.name}'
  params: {
    clusterName: clusterName
    pool: one
  }
}]
