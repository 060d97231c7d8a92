import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { hardened, programVolume } from './cluster-ways.ts'

/** The service that every story releases. */
export const cart = 'cart'

export interface ApplicationChoice {
  readonly context: string
  readonly namespace: string
  readonly image: string
  readonly host: string
  readonly routes: Routes
}

/**
 * What leads requests of `host` to the Service: routes of Istio at the pods with these labels, an HTTPRoute at the pods of this Service, or an
 * Ingress of this class.
 */
export type Routes =
  | { readonly by: 'istio'; readonly pods: Readonly<Record<string, string>> }
  | { readonly by: 'gatewayApi'; readonly gateway: string }
  | { readonly by: 'ingress'; readonly className: string }
  | { readonly by: 'service' }

/** Writes the application as its people would keep it in Git. Percent of answers that are errors are what tells a bad version. */
export function writeApplication(folder: string, choice: ApplicationChoice, errors: number): void {
  const objects = [deployment, service, ...routesOf(choice.routes)]
  const files = {
    'sluice.yaml': documents(choice),
    'values.yaml': `image: ${choice.image}\ntag: "\${artifact.tag}"\nerrors: "${errors}"\nhost: ${choice.host}\n`,
    'manifests/objects.yaml': objects.join('---\n'),
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** Requests last milliseconds here, so a short drain is enough. */
const documents = ({ context, namespace, image }: ApplicationChoice): string => `apiVersion: sluice.dev/v1
kind: Service
metadata: { name: ${cart} }
spec: { image: ${image}, manifests: [manifests/], values: [values.yaml] }
---
apiVersion: sluice.dev/v1
kind: Environment
metadata: { name: test }
spec: { production: false, bypass: accept }
---
apiVersion: sluice.dev/v1
kind: Infrastructure
metadata: { name: cluster }
spec:
  environment: test
  cluster: { context: ${JSON.stringify(context)} }
  namespace: ${namespace}
  drain: 2s
---
${workflow('first', 'canary', `    - { name: Primary, deploy: [{ rolloutDeployment: {} }] }`)}
---
${workflow(
  'canary',
  'canary',
  `    - name: Canary
      deploy: [{ canaryDeployment: { instances: 1 } }]
      verify: [{ trafficSplit: { canary: 10 } }, { trafficSplit: { canary: 50 } }]
    - { name: Primary, deploy: [{ rolloutDeployment: { traffic: canary } }], wrapUp: [{ canaryDelete: {} }] }`,
)}
---
${workflow(
  'ask-at-half',
  'canary',
  `    - name: Canary
      deploy: [{ canaryDeployment: { instances: 1, fixed: true } }]
      verify: [{ trafficSplit: { canary: 50 } }, { name: Go on?, approval: { expires: 30m } }]
    - { name: Primary, deploy: [{ rolloutDeployment: { traffic: canary } }], wrapUp: [{ canaryDelete: {} }] }`,
)}
---
${workflow(
  'checked',
  'canary',
  `    - name: Canary
      deploy: [{ canaryDeployment: { instances: 1 } }]
      verify:
        - trafficSplit: { canary: 50 }
        - { name: Does it answer well?, check: { errorRate: { max: 1% }, over: 5s, minRequests: 5, onFewRequests: hold } }
    - { name: Primary, deploy: [{ rolloutDeployment: { traffic: canary } }], wrapUp: [{ canaryDelete: {} }] }`,
)}
---
${workflow('blue-green', 'blueGreen', `    - { name: Release, deploy: [{ stageDeployment: {} }], routeUpdate: [{ swapServices: {} }] }`)}
`

function workflow(name: string, strategy: string, phases: string): string {
  return `apiVersion: sluice.dev/v1
kind: Workflow
metadata: { name: ${name} }
spec:
  strategy: ${strategy}
  service: ${cart}
  infrastructure: cluster
  phases:
${phases}`
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${cart} }
spec:
  replicas: 2
  selector: { matchLabels: { app: ${cart} } }
  template:
    metadata:
      labels: { app: ${cart} }
      annotations:
        sandbox.sluice.dev/errors: {{ .Values.errors | quote }}
        sandbox.sluice.dev/stops: gracefully
    spec:
      securityContext: ${JSON.stringify(hardened.pod.securityContext)}
      terminationGracePeriodSeconds: ${hardened.pod.terminationGracePeriodSeconds}
      containers:
        - name: ${cart}
          image: {{ .Values.image }}
          command: [node, /program/application.mjs]
          env:
            - { name: VERSION, value: {{ .Values.tag | quote }} }
            - { name: ERRORS, value: {{ .Values.errors | quote }} }
          ports: [{ containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /ready, port: 8080 }, periodSeconds: 2 }
          resources: { requests: { cpu: 10m, memory: 48Mi } }
          securityContext: ${JSON.stringify(hardened.container)}
          volumeMounts: [{ name: program, mountPath: /program }]
      volumes: [${JSON.stringify(programVolume)}]
`

const service = `apiVersion: v1
kind: Service
metadata: { name: ${cart}-svc }
spec:
  selector: { app: ${cart} }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
`

function routesOf(routes: Routes): readonly string[] {
  switch (routes.by) {
    case 'istio':
      return [destinationRule, virtualService, gateway(routes.pods)]
    case 'gatewayApi':
      return [httpRoute, kubernetesGateway(routes.gateway)]
    case 'ingress':
      return [ingress(routes.className)]
    case 'service':
      return []
  }
}

const destinationRule = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: ${cart}
  annotations: { sluice.dev/managed: "true" }
spec: { host: ${cart}-svc }
`

const virtualService = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: ${cart}
  annotations: { sluice.dev/managed: "true" }
spec:
  gateways: [${cart}]
  hosts: [{{ .Values.host | quote }}]
  http: [{ route: [{ destination: { host: ${cart}-svc } }] }]
`

const gateway = (selector: Readonly<Record<string, string>>): string => `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: ${cart} }
spec:
  selector: ${JSON.stringify(selector)}
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [{{ .Values.host | quote }}] }]
`

const httpRoute = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: ${cart}
  annotations: { sluice.dev/managed: "true" }
spec:
  parentRefs: [{ name: ${cart} }]
  hostnames: [{{ .Values.host | quote }}]
  rules: [{ backendRefs: [{ name: ${cart}-svc, port: 80 }] }]
`

/** With an address Istio takes the gateway that is there, and starts no pods for this one. */
const kubernetesGateway = (service: string): string => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: ${cart} }
spec:
  gatewayClassName: istio
  addresses: [{ type: Hostname, value: ${service} }]
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: {{ .Values.host | quote }} }]
`

const ingress = (className: string): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${cart}
  annotations: { sluice.dev/managed: "true" }
spec:
  ingressClassName: ${className}
  rules:
    - host: {{ .Values.host | quote }}
      http:
        paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${cart}-svc, port: { number: 80 } } } }]
`
