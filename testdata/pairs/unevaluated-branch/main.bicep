param ok bool = true
output r array = [ok ? 1 : fail('no'), !ok && fail('no'), ok || fail('no'), 1 ?? fail('no')]
