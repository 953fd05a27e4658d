// an existing resource is not written, and its id stands for it
param vault string
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: vault
  scope: resourceGroup('other')
}
resource d 'Microsoft.Compute/disks@2023-04-02' = {
  name: 'd'
  location: 'west'
  properties: { vault: kv.id, uri: kv.properties.vaultUri, where: kv.location }
}
