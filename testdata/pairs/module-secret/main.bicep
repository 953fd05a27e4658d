param fromVault bool
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'kv'
}
module m 'inner.bicep' = {
  name: 'm'
  params: { a: kv.getSecret('one'), b: fromVault ? kv.getSecret('two') : 'plain' }
}
