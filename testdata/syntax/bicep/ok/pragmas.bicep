#disable-next-line no-unused-params BCP334
param a string // #disable-next-line is text here

  #disable-diagnostics no-unused-vars
var b = [
  #disable-next-line prefer-interpolation
  concat('a', 'b')
]
#restore-diagnostics no-unused-vars
/* #disable-next-line
   no-unused-vars */
var c = 1
