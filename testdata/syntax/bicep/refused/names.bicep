import { 'twice' } from 'lib.bicep' // error: [expr-syntax]
import { 'place' as there } from 'lib.bicep'
import * as lib from 'lib.bicep'
param vnet string
resource subnet 'Microsoft.Network/virtualNetworks/subnets@2023-09-01' = {
  name: '${vnet}/a/b' // error: [expr-resource-id-segments]
}
resource open 'Microsoft.Network/virtualNetworks/subnets@2023-09-01' = {
  name: '${vnet}a'
}
resource network 'Microsoft.Network/virtualNetworks@2023-09-01' existing = {
  name: 'network'
}
resource child 'Microsoft.Network/virtualNetworks/subnets@2023-09-01' = {
  parent: network
  name: '${network.name}/child' // error: [expr-resource-id-segments]
}
resource keyed 'Microsoft.Network/networkSecurityGroups@2023-09-01' = {
  name: 'keyed'
  location: 'westeurope'
  properties: {
    '${vnet}': [for i in range(0, 2): i] // error: [expr-copy-invalid]
    named: [for i in range(0, 2): i]
  }
}
output keys object = listKeys(network.id) // error: [expr-wrong-arity]
output nested string = vnet::child // error: [expr-undefined-symbol]
output ofLocal array = map([1], x => x::child) // error: [expr-undefined-symbol]
output absent string = lib.nothing() // error: [expr-undefined-symbol]
param bare resourceInput // error: [expr-wrong-arity]
param filled string<'x'> // error: [expr-undefined-symbol]
output used string = there
module onResource 'empty.bicep' = {
  scope: network // error: [scope-mismatch]
}
module onText 'empty.bicep' = {
  scope: 'here' // error: [expr-type-mismatch]
}
module onModule 'empty.bicep' = {
  scope: onText // error: [scope-mismatch]
}
output called string = vnet.trim() // error: [expr-unknown-function]
import { hidden } from 'lib.bicep' // error: [expr-undefined-symbol]
output shown string = hidden // error: [expr-undefined-symbol]
resource outer 'Microsoft.Network/virtualNetworks@2023-09-01' = {
  name: 'outer'
  location: 'westeurope'
  properties: {
    first: inner.id // error: [expr-cycle]
  }
  resource inner 'subnets' = {
    name: 'inner'
    properties: { outer: other.id } // error: [expr-cycle]
  }
  resource other 'subnets' = {
    name: 'other'
  }
}
@description('above nothing') // error: [expr-syntax]
