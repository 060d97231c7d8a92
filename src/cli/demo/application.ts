import type { SourceFile } from '#model/application/index.ts'
import { exampleApplication } from '#model/workflow/index.ts'

/** What the demo releases, where, and from which version to which. */
export const demo = { name: 'cart', image: 'ghcr.io/acme/cart', namespace: 'shop', context: 'sluice-sandbox' } as const

/** The example application that `sluice init` writes, with an infrastructure and a workflow for a sandbox and for people who wait. */
export function demoApplication(): readonly SourceFile[] {
  const example = exampleApplication(demo)
  return [{ path: 'sluice.yaml', text: documents }, ...example.filter(file => file.path !== 'sluice.yaml')]
}

/** Settle and drain are those of a sandbox (a mesh that is 100 ms late, requests of some milliseconds); a real cluster takes the defaults. */
const documents = `apiVersion: sluice.dev/v1
kind: Service
metadata: { name: ${demo.name} }
spec:
  image: ${demo.image}
  manifests: [manifests/]
  values: [values.yaml]
---
apiVersion: sluice.dev/v1
kind: Environment
metadata: { name: demo }
spec: { production: false, bypass: accept }
---
apiVersion: sluice.dev/v1
kind: Infrastructure
metadata: { name: sandbox }
spec:
  environment: demo
  cluster: { context: ${demo.context} }
  namespace: ${demo.namespace}
  settle: { mode: auto }
  drain: 1s
---
apiVersion: sluice.dev/v1
kind: Workflow
metadata: { name: first }
spec:
  strategy: canary
  service: ${demo.name}
  infrastructure: sandbox
  phases:
    - { name: Primary, deploy: [{ rolloutDeployment: {} }] }
---
apiVersion: sluice.dev/v1
kind: Workflow
metadata: { name: canary }
spec:
  strategy: canary
  service: ${demo.name}
  infrastructure: sandbox
  phases:
    - name: Canary
      deploy:
        - canaryDeployment: { instances: 25% }
      verify:
        - trafficSplit: { canary: 10 }
        - name: Does it answer well?
          check: { errorRate: { max: 1% }, over: 5s, minRequests: 10, onFewRequests: pass }
        - trafficSplit: { canary: 50 }
        - wait: { for: 3s }
    - name: Primary
      deploy:
        - rolloutDeployment: { traffic: auto }
      wrapUp:
        - canaryDelete: {}
`
