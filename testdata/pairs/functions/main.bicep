// functions see other functions and variables
var region = 'west'
func suffix(n string) string => '-${n}'
func named(kind string, n string) string => '${kind}${suffix(toLower(n))}-${region}'
output r string = named('aks', 'PROD')
