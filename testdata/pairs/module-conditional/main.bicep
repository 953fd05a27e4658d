param on bool
module m 'inner.bicep' = if (on) {
  name: 'm'
  params: { n: 'x' }
}
output a string? = m.?outputs.o
output b string? = m.?outputs.?o
output c string = m.?outputs.o ?? 'off'
output d string = on ? m.outputs.o : 'off'
