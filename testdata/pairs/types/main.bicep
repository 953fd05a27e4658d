@discriminator('kind')
type storage = { kind: 'blob', container: string } | { kind: 'file', share: string, quota: int? }
type pool = {
  name: string
  @minValue(1)
  count: int
  mode: 'System' | 'User'
  labels: { *: string }?
}
type pair = [string, int]
type count = pool.count
@sealed()
type strict = { a: string }
param s storage = { kind: 'file', share: 'x' }
param pools pool[] = [{ name: 'a', count: 1, mode: 'User' }]
param p pair = ['a', 1]
param c count = 4
param t strict = { a: 'b' }
param n string?
param l ('a' | 'b')[] = ['b']
output r array = [s, pools, p, c, t, n ?? 'none', l]
