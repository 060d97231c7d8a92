import type { KubernetesObject } from '#base/index.ts'
import { equal } from '#sandbox/api-server/index.ts'
import type { Controller, ControllerWorld } from './controller.ts'
import type { Objects } from './objects.ts'
import { conditionOf, timestamp, type Condition } from './shapes.ts'

interface Namespace extends KubernetesObject {
  readonly spec?: { readonly finalizers?: readonly string[] }
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] }
}

/** Empties a namespace under deletion, then lets it go. */
export function namespaceController({ objects, clock }: ControllerWorld, resources: readonly string[], delay: () => number): Controller {
  return {
    name: 'namespace',
    delay,
    watches: {
      namespaces: ({ object }) => (object.metadata.deletionTimestamp ? [object.metadata.name] : []),
      ...Object.fromEntries(
        resources.map(resource => [
          resource,
          ({ object }: { readonly object: KubernetesObject }) => {
            const name = object.metadata.namespace ?? ''
            return objects.get('namespaces', '', name)?.metadata.deletionTimestamp ? [name] : []
          },
        ]),
      ),
    },
    reconcile(name) {
      const namespace = objects.get('namespaces', '', name) as Namespace | undefined
      if (!namespace?.metadata.deletionTimestamp) return
      const left = contents(objects, resources, name)
      for (const { resource, object } of left) if (!object.metadata.deletionTimestamp) objects.remove(resource, name, object.metadata.name)
      const remaining = contents(objects, resources, name)
      if (remaining.length === 0) return release(objects, namespace)
      const status = { phase: 'Terminating', conditions: conditions(namespace, remaining, timestamp(clock.now())) }
      if (!equal(status, namespace.status ?? {})) objects.replace('namespaces', { ...namespace, status }, 'status')
    },
  }
}

interface Content {
  readonly resource: string
  readonly object: KubernetesObject
}

function contents(objects: Objects, resources: readonly string[], namespace: string): readonly Content[] {
  return resources.flatMap(resource => objects.list(resource, namespace).map(object => ({ resource, object })))
}

function release(objects: Objects, namespace: Namespace): void {
  if (namespace.spec?.finalizers?.length) objects.replace('namespaces', { ...namespace, spec: { ...namespace.spec, finalizers: [] } })
  if (objects.get('namespaces', '', namespace.metadata.name)) objects.remove('namespaces', '', namespace.metadata.name)
}

function conditions(namespace: Namespace, remaining: readonly Content[], now: string): readonly Condition[] {
  const finalizers = counted(remaining.flatMap(({ object }) => object.metadata.finalizers ?? []))
  const kinds = counted(remaining.map(({ resource }) => resource))
  const some = (of: string): string => `Some ${of} in the namespace`
  const rows: readonly Condition[] = [
    row('DiscoveryFailure', false, 'ResourcesDiscovered', 'All resources successfully discovered'),
    row('GroupVersionParsingFailure', false, 'ParsedGroupVersions', 'All legacy kube types successfully parsed'),
    row('ContentFailure', false, 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'),
    {
      ...row(
        '',
        true,
        'SomeResourcesRemain',
        `Some resources are remaining: ${kinds.map(([kind, n]) => `${kind.includes('.') ? kind : `${kind}.`} has ${n} resource instances`).join(', ')}`,
      ),
      type: 'NamespaceContentRemaining',
    },
    finalizers.length > 0
      ? {
          ...row(
            '',
            true,
            'SomeFinalizersRemain',
            `${some('content')} has finalizers remaining: ${finalizers.map(([name, n]) => `${name} in ${n} resource instances`).join(', ')}`,
          ),
          type: 'NamespaceFinalizersRemaining',
        }
      : { ...row('', false, 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'), type: 'NamespaceFinalizersRemaining' },
  ]
  return rows.map(condition => {
    const present = conditionOf(namespace.status?.conditions, condition.type)
    return { ...condition, lastTransitionTime: present?.status === condition.status ? (present.lastTransitionTime ?? now) : now }
  })
}

function row(type: string, holds: boolean, reason: string, message: string): Condition {
  return { type: `NamespaceDeletion${type}`, status: holds ? 'True' : 'False', reason, message }
}

function counted(names: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))
}
