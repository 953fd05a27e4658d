@secure()
param a string
@secure()
param b string
resource d 'Microsoft.Compute/disks@2023-04-02' = {
  name: 'd'
  location: 'west'
  properties: { a: a, b: b }
}
