var a = (1 + 2
var b = ()
var c = (1, 2)
var d = [1, 2
  3,
  4
]
var e = { a: 1,
  b: 2, c: 3
  d 4
  e = 5
  true: 6
  f: g(1
  h: i(1,)
  j: [1 2] k: 3
}
var f = concat('a'
, 'b')
resource r 'a/b@1' = {
  name: 'r'
  properties: {
    open: [
      1

@description('next')
param found string
output x string = found
