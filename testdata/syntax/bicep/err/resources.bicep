resource 'a/b@1' = { name: 'x' }
resource a = { name: 'x' }
resource b 'a/b@1' { name: 'x' }
resource c 'a/b@1' =
resource d 'a/b@1' = []
resource e 'a/b@1' = null
resource f 'a/b@1' = if true { name: 'x' }
resource g 'a/b@1' = if () { name: 'x' }
resource h 'a/b@1' = if (true)
resource i 'a/b@1' = [for x in y: x]
resource j 'a/b@1' = [for (x) in y: {}]
resource k 'a/b@1' = [for x y: {}]
resource l 'a/b@1' = [for x in y {}]
module m = {}
module n 'n.bicep' {
  params: {
    resource: 1
    resource x 'y' = {}
  }
}
resource o 'a/b@1' = [for x in y: {
  name: x
}
output p string = 'a'
