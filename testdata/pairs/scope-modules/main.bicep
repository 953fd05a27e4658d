targetScope = 'subscription'
resource made 'Microsoft.Resources/resourceGroups@2022-09-01' = {
  name: 'made'
  location: 'west'
}
module byName 'inner.bicep' = {
  name: 'by-name'
  scope: resourceGroup('named')
}
module bySymbol 'inner.bicep' = {
  name: 'by-symbol'
  scope: made
}
module same 'same.bicep' = {
  name: 'same'
}
output ids array = [byName.outputs.id, bySymbol.outputs.id, same.outputs.id]
