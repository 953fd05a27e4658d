param list array
param deep object
output l array = list
output d object = deep
