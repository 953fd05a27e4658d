resource sa 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 'store'
  location: 'west'
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
}
resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'keep'
  scope: sa
  properties: { level: 'CanNotDelete' }
}
output id string = lock.id
