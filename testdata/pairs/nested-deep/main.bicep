// types and versions of nested resources are relative to their parents
resource account 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 'store'
  location: 'west'
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  resource blobs 'blobServices' = {
    name: 'default'
    resource one 'containers@2022-09-01' = [for n in ['a', 'b']: {
      name: n
      properties: { of: account.name }
    }]
  }
}
output second string = account::blobs::one[1].id
