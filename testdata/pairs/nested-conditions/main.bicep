// nested children inherit conditions, children by `parent:` do not
param a bool
param b bool
resource v 'Microsoft.Network/virtualNetworks@2023-09-01' = if (a) {
  name: 'v'
  location: 'west'
  resource inner 'subnets' = if (b) {
    name: 'inner'
    properties: { addressPrefix: '10.0.0.0/24' }
  }
}
resource outer 'Microsoft.Network/virtualNetworks/subnets@2023-09-01' = {
  parent: v
  name: 'outer'
  properties: { addressPrefix: '10.0.1.0/24' }
}
output inner string = v::inner.id
