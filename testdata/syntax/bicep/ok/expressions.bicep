// Every operator and literal.
var literals = [null, true, false, 0, 9223372036854775807, -9223372036854775808]
var arithmetic = 1 + 2 * 3 - 4 / 2 % 3
var comparison = 1 < 2 && 2 <= 3 || 3 > 4 && 4 >= 5
var equality = 'a' == 'b' || 'a' != 'b' || 'a' =~ 'A' || 'a' !~ 'B'
var missing = null ?? 'x' ?? 'y'
var signs = !(!true) && -(-1) < 0
var choice = true ? 'a' : false ? 'b' : 'c'
var lines = comparison
  ? 'first'
  // a comment between
  : equality
    ? 'second'
    : 'third'
var object = {
  name: 'a'
  'quoted-name': 'b'
  '${choice}-computed': 'c'
  for: 1
  in: { nested: { deep: [] } }
  ...{ spread: true }
}
var oneLine = { a: 1, b: 2, ...object, }
var empty = {}
var array = [
  1
  2, 3
  ...[4, 5]
]
var access = object.in.nested['deep'][0].?x[?0].y[^1][?^2]!.z
var safe = object.?a.b.?c[?'d']
var calls = sys.concat(az.resourceGroup().name, format(
  '{0}-{1}',
  choice,
  toLower('X')
))
var lambdas = reduce(
  map(range(0, 3), i => i * 2),
  0,
  (sum, value) => sum + value
)
var lambda = filter(array, item =>
  item > 1)
var loop = [for item in array: item]
var indexed = [for (item, i) in array: { value: item, at: i }]
var spread = [
  for item in array: {
    ...object
  }
]
var parentheses = ((1 + 2)) * (3)
var commented = /* before */ 1 /* after */ // end
