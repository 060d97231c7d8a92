import type { KubernetesObject } from '#base/index.ts'
import { controlledBy, type Pod, type PodTemplate } from './shapes.ts'

/** A pod of `owner`, made from a template; its name is the owner's and a suffix, unless one is given. */
export function newPod(owner: KubernetesObject, template: PodTemplate, name?: string): Pod {
  const { labels, annotations, finalizers } = (template.metadata ?? {}) as Record<string, Readonly<Record<string, string>> | undefined>
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(name === undefined ? { name: '', generateName: `${owner.metadata.name}-` } : { name }),
      ...(owner.metadata.namespace ? { namespace: owner.metadata.namespace } : {}),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(finalizers ? { finalizers: finalizers as unknown as readonly string[] } : {}),
      ownerReferences: [controlledBy(owner)],
    },
    spec: template.spec ?? {},
  }
}
