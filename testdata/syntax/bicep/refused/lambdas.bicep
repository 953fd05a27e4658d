resource groups 'Microsoft.Network/networkSecurityGroups@2023-09-01' = [for i in range(0, 2): {
  name: 'group${i}'
  location: 'westeurope'
}]
resource store 'Microsoft.Storage/storageAccounts@2023-01-01' existing = {
  name: 'store'
}
var fine = map(range(0, 2), (i => '${i}${store.listKeys().keys[0].value}'))
output alsoFine array = [for i in range(0, 2): map(['a'], part => '${part}${groups[i].name}')]
output own array = map(range(0, 2), groups => map([[1]], groups => groups[0]))

var picked = map(range(0, 2), i => groups[i].id) // error: [expr-context-not-allowed]
output deeper array = map([1], i => map(range(0, 2), j => groups[i].properties)) // error: [expr-context-not-allowed]
output asked array = map(['a'], name => reference(name, '2023-09-01').id) // error: [expr-context-not-allowed]
output keys array = map(['a'], name => az.listKeys('x/${name}', '2023-01-01').keys) // error: [expr-context-not-allowed]
output version array = map(['2023-01-01'], version => store.listKeys(version).keys) // error: [expr-context-not-allowed]
var outside = i => i // error: [expr-context-not-allowed]
var inside = map([1], [i => i]) // error: [expr-context-not-allowed]
