var a = 1 +
var b = * 2
var c = !!true
var d = --1
var e = 1.5
var f = 9223372036854775808
var g = -9223372036854775809
var h = x[]
var i = x[1
var j = x.
var k = x..y
var l = x ? 1
var m = x ? 1 :
var n = x
  + 1
var o = map([1], (x, 1) => 1)
var p = map([1], x =>)
var q = a & b
var r = a -> b
var s = [for in range(0, 1): 1]
var t = #disable-next-line x
