param name string
param dnsPrefix string
param location string
param network object
@secure()
param proxy string?
param pools array
param tags object

resource cluster 'Microsoft.ContainerService/managedClusters@2025-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Base', tier: 'Standard' }
  identity: { type: 'SystemAssigned' }
  properties: {
    dnsPrefix: dnsPrefix
    kubernetesVersion: '1.35'
    agentPoolProfiles: [
      {
        name: 'system'
        mode: 'System'
        type: 'VirtualMachineScaleSets'
        osType: 'Linux'
        osSKU: 'AzureLinux'
        vmSize: 'Standard_D4ds_v5'
        count: 3
        osDiskType: 'Managed'
        osDiskSizeGB: 128
        maxPods: 60
      }
    ]
    networkProfile: {
      networkPlugin: 'azure'
      networkPluginMode: 'overlay'
      networkDataplane: 'cilium'
      loadBalancerSku: 'standard'
      podCidr: network.podCidr
      serviceCidr: network.service.cidr
      dnsServiceIP: network.service.dns
    }
    httpProxyConfig: proxy == null ? null : { httpProxy: proxy }
  }
}

module nodes 'pools.bicep' = {
  name: '${name}-pools'
  params: {
    clusterName: cluster.name
    pools: pools
  }
}

output id string = cluster.id
