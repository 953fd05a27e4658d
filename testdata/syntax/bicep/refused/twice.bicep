targetScope = 'subscription'
var name = 'same'
var end = 'me'
resource one 'Microsoft.Resources/resourceGroups@2023-07-01' = {
  name: name // error: [duplicate-declaration]
  location: 'westeurope'
}
resource other 'Microsoft.Resources/resourceGroups@2023-07-01' = if (true) {
  name: 'sa${end}' // error: [duplicate-declaration]
  location: 'westeurope'
}
param perhaps bool
resource third 'Microsoft.Resources/resourceGroups@2023-07-01' = if (perhaps) {
  name: 'same'
  location: 'westeurope'
}
resource lockOne 'Microsoft.Authorization/locks@2020-05-01' existing = {
  name: 'lock' // error: [duplicate-declaration]
  scope: third
}
resource lockTwo 'Microsoft.Authorization/locks@2020-05-01' existing = {
  name: 'lock' // error: [duplicate-declaration]
  scope: third
}
resource lockThree 'Microsoft.Authorization/locks@2020-05-01' existing = {
  name: 'lock'
  scope: other
}
module first 'empty.bicep' = {
  name: 'module' // error: [duplicate-declaration]
  scope: resourceGroup('a')
}
module second 'empty.bicep' = {
  name: 'module' // error: [duplicate-declaration]
  scope: resourceGroup('a')
}
module elsewhere 'empty.bicep' = {
  name: 'module'
  scope: resourceGroup('b')
}
module inGroup 'empty.bicep' = {
  name: 'module' // error: [duplicate-declaration]
  scope: one
}
module inGroupToo 'empty.bicep' = {
  name: 'module' // error: [duplicate-declaration]
  scope: one
}

var copy = 1 // error: [duplicate-declaration]
func twice(a int, a string) int => 1 // error: [duplicate-declaration] [duplicate-declaration]
output pairs array = map([1], (x, x) => x) // error: [duplicate-declaration] [duplicate-declaration]
output loops array = [for (i, i) in range(0, 2): i] // error: [duplicate-declaration] [duplicate-declaration]
type cased = {
  a: string // error: [duplicate-declaration]
  A: string // error: [duplicate-declaration]
}
type resource = string // error: [duplicate-declaration]
@description('one') // error: [duplicate-declaration]
@sys.description('two') // error: [duplicate-declaration]
param described string
