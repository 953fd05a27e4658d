module m 'inner.bicep' = {
  name: 'm'
  params: {
    list: [for (n, i) in ['a', 'b']: '${n}${i}']
    deep: { of: [for n in ['c']: { n: n }] }
  }
}
output r array = [m.outputs.l, m.outputs.d]
