using 'main.bicep'

param stage = 'dev'
param pools = [
  { name: 'ledger', vmSize: 'Standard_D4ds_v5', count: 1 }
]
