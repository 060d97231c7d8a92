import { isAlias, isScalar, type Document, type Node, type Scalar } from 'yaml'
import { floatText } from './float-text.ts'
import { plainScalar } from './plain-scalar.ts'

/** Is this key the merge key `<<`? In quotes it is text like any other. */
export function isMerge(key: Node | null): boolean {
  return isScalar(key) && (key.tag === 'tag:yaml.org,2002:merge' || (isPlain(key) && key.source === '<<'))
}

/** The scalar was written without quotes and without a tag. */
export function isPlain(scalar: Scalar): boolean {
  return scalar.type === 'PLAIN' && scalar.tag === undefined
}

/** The text that a key becomes in JSON (`1` and `true` become text too); undefined where JSON has no such key. */
export function keyText(document: Document, key: Node | null): string | undefined {
  const node = isAlias(key) ? key.resolve(document) : key
  if (!isScalar(node)) return undefined
  const text = String(node.value)
  if (!isPlain(node)) return text
  const plain = plainScalar(text)
  if (plain.is === 'null') return undefined
  if (plain.is === 'boolean' || plain.is === 'int') return String(plain.value)
  return plain.is === 'float' ? floatKey(plain.value) : text
}

/** As sigs.k8s.io/yaml writes a float key (which it cuts to 32 bits: keys of more than 7 digits differ). */
function floatKey(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  return Number.isFinite(value) ? floatText(value) : value > 0 ? '.inf' : '-.inf'
}
