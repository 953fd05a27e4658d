@minLength(2)
@maxLength(5)
param s string = 'abc'
@allowed(['x', 'y'])
param a string = 'y'
@allowed(['x', 'y', 'z'])
param l array = ['x', 'z']
@secure()
param k string = 'key'
@minValue(-3)
param i int = -2
output r array = [s, a, l, i]
resource d 'Microsoft.Compute/disks@2023-04-02' = {
  name: 'd'
  location: 'west'
  properties: { k: k }
}
