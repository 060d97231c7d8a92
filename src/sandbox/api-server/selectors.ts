import type { KubernetesObject } from '#base/index.ts'
import { badRequest } from './status.ts'

/** Tells whether an object is chosen. */
export type Predicate = (object: KubernetesObject) => boolean

type Labels = Readonly<Record<string, string>>
type Requirement = (labels: Labels) => boolean

const form = /^\s*(?<not>!)?\s*(?<key>[^\s=!(),]+)\s*(?:(?<op>==|=|!=|>|<|\bin\b|\bnotin\b)\s*(?<value>\([^)]*\)|[^\s,()]*))?\s*$/

/** Splits at commas outside parentheses. */
const terms = (text: string): readonly string[] => text.split(/,(?![^(]*\))/)

/** What each operator asks of a label that may be absent. */
const operators: Readonly<Record<string, (value: string | undefined, values: ReadonlySet<string>) => boolean>> = {
  '=': (value, values) => value !== undefined && values.has(value),
  '!=': (value, values) => value === undefined || !values.has(value),
  '>': (value, values) => value !== undefined && Number(value) > Math.max(...[...values].map(Number)),
  '<': (value, values) => value !== undefined && Number(value) < Math.min(...[...values].map(Number)),
}
const synonyms: Readonly<Record<string, string>> = { '==': '=', in: '=', notin: '!=' }

function requirement(text: string): Requirement {
  const { not, key, op, value = '' } = form.exec(text)?.groups ?? {}
  if (!key) throw badRequest(`unable to parse requirement: found '${text}', expected: identifier`)
  if (op === undefined) return labels => key in labels === !not
  const values = new Set(
    value
      .replace(/^\(|\)$/g, '')
      .split(',')
      .map(v => v.trim()),
  )
  const asks = operators[synonyms[op] ?? op]
  return labels => asks?.(labels[key], values) ?? false
}

/** Reads a label selector (`a=b,c in (d,e),!f`); undefined for an empty one. */
export function labelSelector(text: string | null): Predicate | undefined {
  if (!text?.trim()) return undefined
  const all = terms(text).map(requirement)
  return object => all.every(one => one(object.metadata.labels ?? {}))
}

const at = (object: unknown, path: string): string => {
  let value = object
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key]
  return value === undefined || value === null ? '' : String(value as string)
}

/** Reads a field selector (`metadata.name=a,status.phase!=Running`) over the fields that the resource offers. */
export function fieldSelector(text: string | null, offered: readonly string[]): Predicate | undefined {
  if (!text?.trim()) return undefined
  const all = text.split(',').map(term => {
    const [, field = '', op = '', value = ''] = /^([^=!]+)(!=|==|=)(.*)$/.exec(term) ?? []
    if (!field) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`)
    if (!offered.includes(field))
      throw badRequest(`"${field}" is not a known field selector: only ${offered.map(name => `"${name}"`).join(', ')}`)
    return (object: unknown) => (at(object, field) === value) !== (op === '!=')
  })
  return object => all.every(one => one(object))
}
