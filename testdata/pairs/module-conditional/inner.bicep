param n string
param opt string?
output o string = '${n}/${opt ?? 'none'}'
