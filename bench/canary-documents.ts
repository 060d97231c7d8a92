/**
 * The documents of a canary of `cart` in namespace `shop`, with these steps behind its deployment, each in YAML on one line. Settling and
 * drain are set for the sandbox, which needs a tenth of a second.
 */
export function canaryDocuments(steps: readonly string[]): string {
  return `${head}${steps.map(step => `        - ${step}\n`).join('')}`
}

const head = `apiVersion: sluice.dev/v1
kind: Service
metadata: { name: cart }
spec: { image: ghcr.io/acme/cart, manifests: [manifests/] }
---
apiVersion: sluice.dev/v1
kind: Environment
metadata: { name: bench }
spec: { production: false }
---
apiVersion: sluice.dev/v1
kind: Infrastructure
metadata: { name: main }
spec: { environment: bench, cluster: {}, namespace: shop, settle: { mode: seconds, shift: 20ms, removal: 300ms }, drain: 10ms }
---
apiVersion: sluice.dev/v1
kind: Workflow
metadata: { name: canary }
spec:
  strategy: canary
  service: cart
  infrastructure: main
  phases:
    - name: Canary
      deploy:
        - canaryDeployment: { instances: 1 }
      verify:
`
