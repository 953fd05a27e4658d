param a string
var b = {

  c: a
  d: '''
lines
'''
}var e = [  1
  2
]