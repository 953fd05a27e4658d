param o object
param l array
var whole = { ...o, x: 2 }
output a object = { first: 1, ...o, x: null, ...{ y: { b: 2 } } }
output b array = ['s', ...l, ...[3], 'e']
output c object = whole
