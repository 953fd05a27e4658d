// a property that is called copy is no loop
resource d 'Microsoft.Compute/disks@2023-04-02' = {
  name: 'd'
  location: 'west'
  properties: { copy: [{ name: 'x', count: 1, input: 'y' }], after: sa.location }
}
resource sa 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 'store'
  location: 'west'
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
}
