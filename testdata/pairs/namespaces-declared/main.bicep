// the namespace of Azure, declared under another name
extension az as azure
resource store 'Microsoft.Storage/storageAccounts@2023-01-01' existing = {
  name: 'store'
}
var key = azure.reference(store.id, store.apiVersion).primaryKey
output r array = [azure.resourceGroup().name, sys.toUpper('a'), azure.resourceId('Microsoft.Storage/storageAccounts', store.name)]
output key string = key
