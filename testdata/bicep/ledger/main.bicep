// A cluster for the ledger, with its pools three modules down.
import { poolType, diskOf } from 'types.bicep'

@allowed(['dev', 'prod'])
param stage string

param location string = resourceGroup().location

@minLength(1)
param pools poolType[]

@secure()
param proxyPassword string = ''

@description('What the build stamped.')
param imageTag string = 'none'

var network = loadJsonContent('settings/network.json')
var names = { cluster: 'aks-ledger-${stage}', prefix: 'ledger-${stage}' }

module cluster 'modules/cluster.bicep' = {
  name: 'cluster-${stage}'
  params: {
    name: names.cluster
    dnsPrefix: names.prefix
    location: location
    network: network
    proxy: empty(proxyPassword) ? null : 'http://proxy:${proxyPassword}@10.0.0.1'
    pools: [for pool in pools: { ...pool, osDiskType: diskOf(pool) }]
    tags: { stage: stage, image: imageTag, motd: loadTextContent('settings/motd.txt') }
  }
}

output clusterId string = cluster.outputs.id
