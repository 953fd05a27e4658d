param pools array
var offset = 10
output names array = map(pools, p => '${p.name}!')
output big array = filter(pools, (p, i) => p.count > 1 && i < 5)
output sorted array = sort(pools, (a, b) => a.count < b.count)
output sum int = reduce(pools, offset, (all, p, i) => all + p.count * i)
output table object = toObject(pools, p => p.name, p => p.count)
output groups object = groupBy(pools, p => p.kind)
output values object = mapValues({ a: 1, b: 2 }, v => v * offset)
