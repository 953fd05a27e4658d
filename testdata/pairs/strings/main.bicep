// braces, brackets, quotes, lines, holes
param n int
output a string = '{x}${n}{{'
output b string = '[not an expression]'
output c string = '[one] two'
output d string = 'it\'s ${'it\'s'} \u{e9}\t\${n}'
output e string = '''
first
 second
'''
output f string = '''quotes''''
output g string = $'''>$${n}<'''
output h string = $$'''${n} $${n}'''
output i object = { '[k]': '[v]', 'k${n}': n }
