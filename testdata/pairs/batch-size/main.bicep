@batchSize(2)
resource d 'Microsoft.Compute/disks@2023-04-02' = [for i in range(0, 3): {
  name: 'd${i}'
  location: 'west'
}]
