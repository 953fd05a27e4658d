// what is known at run time only is written out where it is used
resource sa 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 'store'
  location: 'west'
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
}
var endpoint = sa.properties.primaryEndpoints.blob
var settings = { url: endpoint, key: sa.listKeys().keys[0].value, plain: sa.name }
var plain = { id: sa.id }
output a object = { at: 'x-${endpoint}', known: plain.id }
resource d 'Microsoft.Compute/disks@2023-04-02' = {
  name: 'd'
  location: 'west'
  properties: settings
}
