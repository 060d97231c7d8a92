import { spawnSync } from 'node:child_process'
import type { KubernetesObject } from '#base/index.ts'

/** The real kubectl against one cluster. */
export interface Kubectl {
  (args: readonly string[], stdin?: string): { readonly code: number | null; readonly out: string; readonly err: string }
}

export function kubectlAt(program: string, kubeconfig: string, cache: string): Kubectl {
  return (args, stdin = '') => {
    const all = ['--kubeconfig', kubeconfig, '--cache-dir', cache, ...args]
    const { status, stdout, stderr } = spawnSync(program, all, { input: stdin, encoding: 'utf8' })
    return { code: status, out: stdout, err: stderr }
  }
}

/** Kinds of which a run could leave something behind. */
const kinds = [
  'deployments',
  'services',
  'configmaps',
  'secrets',
  'horizontalpodautoscalers',
  'leases',
  'gateways',
  'virtualservices',
  'destinationrules',
]

/** All objects of a namespace of kinds that a run writes, without what a server sets. */
export function objectsIn(kubectl: Kubectl, namespace: string): readonly unknown[] {
  const { items } = answer(kubectl(['get', kinds.join(','), '-n', namespace, '-o', 'json'])) as {
    readonly items: readonly KubernetesObject[]
  }
  return items.map(masked)
}

/**
 * What a server would hold if these manifests were applied where nothing is: its defaults in, nothing of the past. A dry run in an empty
 * namespace, so nothing is written; `namespace` is what the objects are told to be in.
 */
export function asApplied(kubectl: Kubectl, manifests: readonly KubernetesObject[], empty: string): readonly unknown[] {
  const there = manifests.map(each => ({ ...each, metadata: { ...each.metadata, namespace: empty } }))
  const files = there.map(each => JSON.stringify(each)).join('\n')
  const applied = answer(kubectl(['apply', '--server-side', '--dry-run=server', '-o', 'json', '-f', '-'], files))
  const { items } = applied as { readonly items: readonly KubernetesObject[] }
  return items.map(masked)
}

function answer({ code, out, err }: ReturnType<Kubectl>): unknown {
  if (code !== 0) throw new Error(`kubectl ended with ${code}: ${err}`)
  return JSON.parse(out)
}

/** Set by servers and controllers for themselves. */
const ofTheServer = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'namespace']
const ofControllers = ['deployment.kubernetes.io/revision']

function masked({ metadata, ...object }: KubernetesObject): unknown {
  const { annotations, ...own } = without(metadata, ofTheServer) as { readonly annotations?: object }
  const spec = object.kind === 'Service' ? { spec: without(object.spec as object, ['clusterIP', 'clusterIPs']) } : {}
  const said = without(annotations ?? {}, ofControllers)
  const kept = Object.keys(said).length > 0 ? { annotations: said } : {}
  return { ...without(object, ['status']), ...spec, metadata: { ...own, ...kept } }
}

function without(object: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}
