// an inner property loop has its own index, the outer one that of the resource
resource nsg 'Microsoft.Network/networkSecurityGroups@2023-09-01' = [for (n, i) in ['a', 'b']: {
  name: n
  location: 'west'
  properties: {
    securityRules: [for (port, j) in [22, 443]: {
      name: '${n}-${port}'
      properties: { priority: 100 + 10 * i + j }
    }]
  }
}]
