// Which names `${…}` may use where, of which type they are, and when they get their values.
//
// 1. A name is known before everything that may use it: first the names of documents (`names`), then variables (which may use those),
//    then the image (`artifact`), then the infrastructure, then all the rest. So nothing can go round in circles.
// 2. `k8s`, `approvals` and `outputs` are known only in the run.
// 3. The names of the seed system that stand in people's values files mean the same here.
import { any, boolean, object, text, type Name, type Scope } from '#model/expressions/index.ts'
import type { Outline, OutlineStep } from './outline.ts'

/** How much is known at a place: each level knows what the former ones know. */
export type Level = 'names' | 'variables' | 'artifact' | 'everything'
const levels: readonly Level[] = ['names', 'variables', 'artifact', 'everything']

/** What differs between applications, workflows and runs. */
export interface Known {
  readonly variables: Scope
  /** Parts of the image that this run does not bring, with the way to bring them. */
  readonly absent?: Readonly<Record<string, string>>
}

/** The names that are known at a level, before the run. */
export function planScope(level: Level, { variables, absent = {} }: Known): Scope {
  const has = (wanted: Level): boolean => levels.indexOf(level) >= levels.indexOf(wanted)
  const all = names(variables)
  const parts = (...of: readonly string[]): Scope =>
    Object.fromEntries(of.map(part => [part, { ...textName, ...(absent[part] !== undefined && { absent: absent[part] }) }]))
  return {
    app: texts('name'),
    service: has('artifact') ? texts('name', 'image') : texts('name'),
    env: names({ ...textNames('name', 'environmentType'), production: { shape: boolean, when: 'plan' } }),
    infra: has('everything')
      ? names({ ...textNames('name', 'namespace', 'releaseName', 'cluster'), kubernetes: texts('namespace') })
      : texts('name'),
    workflow: names({ ...textNames('name', 'strategy'), ...(has('variables') && { variables: all }) }),
    ...(has('variables') && { variables: all, serviceVariable: all, environmentVariable: all }),
    ...(has('artifact') && {
      artifact: names({ ...parts('image', 'repository', 'tag', 'digest'), metadata: names(parts('image', 'tag')) }),
    }),
  }
}

const textName: Name = { shape: text, when: 'plan' }
const textNames = (...of: readonly string[]): Scope => Object.fromEntries(of.map(each => [each, textName]))
const names = (of: Scope): Name => ({ when: 'plan', shape: { is: 'object', names: of } })
const texts = (...of: readonly string[]): Name => names(textNames(...of))

/** What the delegate finds in the cluster, or makes there. */
const kubernetesNames = [
  'virtualServiceName',
  'canaryDestination',
  'stableDestination',
  'canaryWorkload',
  'primaryServiceName',
  'stageServiceName',
]
const approvalShape = object('run', { approved: boolean, by: text, why: text, at: text }).shape

/** The names that only the run knows, as a text at a step sees them: only what runs before it has a value. */
export function runScope({ steps, rollback }: Outline, before: number): Scope {
  const entries = (of: readonly OutlineStep[], shape: Name['shape']): Name => {
    const byKey = new Map<string, Name>()
    const twice = new Set<string>()
    for (const step of of) {
      const at = steps.indexOf(step)
      const name: Name = { shape, when: 'run', ...(at >= before && { absent: 'that step runs later' }) }
      byKey.set(step.id, name)
      if (byKey.has(step.name)) twice.add(step.name)
      byKey.set(step.name, name)
    }
    // A name that several steps have says nothing; their ids do.
    for (const name of twice) byKey.delete(name)
    return { when: 'run', shape: { is: 'object', names: Object.fromEntries(byKey) } }
  }
  const approvals = [...steps, ...(before === Number.POSITIVE_INFINITY ? rollback : [])].filter(each => each.type === 'approval')
  return {
    k8s: object('run', Object.fromEntries(kubernetesNames.map(each => [each, text]))),
    approvals: entries(approvals, approvalShape),
    outputs: entries(steps, any),
  }
}
