@export()
var place = 'here'

@export()
func twice(n int) int => n * 2

var hidden = place
