param on bool
module a 'inner.bicep' = {
  name: 'a'
  params: { n: 'first' }
}
module b 'inner.bicep' = {
  name: 'b'
  params: {
    n: a.outputs.o
    opt: on ? a.name : null
  }
}
output r array = [a.outputs.o, b.outputs.o, b.name]
