targetScope = 'managementGroup'
module m 'inner.bicep' = {
  name: 'm'
  scope: managementGroup('child')
}
output id string = m.outputs.id
