parm a string
param
param é string
param b string param c string
param d =
param e string = 'x' = 'y'
var = 1
var f
var g 1
var 2h = 1
output i = 1
output j string
output string == 1
type k
type l = { a string, b: , 'c'?: int, @x() d: string }
type m = 'a' |
func n(x) string => x
func o(x string) => x
func p x string => x
func q(x string,) string => x
metadata r
targetScope 'subscription'
import { } from
import { a as } from 'x'
import * from 'x'
import a from 'x'
extension
extension y with as z
if (true) {
}
using 'main.bicep'
@description
param s string
@
param t string
@description('a') param u string
@description('dangling')

; what
@description('at the end')
