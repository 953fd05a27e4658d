// with symbolic names an existing resource is written
type ids = string[]
param extra ids = []
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'kv'
  scope: resourceGroup('11111111-1111-1111-1111-111111111111', 'other')
  resource key 'keys' existing = {
    name: 'k'
  }
}
resource d 'Microsoft.Compute/disks@2023-04-02' = {
  name: 'd'
  location: 'west'
  properties: { key: kv::key.properties.keyUri, ids: concat(extra, [kv::key.id]) }
}
