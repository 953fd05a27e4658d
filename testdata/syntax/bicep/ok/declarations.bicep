// Every declaration of a template.
targetScope = 'resourceGroup'

metadata description = 'All of them'
metadata owner = { team: 'platform' }

import { poolType, sizes as poolSizes } from 'types.bicep'
import { 'with-dash' as dashed } from 'compiled.json'
import * as shared from 'br/public:avm/shared:1.0.0'
import {
  one
  two as other
} from 'br:example.azurecr.io/types:v1'

extension az
extension 'br:example.azurecr.io/ext/thing:1.0' as thing
extension kubernetes with {
  namespace: 'default'
  kubeConfig: kubeConfig
} as k8s

@description('The place.')
param location string = resourceGroup().location

@secure()
@minLength(3)
param kubeConfig string

param pools poolType[]
param sku ('Free' | 'Standard')?
param param string = 'contextual words are names'
param vnet resource 'Microsoft.Network/virtualNetworks@2023-11-01'

@export()
type size = 'small' | 'large'
type tagged = tree?

@export()
@description('Names of pools.')
var names = [for (pool, i) in pools: '${pool.name}-${i}']
var typed int = 3
var resource = 1

@export()
func prefixed(prefix string, name string) string => '${prefix}-${name}'
func none() object => {}
func multi(
  a int,
  b string[]
) bool =>
  length(b) > a

resource network 'Microsoft.Network/virtualNetworks@2023-11-01' existing = {
  name: 'network'
  scope: az.resourceGroup('other')

  resource subnet 'subnets' existing = {
    name: 'nodes'
  }
}

@batchSize(1)
resource cluster 'Microsoft.ContainerService/managedClusters@2024-05-01' = [for i in range(0, 2): if (i > 0) {
  name: 'aks${i}'
  location: location
}]

resource late 'Microsoft.ContainerService/managedClusters@2024-05-01' =
  if (typed > 2) {
    name: 'late'

    @description('A child of its own.')
    resource pool 'agentPools@2024-05-01' = {
      name: 'user'
    }
    resource all 'agentPools' = [
      for name in names: {
        name: name
      }
    ]
    properties: { resource: 'a property', for: 1, if: 2 }
  }

module inner 'modules/inner.bicep' = if (!empty(pools)) {
  params: { network: network::subnet.id, ...none() }
}
module each 'br/public:avm/res/network/nat-gateway:1.0.0' = [
  for name in names: {
    name: name
  }
]
module spec 'ts:00000000-0000-0000-0000-000000000001/rg/spec:v1' = {}

output ids array = [for (name, i) in names: cluster[i].id]
output kubeConfigs string[] = map(names, name => toUpper(name))
output vnet resource 'Microsoft.Network/virtualNetworks@2023-11-01' = network

assert small = typed < 10
test unit 'main.bicep' = {
  params: { location: 'westeurope' }
}
