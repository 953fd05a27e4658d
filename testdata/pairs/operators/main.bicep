param a int
param s string
param o object
output r array = [
  -a
  -5
  a - 1 - 1
  a + 2 * 3 % 4 / 2
  a != 3
  !(a > 1 && a <= 4 || a < 0)
  s =~ 'ABC'
  s !~ 'abd'
  a >= 3 ? 'yes' : 'no'
  o.?x ?? o.?y ?? 'z'
  any(null) ?? false || true
  2147483648
  '${4294967296}'
]
