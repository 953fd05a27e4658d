targetScope = 'managementGroup'
resource def 'Microsoft.Authorization/policyDefinitions@2021-06-01' = {
  name: 'rule'
  properties: {}
}
output id string = def.id
