param names array
resource d 'Microsoft.Compute/disks@2023-04-02' = [for (n, i) in names: {
  name: 'd-${n}-${i}'
  location: 'west'
  properties: { creationData: { createOption: 'Empty' }, size: 4 * (i + 1) }
}]
output ids array = [for (n, i) in names: d[i].id]
output last string = d[1].name
