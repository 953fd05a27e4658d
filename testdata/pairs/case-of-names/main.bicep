// a parameter and a variable that differ in case are two; members are found in any case
param A string = 'parameter'
var a = 'variable'
var table = { Key: 1 }
output r array = [A, a, table.key, table['KEY']]
