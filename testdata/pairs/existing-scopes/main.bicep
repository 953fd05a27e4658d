resource inSubscription 'Microsoft.Authorization/policyDefinitions@2021-06-01' existing = {
  name: 'a'
  scope: subscription('11111111-1111-1111-1111-111111111111')
}
resource inTenant 'Microsoft.Authorization/policyDefinitions@2021-06-01' existing = {
  name: 'b'
  scope: tenant()
}
resource inGroup 'Microsoft.Authorization/policyDefinitions@2021-06-01' existing = {
  name: 'c'
  scope: managementGroup('corp')
}
output ids array = [inSubscription.id, inTenant.id, inGroup.id]
