type Tree = Readonly<Record<string, unknown>>

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value at a path: `~` stands for a dot in a key, numbers are indices, `length` of a list. */
export function at(value: unknown, path: string): unknown {
  let here = value
  for (const part of path.split('.')) {
    if (Array.isArray(here)) here = part === 'length' ? here.length : (here as unknown[])[Number(part)]
    else if (isTree(here)) here = here[part.replaceAll('~', '.')]
    else return null
  }
  return here ?? null
}

/** A copy without what is at a path; `*` stands for every element. */
export function withoutPath(value: unknown, path: readonly string[]): unknown {
  const [part, ...rest] = path
  if (part === undefined) return undefined
  if (Array.isArray(value))
    return value.map((item, i) => (part === '*' || Number(part) === i ? (withoutPath(item, rest) as unknown) : (item as unknown)))
  if (!isTree(value)) return value
  const key = part.replaceAll('~', '.')
  const below = rest.length === 0 ? undefined : withoutPath(value[key], rest)
  const { [key]: _, ...others } = value
  return below === undefined ? others : { ...others, [key]: below }
}

/** managedFields in the recordings' order. */
export function withSortedManagers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedManagers)
  if (!isTree(value)) return value
  const entries = Object.entries(value).map(([key, item]) => {
    if (key !== 'managedFields' || !Array.isArray(item)) return [key, withSortedManagers(item)]
    const rank = (entry: Tree): string => JSON.stringify([entry['manager'], entry['operation'], entry['subresource'] ?? ''])
    return [key, (item as Tree[]).toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))]
  })
  return Object.fromEntries(entries) as unknown
}

const forms: Readonly<Record<string, string>> = {
  uid: '[0-9a-f]{8}-[0-9a-f-]{27}',
  rv: '\\d+',
  ip: '\\d+\\.\\d+\\.\\d+\\.\\d+',
  hash: '[a-z0-9]+',
  name: '[a-z0-9]{5}',
  time: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z',
  age: '(?:\\d+[smhd])+|<[a-z]+>',
  'rv-list': '\\d+',
  continue: '.+',
  nodePort: '\\d+',
}

const placeholder = /<(uid|rv-list|rv|ip|hash|name|time|age|continue|nodePort|ns)(?:-(\d+))?>/g

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

const differs = (expected: unknown, actual: unknown, path: string): string =>
  `${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)?.slice(0, 600)}`

/** Compares answers with recordings; numbered placeholders stand for one value each throughout a scenario. */
export class Comparison {
  readonly #namespace: string
  readonly #bound = new Map<string, string>()
  readonly #taken = new Map<string, string>()

  constructor(namespace: string) {
    this.#namespace = namespace
  }

  /** Where and how `actual` differs from what was recorded; empty: it does not. */
  differences(expected: unknown, actual: unknown, path = ''): readonly string[] {
    if (typeof expected === 'string') return this.#text(expected, actual, path)
    if (Array.isArray(expected)) return this.#list(expected, actual, path)
    if (isTree(expected)) return this.#tree(expected, actual, path)
    return expected === (actual ?? null) ? [] : [differs(expected, actual, path)]
  }

  #list(expected: readonly unknown[], actual: unknown, path: string): readonly string[] {
    if (!Array.isArray(actual) || actual.length !== expected.length) return [differs(expected, actual, path)]
    return expected.flatMap((item, i) => this.differences(item, actual[i], `${path}[${i}]`))
  }

  #tree(expected: Tree, actual: unknown, path: string): readonly string[] {
    if (!isTree(actual)) return [differs(expected, actual, path)]
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)])
    return [...keys].flatMap(key => {
      if (!(key in expected)) return [`${path}.${key}: not expected: ${JSON.stringify(actual[key])}`]
      if (actual[key] === undefined) return [`${path}.${key}: missing ${JSON.stringify(expected[key])}`]
      return this.differences(expected[key], actual[key], `${path}.${key}`)
    })
  }

  #text(expected: string, actual: unknown, path: string): readonly string[] {
    if (expected === '<nodePort>') return typeof actual === 'number' ? [] : [differs(expected, actual, path)]
    const { pattern, names } = this.#patternOf(expected)
    const values = typeof actual === 'string' ? pattern.exec(actual)?.slice(1) : undefined
    if (!values) return [differs(expected, actual, path)]
    const bound = names.every((name, i) => this.#bind(name, values[i] ?? ''))
    return bound ? [] : [`${differs(expected, actual, path)} (other values stood for these before)`]
  }

  /** The text as a pattern, and the numbered placeholders that its groups stand for (empty: not numbered). */
  #patternOf(expected: string): { readonly pattern: RegExp; readonly names: readonly string[] } {
    const names: string[] = []
    let pattern = ''
    let last = 0
    for (const match of expected.matchAll(placeholder)) {
      const [whole, kind = '', number] = match
      pattern += escape(expected.slice(last, match.index)) + (kind === 'ns' ? escape(this.#namespace) : `(${forms[kind]})`)
      last = match.index + whole.length
      if (kind !== 'ns') names.push(number ? whole : '')
    }
    return { pattern: new RegExp(`^${pattern}${escape(expected.slice(last))}$`, 's'), names }
  }

  /** A numbered placeholder always stands for the same value, and no other one for that value. */
  #bind(name: string, value: string): boolean {
    if (!name) return true
    const kind = name.replace(/-\d+>$/, '')
    const key = `${kind} ${value}`
    if (!this.#bound.has(name) && !this.#taken.has(key)) {
      this.#bound.set(name, value)
      this.#taken.set(key, name)
    }
    return this.#bound.get(name) === value && this.#taken.get(key) === name
  }
}
