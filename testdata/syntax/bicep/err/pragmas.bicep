#disable-next-line
param a string #disable-next-line no-unused-params
# disable-next-line x
#pragma x
#disable-diagnostics a,b
/* never closed
