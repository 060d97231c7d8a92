// Go templates with Helm's functions: texts in, texts out, with the origin of every character.
export { templateSet, type TemplateSet } from './template-set.ts'
export { functions } from './functions/index.ts'
export type { Source } from './source.ts'
export { dict, fromJson, int, isDict, isList, list, type Dict, type Value } from './value.ts'
