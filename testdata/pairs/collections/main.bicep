// a loop as a whole needs symbolic names
resource d 'Microsoft.Compute/disks@2023-04-02' = [for i in range(0, 2): {
  name: 'd${i}'
  location: 'west'
  properties: { size: i }
}]
output sizes array = map(d, x => x.properties.size)
output ids array = map(d, x => x.id)
output one object = d[1].properties
