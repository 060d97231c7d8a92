import type { KubernetesObject } from '#base/index.ts'
import type { Controller, ControllerWorld } from './controller.ts'
import type { Objects } from './objects.ts'

const foreground = 'foregroundDeletion'
const orphan = 'orphan'

/** Kinds that own others in the sandbox, with their resource. */
const owners: Readonly<Record<string, string>> = {
  Deployment: 'deployments.apps',
  ReplicaSet: 'replicasets.apps',
  StatefulSet: 'statefulsets.apps',
  DaemonSet: 'daemonsets.apps',
  Job: 'jobs.batch',
  CronJob: 'cronjobs.batch',
  Service: 'services',
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  VirtualService: 'virtualservices.networking.istio.io',
  DestinationRule: 'destinationrules.networking.istio.io',
  Node: 'nodes',
  Pod: 'pods',
}

/** Deletes what is owned by something gone; keeps owners that are deleted in the foreground, or orphan, until that is done. */
export function garbageCollector({ objects }: ControllerWorld, resources: readonly string[], delay: () => number): Controller {
  return {
    name: 'garbage-collector',
    delay,
    watches: Object.fromEntries(
      resources.map(resource => [
        resource,
        ({ type, object }) => {
          const own = [`${resource} ${object.metadata.namespace ?? ''} ${object.metadata.name}`]
          const above = (object.metadata.ownerReferences ?? []).map(
            owner => `${owners[owner.kind] ?? ''} ${object.metadata.namespace ?? ''} ${owner.name}`,
          )
          if (type === 'DELETED') return [...dependents(objects, resources, object).map(keyOfDependent), ...above]
          return object.metadata.deletionTimestamp || object.metadata.ownerReferences ? own : []
        },
      ]),
    ),
    reconcile(key) {
      const [resource = '', namespace = '', name = ''] = key.split(' ')
      const object = resource && objects.get(resource, namespace, name)
      if (!object) return
      if (object.metadata.deletionTimestamp) return release(objects, resources, resource, object)
      const references = object.metadata.ownerReferences ?? []
      if (references.length > 0 && references.every(owner => !lives(objects, namespace, owner))) objects.remove(resource, namespace, name)
    },
  }
}

interface Dependent {
  readonly resource: string
  readonly object: KubernetesObject
}

function keyOfDependent({ resource, object }: Dependent): string {
  return `${resource} ${object.metadata.namespace ?? ''} ${object.metadata.name}`
}

function dependents(objects: Objects, resources: readonly string[], owner: KubernetesObject): readonly Dependent[] {
  const namespace = owner.metadata.namespace
  return resources.flatMap(resource =>
    objects
      .list(resource, namespace)
      .filter(({ metadata }) => metadata.ownerReferences?.some(reference => reference.uid === owner.metadata.uid))
      .map(object => ({ resource, object })),
  )
}

function lives(
  objects: Objects,
  namespace: string,
  owner: { readonly kind: string; readonly name: string; readonly uid: string },
): boolean {
  const resource = owners[owner.kind]
  // A kind that is not known here may live outside: what it owns is left alone.
  if (!resource) return true
  const scope = resource === 'nodes' ? '' : namespace
  return objects.get(resource, scope, owner.name)?.metadata.uid === owner.uid
}

/** Does what the deletion of an owner waits for, and takes its finalizer away when that is done. */
function release(objects: Objects, resources: readonly string[], resource: string, owner: KubernetesObject): void {
  const finalizers = owner.metadata.finalizers ?? []
  if (finalizers.includes(orphan)) {
    for (const one of dependents(objects, resources, owner)) disown(objects, one, owner)
    return dropFinalizer(objects, resource, owner, orphan)
  }
  if (!finalizers.includes(foreground)) return
  const left = dependents(objects, resources, owner)
  for (const { resource: kind, object } of left) {
    if (!object.metadata.deletionTimestamp)
      objects.remove(kind, object.metadata.namespace ?? '', object.metadata.name, { propagation: 'Foreground' })
  }
  const blocking = dependents(objects, resources, owner).some(({ object }) =>
    object.metadata.ownerReferences?.some(reference => reference.uid === owner.metadata.uid && reference.blockOwnerDeletion),
  )
  if (!blocking) dropFinalizer(objects, resource, owner, foreground)
}

function disown(objects: Objects, { resource, object }: Dependent, owner: KubernetesObject): void {
  const { ownerReferences = [], ...metadata } = object.metadata
  const others = ownerReferences.filter(reference => reference.uid !== owner.metadata.uid)
  objects.replace(resource, {
    ...object,
    metadata: { ...metadata, ...(others.length > 0 ? { ownerReferences: others } : {}) } as KubernetesObject['metadata'],
  })
}

function dropFinalizer(objects: Objects, resource: string, owner: KubernetesObject, name: string): void {
  const present = objects.get(resource, owner.metadata.namespace ?? '', owner.metadata.name)
  if (!present) return
  const finalizers = (present.metadata.finalizers ?? []).filter(finalizer => finalizer !== name)
  objects.replace(resource, { ...present, metadata: { ...present.metadata, finalizers } })
}
