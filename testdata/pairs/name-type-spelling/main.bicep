// a type is written as the catalog spells it
resource rule 'microsoft.insights/metricalerts@2018-03-01' = {
  name: 'cpu'
  location: 'global'
}
output t string = rule.type
