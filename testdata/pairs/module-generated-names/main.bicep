// a module without a name gets one of its symbol and the deployment's name
module net 'inner.bicep' = {
  params: { n: 'x' }
}
module each 'inner.bicep' = [for i in range(0, 2): {
  params: { n: 'e${i}' }
}]
output r array = [net.name, net.outputs.o, each[1].name, each[1].outputs.o]
