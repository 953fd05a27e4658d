module m 'inner.bicep' = [for (n, i) in ['a', 'b']: if (i >= 0) {
  name: 'm-${n}'
  params: { n: n, opt: '${i}' }
}]
output outs array = [for i in range(0, 2): m[i].outputs.o]
output all array = map(m, one => one.outputs.o)
