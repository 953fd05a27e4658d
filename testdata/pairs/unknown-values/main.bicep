// what is not known prints in the words of the template functions
param name string
param on bool
var tags = { owner: name, fixed: 'x' }
resource d 'Microsoft.Compute/disks@2023-04-02' = if (on) {
  name: 'd-${name}'
  location: on ? 'west' : toLower(name)
  tags: tags
  properties: { l: [for t in [name, 'b']: { t: t, up: toUpper(t) }], s: { ...tags, more: 1 } }
}
output id string = d.id
output sum object = union(tags, { extra: name })
