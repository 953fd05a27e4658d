// Every type.
type text = string
type number = 1
type negative = -1
type not = !true
type nothing = null
type literals = 'a' | 'b' | 1 | -2 | true | null
type lines =
  | 'first'
  | 'second'
  // a comment between
  | 'third'
type array = string[]
type deep = string[][]?
type nullable = { a: string? }
type sure = nullable.a!
type union = ('a' | 'b')[]
type parentheses = ((string))
type tuple = [
  string
  @description('The second.')
  int?
]
type inline = [string, int]
@sealed()
@description('An object.')
type object1 = {
  @description('The name.')
  @minLength(1)
  name: string

  'quoted-name': int
  optional: bool?
  nested: {
    list: array
    @description('Everything else.')
    *: nullable
  }
}
type oneLine = { a: string, b: int? }
type tree = {
  value: string
  children: tree[]?
}
@discriminator('kind')
type tagged = { kind: 'a', x: int } | { kind: 'b', y: string }
type member = object1.nested.list[*]
type item = tuple[0]
type rest = object1.nested.*
type imported = shared.poolType.name
type derived = resourceInput<'Microsoft.ContainerService/managedClusters@2024-05-01'>.properties
type result = sys.resourceOutput<'Microsoft.ContainerService/managedClusters@2024-05-01'>?
type qualified = sys.string
import * as shared from 'shared.bicep'
param list resourceInput<'Microsoft.ContainerService/managedClusters@2024-05-01'>.properties.agentPoolProfiles = []
