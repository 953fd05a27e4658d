targetScope = 'subscription'
resource rg 'Microsoft.Resources/resourceGroups@2022-09-01' = {
  name: 'made'
  location: 'west'
}
resource def 'Microsoft.Authorization/policyDefinitions@2021-06-01' = {
  name: 'rule'
  properties: {}
}
output ids array = [rg.id, def.id]
