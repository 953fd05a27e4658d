using main.bicep
using
param a string = 1
param = 1
param b
extends
extensionConfig with {}
resource c 'a/b@1' = {}
func d() string => 'x'
param e = {
  a: 'x' b: 1
  c: [1 2]
