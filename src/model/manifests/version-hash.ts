import { sha256 } from '@noble/hashes/sha2.js'
import { canonicalJson, type KubernetesObject } from '#base/index.ts'

/** Letters and digits that names may have, without vowels (no words) and without 0, 1, l (no confusion). */
const alphabet = 'bcdfghjkmnpqrstvwxz2456789'
/** 26^8 are 2·10^11 versions: two of one name do not meet. */
const length = 8

/** Fields that are the content of a ConfigMap or Secret. */
const content = ['type', 'data', 'stringData', 'binaryData', 'immutable'] as const

/** A short text that is the same for the same content, on any machine and for ever. */
function versionHash(object: KubernetesObject): string {
  const bytes = sha256(new TextEncoder().encode(canonicalJson(content.map(field => object[field] ?? null))))
  return Array.from(bytes.subarray(0, length), byte => alphabet[byte % alphabet.length]).join('')
}

/** Names are 253 characters at most; `-` and the hash need their part of it. */
const longestName = 253 - (length + 1)

/** The name of a version of a ConfigMap or Secret. */
export function versionedName(object: KubernetesObject): string {
  return `${object.metadata.name.slice(0, longestName)}-${versionHash(object)}`
}

/** What a versioned object is called without its version. */
export function withoutVersion(name: string): string {
  return name.slice(0, -(length + 1))
}

const suffix = new RegExp(`^-[${alphabet}]{${length}}$`)

/** Whether a name is that of some version of what is called `base`. */
export function isVersionOf(name: string, base: string): boolean {
  const start = base.slice(0, longestName)
  return name.startsWith(start) && suffix.test(name.slice(start.length))
}
