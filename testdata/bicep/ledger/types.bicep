@export()
@description('A node pool, as the parameter files write it.')
type poolType = {
  @maxLength(12)
  name: string
  vmSize: string
  @minValue(0)
  count: int
  ephemeral: bool?
}

@export()
func diskOf(pool poolType) string => (pool.?ephemeral ?? false) ? 'Ephemeral' : 'Managed'
