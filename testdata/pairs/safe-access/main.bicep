param o object
param l array
output r array = [
  o.?a.b[0].c
  o.?x.b[0].c
  o.?x.?b
  (o.?a).b[^1].c
  l[^1]
  l[?^9].name
  l[?7]
  l[?^1].?name
  l[0]!.name
  o.?a.b[^1].c
  o['a']['b'][0].c
]
