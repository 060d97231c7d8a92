// The functions of templates: one file for each family, one line to add one.
import { builtin } from './builtin.ts'
import { comparison } from './comparison.ts'
import { data } from './data.ts'
import { dicts } from './dicts.ts'
import type { Functions } from './function.ts'
import { helm } from './helm.ts'
import { lists } from './lists.ts'
import { logic } from './logic.ts'
import { numbers } from './numbers.ts'
import { strings } from './strings.ts'

/** Every function by its name. */
export const functions: Functions = { ...builtin, ...comparison, ...logic, ...strings, ...numbers, ...lists, ...dicts, ...data, ...helm }
