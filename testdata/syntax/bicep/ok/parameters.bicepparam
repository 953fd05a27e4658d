using 'main.bicep' with {
  mode: 'deployment'
}
extends '../base.bicepparam'

import { sizes } from 'sizes.bicep'

type size = 'a' | 'b'
var prefix = readEnvironmentVariable('PREFIX', 'dev')
var typed string = '${prefix}-x'

param location = 'westeurope'
param tags = { ...base.tags, prefix: prefix }
param pools = [for i in range(0, 3): { name: 'pool${i}' }]
param secret = az.getSecret('00000000-0000-0000-0000-000000000001', 'rg', 'vault', 'name')
param external = externalInput('sys.cli', 'key')
param unset = null

extensionConfig k8s with {
  namespace: 'default'
}
