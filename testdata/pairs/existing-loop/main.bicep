// a loop of existing children, whose parents are instances of another loop: who asks for one of them waits for its parent
resource nets 'Microsoft.Network/virtualNetworks@2023-09-01' = [for name in ['a', 'b']: {
  name: name
  location: 'westeurope'
}]
resource subnets 'Microsoft.Network/virtualNetworks/subnets@2023-09-01' existing = [for (name, at) in ['x', 'y']: {
  parent: nets[1 - at]
  name: name
}]
resource locks 'Microsoft.Authorization/locks@2020-05-01' = [for i in range(0, 2): {
  name: 'lock${i}'
  scope: subnets[i]
  properties: {
    level: 'CanNotDelete'
    notes: subnets[0].id
  }
}]
output last string = subnets[1].id
