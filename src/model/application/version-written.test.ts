import { expect, it } from 'vitest'
import type { ResolveChoice } from '#model/workflow/index.ts'
import { prepareRun } from './prepare.ts'

const documents = (service: string): string => `
apiVersion: sluice.dev/v1
kind: Service
metadata: { name: cart }
spec: { ${service}manifests: [manifests/] }
---
apiVersion: sluice.dev/v1
kind: Environment
metadata: { name: test }
spec: {}
---
apiVersion: sluice.dev/v1
kind: Infrastructure
metadata: { name: eu }
spec: { environment: test, cluster: { context: eu-1 }, namespace: shop }
---
apiVersion: sluice.dev/v1
kind: Workflow
metadata: { name: canary }
spec:
  strategy: canary
  service: cart
  infrastructure: eu
  phases: [{ name: Only, deploy: [{ rolloutDeployment: {} }] }]
`
const deployment = (name: string, image: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\nspec:\n  selector: { matchLabels: { app: ${name} } }\n  template:\n    metadata: { labels: { app: ${name} } }\n    spec: { containers: [{ name: a, image: "${image}" }] }\n`

async function versionOf(
  service: string,
  choice: ResolveChoice = {},
): Promise<readonly [version: string | undefined, told: readonly string[]]> {
  const files = [
    { path: 'sluice.yaml', text: documents(service) },
    { path: 'manifests/a.yaml', text: deployment('worker', 'ghcr.io/acme/worker:7') },
    { path: 'manifests/b.yaml', text: deployment('cart', 'ghcr.io/acme/cart:1.2') },
  ]
  const { workflow, releases, problems } = await prepareRun(files, 'canary', choice)
  const version = workflow?.releases[0]?.artifact.version
  expect(releases[0]?.release.artifact.version).toBe(version)
  return [version, problems.map(({ severity, message }) => `${severity}: ${message}`)]
}

const image = 'image: ghcr.io/acme/cart, '

it('calls a run without tag and digest by what the manifests name, and warns', async () => {
  expect(await versionOf(image)).toEqual([
    '1.2',
    ['warning: Service cart: neither tag nor digest is given for ghcr.io/acme/cart, so its manifests decide: 1.2.'],
  ])
})

it('warns of nothing where the run says which version, or where the service leaves it to its manifests', async () => {
  expect(await versionOf(image, { tag: '2' })).toEqual(['2', []])
  expect(await versionOf(image, { digest: `sha256:${'ab'.repeat(32)}` })).toEqual(['abababa', []])
  expect(await versionOf('')).toEqual(['7', []])
})
