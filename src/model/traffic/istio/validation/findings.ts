/** One thing that istiod or the API server would say about an object. */
export interface Finding {
  /** `spec.http[0].route[1].weight`; empty for the object as a whole. */
  readonly path: string
  readonly message: string
  /** The API server by the CRD's schema (422), or istiod's webhook (400), which is only asked where the schema is content. */
  readonly by: Refuser
  /** Istio's code for it, where it has one of its own. */
  readonly code?: UnreachableCode
}

/** A rule that takes no request, or a match of it. */
export type UnreachableCode = 'IST0130' | 'IST0131'

export type Refuser = 'schema' | 'webhook'

/** What is wrong with an object, all at once. */
export interface Findings {
  /** Any of these, and a real cluster refuses the object. */
  readonly errors: readonly Finding[]
  /** The object is accepted, and does not do what its author may think. */
  readonly warnings: readonly Finding[]
}

/** The keys and indices of a finding's path; a key that is no plain name stands in it as JSON: `headers["x.y"]`. */
export function pathParts(path: string): readonly (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)].map(([, index, quoted, name = '']) => {
    if (index !== undefined) return Number(index)
    return quoted === undefined ? name : (JSON.parse(quoted) as string)
  })
}

/** Collects findings; every rule gets it, and the path of what it looks at. */
export interface Report {
  error(path: string, message: string): void
  warning(path: string, message: string, code?: UnreachableCode): void
  /** The message, if there is one, as an error at the path. */
  check(path: string, message: string | undefined): void
}

export function newReport(by: Refuser): Report & Findings {
  const errors: Finding[] = []
  const warnings: Finding[] = []
  const error = (path: string, message: string): void => void errors.push({ path, message, by })
  return {
    errors,
    warnings,
    error,
    warning: (path, message, code) => void warnings.push({ path, message, by, ...(code && { code }) }),
    check: (path, message) => message !== undefined && error(path, message),
  }
}

/** Calls `rule` for every item with its path. */
export function each<T>(items: readonly T[] | undefined, path: string, rule: (item: T, path: string, index: number) => void): void {
  items?.forEach((item, index) => rule(item, `${path}[${index}]`, index))
}

/** The same for the entries of a map. */
export function eachEntry<T>(
  map: Readonly<Record<string, T>> | undefined,
  path: string,
  rule: (name: string, value: T, path: string) => void,
): void {
  for (const [name, value] of Object.entries(map ?? {})) rule(name, value, `${path}[${JSON.stringify(name)}]`)
}
