import type { Problem } from '#base/index.ts'
import { isTemplate, nearMisses, type TreePath } from '#model/expressions/index.ts'
import { workflow } from '../failures.ts'
import { outlineOf } from '../names/outline.ts'
import { isMapping } from '../written/leaf.ts'
import { sayWhere, tellAt } from '../written/tell.ts'
import { find, namesOf, type Application } from './application.ts'
import type { DocumentKind, Source } from './source.ts'

/** Names in a document of documents that do not exist; those of documents that were left out have been told. */
export function referenceProblems(application: Application, source: Source, leftOut: ReadonlySet<string>): readonly Problem[] {
  return referencesOf(source)
    .filter(each => !leftOut.has(String(each.key ?? source.at(each.at))))
    .flatMap(each => referenceProblem(application, source, each))
}

interface Reference {
  readonly at: TreePath
  readonly kind: DocumentKind
  /** Set where the name is a key. */
  readonly key?: string
}

function referencesOf(source: Source): readonly Reference[] {
  if (source.kind === 'Infrastructure') return [{ at: ['spec', 'environment'], kind: 'Environment' }]
  if (source.kind === 'Environment') {
    const services = isMapping(source.spec) && isMapping(source.spec['services']) ? Object.keys(source.spec['services']) : []
    return services.map(key => ({ at: ['spec', 'services', key], kind: 'Service', key }))
  }
  if (source.kind === 'Service') return []
  const phases = outlineOf(source.spec).phases.map((each): Reference => ({ at: [...each.at, 'infrastructure'], kind: 'Infrastructure' }))
  return [{ at: ['spec', 'service'], kind: 'Service' }, { at: ['spec', 'infrastructure'], kind: 'Infrastructure' }, ...phases]
}

function referenceProblem(application: Application, source: Source, { at, kind, key }: Reference): Problem[] {
  const name = key ?? source.at(at)
  if (typeof name !== 'string' || name === '' || isTemplate(name) || find(application, kind, name)) return []
  const near = nearMisses(name, namesOf(application, kind))
  const failure = workflow.UNKNOWN_REFERENCE({ where: sayWhere(source, at), kind, name, near })
  return [tellAt(failure, source.place(at, key === undefined ? 'value' : 'key'))]
}
