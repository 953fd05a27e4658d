targetScope = 'tenant'
resource mg 'Microsoft.Management/managementGroups@2021-04-01' = {
  name: 'corp'
  properties: {}
}
output id string = mg.id
