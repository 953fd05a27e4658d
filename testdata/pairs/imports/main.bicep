import { region as place, mk, size } from 'lib/lib.bicep'
import * as lib from 'lib/lib.bicep'
param s size = 'small'
output r array = [place, mk('a'), lib.table.x, lib.mk('b'), s]
