var names = [for i in range(0, 3): 'n${i}']
var doubled = [for (n, i) in names: { n: n, twice: i * 2 }]
output r array = doubled
output s array = [for d in doubled: d.twice]
