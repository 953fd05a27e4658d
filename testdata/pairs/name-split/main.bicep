// a name of two segments is split for the id
param both string
resource sub 'Microsoft.Network/virtualNetworks/subnets@2023-09-01' existing = {
  name: both
}
output name string = sub.name
output id string = sub.id
