using 'main.bicep'

param clusterName = 'aks-shop'
param pools = [
  {
    name: 'apps'
    size: 'Standard_D4s_v5'
    zones: ['1', '2']
  }
  {
    name: 'batch'
    size: 'Standard_D4s_v5'
    zones: ['1', '2', '3']
    labels: { 'shop.example/tier': 'batch' }
  }
]
