import { any, join, shapeOf, type Name, type Scope, type TreePath } from '#model/expressions/index.ts'
import type { Json } from '#base/index.ts'
import { isTemplate } from '#model/expressions/index.ts'
import type { Source } from '../documents/source.ts'
import { isMapping } from '../written/leaf.ts'
import { variable } from '../written/variables.ts'
import { outlineOf, type Outline } from './outline.ts'
import { planScope, runScope, type Known, type Level } from './scope.ts'

/** The names that a text at this path of a document may use. */
export function documentScope(source: Source, known: Known): (path: TreePath) => Scope {
  const scopes = new Map<string, Scope>()
  const outline = source.kind === 'Workflow' ? outlineOf(source.spec) : undefined
  return path => {
    const level = levelAt(source.kind, path)
    const before = outline && level === 'everything' ? stepsBefore(outline, path) : 0
    const key = `${level} ${before}`
    const made = scopes.get(key) ?? { ...planScope(level, known), ...(level === 'everything' && outline && runScope(outline, before)) }
    scopes.set(key, made)
    return made
  }
}

function levelAt(kind: Source['kind'], path: TreePath): Level {
  if (path.includes('variables') && path[0] === 'spec' && !isStepText(path)) return 'names'
  if (kind === 'Service' && path[1] === 'image') return 'variables'
  return kind === 'Infrastructure' ? 'artifact' : 'everything'
}

/** `spec.phases[i].section[j]…` belongs to a step; `spec.phases[i].variables` does not. */
function isStepText(path: TreePath): boolean {
  return path[1] === 'phases' && path[3] !== 'variables'
}

/** How many steps have run when the text at this path is read. */
function stepsBefore({ steps, rollback }: Outline, path: TreePath): number {
  if (rollback.some(each => startsWith(path, each.at))) return Number.POSITIVE_INFINITY
  for (let length = path.length; length > 2; length--) {
    const at = steps.findIndex(each => startsWith(each.at, path.slice(0, length)))
    if (at >= 0) return at
  }
  return 0
}

function startsWith(path: TreePath, prefix: TreePath): boolean {
  return prefix.every((part, i) => path[i] === part)
}

/** The variables that documents declare, by name; where several do, what holds for all of them. */
export function declaredVariables(sources: readonly Source[]): Scope {
  const found = new Map<string, Name>()
  for (const [name, shape] of sources.flatMap(variablesOf)) {
    const before = found.get(name)
    found.set(name, { shape: before ? join(before.shape, shape) : shape, when: 'plan' })
  }
  return Object.fromEntries(found)
}

function variablesOf(source: Source): [string, Name['shape']][] {
  const spec = isMapping(source.spec) ? source.spec : {}
  const shapes = (of: unknown): [string, Name['shape']][] =>
    isMapping(of) ? Object.entries(of).map(([name, value]) => [name, shapeOfWritten(value)]) : []
  const services = isMapping(spec['services']) ? Object.values(spec['services']) : []
  const phases = Array.isArray(spec['phases']) ? (spec['phases'] as unknown[]) : []
  return [spec, ...services, ...phases].flatMap(each => (isMapping(each) ? shapes(each['variables']) : []))
}

/** A mapping declares a workflow's variable; an expression may give anything. */
function shapeOfWritten(written: unknown): Name['shape'] {
  if (typeof written === 'string' && isTemplate(written)) return any
  if (!isMapping(written)) return shapeOf((written ?? null) as Json)
  const declared = variable.safeParse(written).data
  return declared === undefined ? any : declared.type === 'list' ? { is: 'list', of: any } : { is: declared.type }
}
