// names of loops and lambdas hide others
param n string = 'outer'
var items = ['a', 'b']
output r array = [for n in items: '${n}-${join(map(items, n => toUpper(n)), '')}']
output s string = n
