// Texts in every form.
var escapes = '\n \r \t \\ \' \$ \${no} \u{1F600} é 😀 $ $$ {}'
var holes = '${escapes}-${toLower('it\'s ${length('${escapes}')}')}$'
var empty = ''
var block = '''
first line is dropped
  ${this} is no hole, \n is no escape, ' and '' are text
'''
var quotes = '''it'''''
var one = '''single'''
var hole = $'''
>$${escapes}< and ${length(holes)}
'''
var two = $$'''${escapes} $${escapes} $$${escapes}'''
var key = {
  '''block''': 1
  'a${empty}': 2
}
