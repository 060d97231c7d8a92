import type { KubernetesObject } from '#base/index.ts'

/** The cart with versioned configuration that its pods refer to (the last of the manifests), and one ReplicaSet kept beside the present one. */
export const configured =
  (hash: string, kind: 'ConfigMap' | 'Secret' = 'ConfigMap') =>
  (objects: readonly KubernetesObject[]): readonly KubernetesObject[] => [
    ...objects.map(object => (object.kind === 'Deployment' ? withConfig(object, `cart-env-${hash}`, kind) : object)),
    {
      apiVersion: 'v1',
      kind,
      metadata: { name: `cart-env-${hash}`, namespace: 'shop' },
      data: { version: Buffer.from(hash).toString('base64') },
    },
  ]

function withConfig(deployment: KubernetesObject, name: string, kind: 'ConfigMap' | 'Secret'): KubernetesObject {
  const spec = deployment.spec as { template: { metadata: object; spec: { containers: readonly object[] } } }
  const reference = kind === 'ConfigMap' ? { configMapRef: { name } } : { secretRef: { name } }
  const containers = spec.template.spec.containers.map(each => ({ ...each, envFrom: [reference] }))
  const template = { ...spec.template, spec: { ...spec.template.spec, containers } }
  return { ...deployment, spec: { ...spec, revisionHistoryLimit: 1, template } as never }
}
