var open = 'never closed
var good = 1
var hole = 'a ${good
var inner = 'a ${'b'
var escape = 'a \x b \u{110000} c \u{zz}'
var double = "a"
var hollow = 'a${}b'
var array = 'a${[1]}b${ { a: 1 } }'
var trailing = 'a${good b}c' + 1
var block = '''
never closed
