module m 'inner.bicep' = {
  name: 'm'
}
output o string = m.outputs.open
resource d 'Microsoft.Compute/disks@2023-04-02' = {
  name: 'd'
  location: 'west'
  properties: { key: m.outputs.key }
}
