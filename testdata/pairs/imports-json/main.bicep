import { greet, place, color } from 'lib.json'
param c color = 'red'
output r array = [greet('x'), place, c]
