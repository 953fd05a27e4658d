// indices are those of the whole array, instances those that pass
param items array
resource d 'Microsoft.Compute/disks@2023-04-02' = [for (item, i) in items: if (item.on) {
  name: '${item.n}${i}'
  location: 'west'
}]
output third string = d[2].id
output count int = length(d)
