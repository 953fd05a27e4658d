// functions by their full names, beside parameters that are called like them
param resourceGroup string = 'mine'
var concat = sys.concat('a', 'b')
output r array = [concat, az.resourceGroup().name, resourceGroup, nameof(concat)]
