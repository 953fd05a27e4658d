resource groups 'Microsoft.Network/networkSecurityGroups@2023-09-01' = [for i in range(0, 2): {
  name: 'group${i}'
  location: 'westeurope'
}]
module parts 'empty.bicep' = [for i in range(0, 2): {}]
var ids = map(groups, group => group.id)
var more = concat(ids, ['x'])

// All of a loop, where it is read before any other loop runs.
resource fine 'Microsoft.Network/networkSecurityGroups@2023-09-01' = {
  name: 'fine'
  location: 'westeurope'
  properties: {
    ids: map(groups, group => group.id)
    more: more
    parts: map(parts, part => part.outputs.place)
    count: nameof(groups)
  }
  dependsOn: groups
}
module handed 'empty.bicep' = {
  params: {
    ids: concat(more, map(groups, group => group.name))
  }
  dependsOn: [groups, parts[1]]
}
output all array = map(groups, group => group.properties.securityRules)
output one array = [for i in range(0, 2): groups[i].id]
output shadowed array = map([[1]], groups => length(groups))

resource looped 'Microsoft.Network/networkSecurityGroups@2023-09-01' = [for i in range(0, length(more)): { // error: [expr-context-not-allowed]
  name: 'looped${i}'
  location: 'westeurope'
  properties: {
    ids: map(groups, group => group.id) // error: [expr-context-not-allowed]
    more: more // error: [expr-context-not-allowed]
  }
}]
resource tagged 'Microsoft.Network/networkSecurityGroups@2023-09-01' = if (length(parts) > 1) { // error: [expr-context-not-allowed]
  name: 'tagged'
  location: 'westeurope'
  identity: {
    type: '${length(groups)}' // error: [expr-context-not-allowed]
  }
}
output counts array = [for i in range(0, 2): length(groups)] // error: [expr-context-not-allowed]
output mores array = [for i in range(0, 2): more] // error: [expr-context-not-allowed]
output names array = [for group in groups: group.name] // error: [expr-context-not-allowed]
output safe string = groups[?0].name // error: [expr-context-not-allowed]
resource store 'Microsoft.Storage/storageAccounts@2023-01-01' existing = {
  name: 'store'
}
resource counted 'Microsoft.Network/networkSecurityGroups@2023-09-01' = {
  name: 'counted'
  location: 'westeurope'
  properties: {
    fine: [for i in split(store.id, '/'): i]
    late: [{ items: [for i in store.properties.items: i] }] // error: [expr-context-not-allowed]
  }
}
