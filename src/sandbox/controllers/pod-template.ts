import type { PodTemplate } from './shapes.ts'

/** The label by which pods of different templates of one Deployment are told apart. */
export const hashLabel = 'pod-template-hash'

/** Letters that cannot form words, as in Kubernetes' generated names. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** JSON with sorted keys, so that equal values have equal text. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value as Record<string, unknown>).filter(([, field]) => field !== undefined)
  return `{${entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${textOf(field)}`)
    .join(',')}}`
}

/** The hash of a template: the same template has the same hash, in every Deployment; a collision is told by its count. */
export function templateHash(template: PodTemplate, collisions = 0): string {
  const digits = String(fnv(keyOf(template) + (collisions > 0 ? String(collisions) : '')))
  return [...digits].map(digit => alphabet[digit.charCodeAt(0) % alphabet.length]).join('')
}

/** Whether two templates are the same but for the hash label. */
export function sameTemplate(a: PodTemplate, b: PodTemplate): boolean {
  return keyOf(a) === keyOf(b)
}

const keys = new WeakMap<PodTemplate, string>()

function keyOf(template: PodTemplate): string {
  const key = keys.get(template) ?? textOf(withoutHash(template))
  keys.set(template, key)
  return key
}

export function withHash(template: PodTemplate, hash: string): PodTemplate {
  return { ...template, metadata: { ...template.metadata, labels: { ...template.metadata?.labels, [hashLabel]: hash } } }
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

/** FNV-1a, 32 bits. */
function fnv(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
