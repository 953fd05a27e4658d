using 'main.bicep'
extends 'base.bicepparam'

var size = 'Standard_D8ds_v5'

param pools = [
  { name: 'ledger', vmSize: 'Standard_D16ds_v5', count: 6 }
  { name: 'batch', vmSize: size, count: 2, ephemeral: true }
]
