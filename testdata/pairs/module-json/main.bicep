// a module may be compiled already
module m 'inner.json' = {
  name: 'm'
  params: { n: 'x' }
}
output o string = m.outputs.o
