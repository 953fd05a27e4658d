var hidden = '!'
var note = loadTextContent('note.txt')
@export()
var region = 'west${hidden}'
@export()
var table = { x: note }
@export()
func mk(n string) string => '${n}-${region}-${hidden}'
@export()
type size = 'small' | 'big'
