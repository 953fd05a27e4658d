// of a conditional resource only what is asked for with `?` is guarded; what is known beforehand is not asked for
param on bool
resource sa 'Microsoft.Storage/storageAccounts@2023-01-01' = if (on) {
  name: 'store'
  location: 'west'
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: { accessTier: 'Hot' }
}
output id string? = sa.?id
output tier string? = sa.?properties.accessTier
output plain string = sa.id
