// from a resource group to its subscription: the location is the group's
module s 'sub.bicep' = {
  name: 's'
  scope: subscription()
}
module t 'sub.bicep' = {
  name: 't'
  scope: subscription('33333333-3333-3333-3333-333333333333')
}
output r array = [s.outputs.l, t.outputs.id]
