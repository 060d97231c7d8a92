import { plainScalar, type PlainScalar } from './plain-scalar.ts'

/** A scalar's meaning; text may differ from what is written (`!!binary`). */
export type ScalarValue = Exclude<PlainScalar, { is: 'text' }> | { readonly is: 'text'; readonly value?: string }

const standard = 'tag:yaml.org,2002:'

const readers: Readonly<Record<string, (text: string) => ScalarValue | undefined>> = {
  str: () => ({ is: 'text' }),
  timestamp: () => ({ is: 'text' }),
  binary,
  int: text => plainOf(text, 'int'),
  float: text => plainOf(text, 'int', 'float'),
  bool: text => plainOf(text, 'boolean'),
  null: text => plainOf(text, 'null'),
}

/** What a scalar with a tag means; a tag that is not YAML's own is ignored, as go-yaml does. */
export function taggedScalar(tag: string, text: string): ScalarValue | 'unknown tag' | 'not of this tag' {
  if (tag === '!') return { is: 'text' }
  const read = tag.startsWith(standard) ? readers[tag.slice(standard.length)] : undefined
  return read ? (read(text) ?? 'not of this tag') : 'unknown tag'
}

function plainOf(text: string, ...kinds: readonly PlainScalar['is'][]): ScalarValue | undefined {
  const plain = plainScalar(text)
  return kinds.includes(plain.is) ? plain : undefined
}

function binary(text: string): ScalarValue | undefined {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll(/\s/g, '')), character => character.charCodeAt(0))
    return { is: 'text', value: new TextDecoder().decode(bytes) }
  } catch {
    return undefined
  }
}
