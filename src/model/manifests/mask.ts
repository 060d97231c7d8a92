import { sha256 } from '@noble/hashes/sha2.js'
import { objectName, type KubernetesObject } from '#base/index.ts'

/** 16 bits: enough to see that a value has changed, too few to find out a weak password by trying. */
const shownDigits = 4

/** kubectl keeps the whole object in it, secrets included. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** The object as it may be shown: the values of a Secret become `***` and a short hash, in which a change is seen. */
export function maskSecret<T extends KubernetesObject>(object: T): T {
  if (object.kind !== 'Secret') return object
  const masked: Record<string, unknown> = { ...object }
  for (const field of ['data', 'stringData']) {
    if (object[field] !== undefined) masked[field] = maskAll(object, object[field])
  }
  const { annotations } = object.metadata
  if (annotations?.[lastApplied] !== undefined) {
    masked['metadata'] = { ...object.metadata, annotations: { ...annotations, [lastApplied]: '***' } }
  }
  return masked as T
}

function maskAll(object: KubernetesObject, values: unknown): unknown {
  if (typeof values !== 'object' || values === null) return '***'
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, mask(`${objectName(object)}/${key}/${String(value)}`)]))
}

/** The hash covers name and key too: equal values in two places do not show that they are equal. */
function mask(text: string): string {
  const hash = sha256(new TextEncoder().encode(text))
  const digits = Array.from(hash.subarray(0, shownDigits / 2), byte => byte.toString(16).padStart(2, '0')).join('')
  return `***${digits}`
}
