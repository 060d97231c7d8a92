import type { KubernetesObject } from '#base/index.ts'
import { nginxController } from '#model/traffic/index.ts'
import type { ObjectStore } from '#sandbox/api-server/index.ts'

const namespace = 'ingress-nginx'
const name = 'ingress-nginx-controller'
const labels = { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' }

/** What every image of ingress-nginx has in its name. */
export const nginxImage = 'ingress-nginx/controller'

/** Creates ingress-nginx as its chart does: namespace, IngressClass `nginx`, Deployment and Service. Answers the namespace. */
export function installNginx(store: ObjectStore, replicas: number): string {
  const objects: readonly (readonly [resource: string, object: KubernetesObject])[] = [
    ['namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }],
    [
      'ingressclasses.networking.k8s.io',
      { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'nginx' }, spec: { controller: nginxController } },
    ],
    ['deployments.apps', deployment(replicas)],
    [
      'services',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace, labels },
        spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 80, protocol: 'TCP' }] },
      },
    ],
  ]
  for (const [resource, object] of objects) store.create(resource, object, { manager: 'helm' })
  return namespace
}

function deployment(replicas: number): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'controller', image: `registry.k8s.io/${nginxImage}:v1.13.3` }] } },
    },
  }
}
