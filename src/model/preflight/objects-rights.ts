// Which rights a step needs that changes objects beside the traffic. The record of the release is told before it does.
import type { KubernetesObject } from '#base/index.ts'
import { on, type Right, type Verb } from './right.ts'

/** What such a step touches, and in which way. Objects that are applied are there already, or are made (`fresh`). */
export type Touches =
  | { readonly is: 'scale'; readonly workload: KubernetesObject }
  | { readonly is: 'apply'; readonly present: readonly KubernetesObject[]; readonly fresh: readonly KubernetesObject[] }
  | { readonly is: 'delete'; readonly objects: readonly KubernetesObject[] }

/** Rights for the step itself, and for giving back what it has changed. */
export interface TouchingRights {
  readonly step: readonly Right[]
  readonly wayBack: readonly Right[]
}

export function rightsOf(touches: Touches, namespace: string, record: string): TouchingRights {
  const own = recording(namespace, record)
  const autoscalers = every('list', 'autoscaling/v2', 'HorizontalPodAutoscaler', namespace)
  switch (touches.is) {
    case 'scale': {
      const { workload } = touches
      return { step: [...own, ...both(['get', 'patch'], workload), ...watching(workload), autoscalers], wayBack: [on('patch', workload)] }
    }
    case 'apply': {
      const { present, fresh } = touches
      const all = [...present, ...fresh]
      return {
        step: [
          ...own,
          ...all.flatMap(each => [...both(['get', 'patch'], each), ...watching(each)]),
          ...fresh.map(each => on('create', each)),
          ...(present.some(isScaled) ? [autoscalers] : []),
        ],
        wayBack: [...present.map(each => on('patch', each)), ...fresh.map(each => on('delete', each))],
      }
    }
    case 'delete': {
      const traffic = ['Service', 'Pod'].map(kind => every('list', 'v1', kind, namespace))
      const { objects } = touches
      return {
        step: [...own, ...traffic, ...objects.flatMap(each => [...both(['get', 'delete'], each), ...watching(each)])],
        wayBack: objects.filter(isMadeAgain).map(each => on('create', each)),
      }
    }
  }
}

/** Where an autoscaler decides the number of its pods, that is not its file's to say. */
function isScaled({ kind }: KubernetesObject): boolean {
  return kind === 'Deployment' || kind === 'StatefulSet'
}

/** What ran once, and what is lost with it, is not made again. */
function isMadeAgain({ kind }: KubernetesObject): boolean {
  return !['Job', 'Pod', 'Secret', 'PersistentVolumeClaim'].includes(kind)
}

function recording(namespace: string, record: string): readonly Right[] {
  const named = (apiVersion: string, kind: string, name: string): KubernetesObject => ({ apiVersion, kind, metadata: { name, namespace } })
  return [
    ...both(['get', 'create'], named('coordination.k8s.io/v1', 'Lease', '')),
    ...both(['get', 'create', 'patch'], named('v1', 'ConfigMap', record)),
  ]
}

const both = (verbs: readonly Verb[], object: KubernetesObject): readonly Right[] => verbs.map(verb => on(verb, object))

function every(verb: Verb, apiVersion: string, kind: string, namespace: string | undefined): Right {
  return { verb, apiVersion, kind, ...(namespace === undefined ? {} : { namespace }) }
}

/** One object is followed by a list and a watch of its name. */
function watching({ apiVersion, kind, metadata: { namespace } }: KubernetesObject): readonly Right[] {
  return (['list', 'watch'] as const).map(verb => every(verb, apiVersion, kind, namespace))
}
