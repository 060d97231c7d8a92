// Most expressions are a mere path, such as `env.name` or `variables["a-b"]`. They are read and evaluated here, without loading CEL.
import type { Json } from '#base/index.ts'
import type { Node } from './node.ts'

const first = /\s*([A-Za-z_]\w*)\s*/y
const next = /(?:\.\s*([A-Za-z_]\w*)|\[\s*(?:"([^"\\\n]*)"|'([^'\\\n]*)')\s*\])\s*/y
/** Words that CEL does not take for names: such expressions are left to CEL, whose messages then hold. */
const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
)

interface Step {
  readonly name: string
  /** Offset in the source. */
  readonly at: number
}

/** The names along a path; undefined where the source is more than a path. */
export function readPath(source: string): readonly Step[] | undefined {
  first.lastIndex = 0
  const root = first.exec(source)?.[1]
  if (root === undefined || reserved.has(root)) return undefined
  const steps: Step[] = [{ name: root, at: source.indexOf(root) }]
  for (let at = first.lastIndex; at < source.length; at = next.lastIndex) {
    const step = readStep(source, at)
    if (!step) return undefined
    steps.push(step)
  }
  return steps
}

function readStep(source: string, at: number): Step | undefined {
  next.lastIndex = at
  const [all = '', field, ...quoted] = next.exec(source) ?? []
  const name = field ?? quoted.find(each => each !== undefined)
  if (name === undefined || (field && reserved.has(field))) return undefined
  return { name, at: at + all.indexOf(name, 1) }
}

export function pathNode(path: readonly Step[]): Node {
  const [root, ...rest] = path
  const start: Node = { is: 'name', name: root?.name ?? '', at: root?.at ?? 0 }
  return rest.reduce<Node>((of, { name, at }) => ({ is: 'field', of, field: name, at }), start)
}

/** The value at a path; undefined where there is none. */
export function lookUp(names: readonly string[], values: Json): Json | undefined {
  let value: Json | undefined = values
  for (const name of names) {
    if (value === null || typeof value !== 'object' || Array.isArray(value) || !Object.hasOwn(value, name)) return undefined
    value = (value as Readonly<Record<string, Json | undefined>>)[name]
  }
  return value
}
