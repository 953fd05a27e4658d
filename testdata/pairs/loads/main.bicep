// files are read relative to the file that names them; nothing in them is an expression
module m 'mods/m.bicep' = {
  name: 'm'
}
var all = loadJsonContent('data.json')
output r array = [all.list[1], all.text, loadJsonContent('data.json', '$.deep.k'), loadYamlContent('data.yaml').pools[0].count]
output t array = [loadTextContent('note.txt'), m.outputs.t, loadFileAsBase64('note.txt')]
output f array = map(loadDirectoryFileInfo('mods', '*.txt'), f => f.relativePath)
