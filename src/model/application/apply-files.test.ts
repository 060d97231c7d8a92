import { expect, it } from 'vitest'
import { prepareRun, type SourceFile } from './index.ts'

const documents = `apiVersion: sluice.dev/v1
kind: Service
metadata: { name: cart }
spec: { image: ghcr.io/acme/cart, manifests: [manifests/], values: [values.yaml] }
---
apiVersion: sluice.dev/v1
kind: Environment
metadata: { name: test }
spec: {}
---
apiVersion: sluice.dev/v1
kind: Infrastructure
metadata: { name: eu }
spec: { environment: test, cluster: {}, namespace: shop }
---
apiVersion: sluice.dev/v1
kind: Workflow
metadata: { name: canary }
spec:
  strategy: canary
  service: cart
  infrastructure: eu
  phases:
    - name: Canary
      deploy:
        - apply: { files: [FILES] }
        - rolloutDeployment: {}
`
const pod = (image: string) => `spec: { containers: [{ name: a, image: ${image}, envFrom: [{ configMapRef: { name: cart-env } }] }] }`
const manifests: readonly SourceFile[] = [
  { path: 'values.yaml', text: 'name: cart\n' },
  { path: 'manifests/_helpers.tpl', text: '{{ define "labels" }}app: {{ .Values.name }}{{ end }}' },
  { path: 'manifests/env.yaml', text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: cart-env }\ndata: { a: "1" }\n' },
  {
    path: 'manifests/deployment.yaml',
    text: `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: cart }\nspec:\n  selector: { matchLabels: { app: cart } }\n  template:\n    metadata: { labels: { {{ include "labels" . }} } }\n    ${pod('ghcr.io/acme/cart')}\n`,
  },
  {
    path: 'manifests/migrate.yaml',
    text: `# sluice.dev/skip-file-for-deploy\napiVersion: batch/v1\nkind: Job\nmetadata: { name: migrate, labels: { {{ include "labels" . }} } }\nspec:\n  template:\n    ${pod('ghcr.io/acme/cart')}\n`,
  },
]

async function prepare(files: string, ...more: readonly SourceFile[]) {
  const all = [{ path: 'sluice.yaml', text: documents.replace('FILES', files) }, ...manifests, ...more]
  return prepareRun(all, 'canary', { tag: '2.0.0' })
}
const errors = ({ problems }: Awaited<ReturnType<typeof prepare>>) =>
  problems.filter(each => each.severity === 'error').map(({ code, place }) => `${code} ${place?.file ?? ''}:${place?.line ?? ''}`)

it('renders what it applies as the manifests are: values, helpers, image, namespace, versioned names; the directive does not keep it out', async () => {
  const prepared = await prepare('manifests/migrate.yaml')

  expect(errors(prepared)).toEqual([])
  const [applied] = prepared.applied
  expect(applied?.path).toBe('canary/deploy/1')
  const env = prepared.releases[0]?.manifests.objects.find(({ kind }) => kind === 'ConfigMap')?.metadata.name
  expect(env).toMatch(/^cart-env-/)
  expect(applied?.objects).toMatchObject([
    {
      kind: 'Job',
      metadata: { name: 'migrate', namespace: 'shop', labels: { app: 'cart' } },
      spec: { template: { spec: { containers: [{ image: 'ghcr.io/acme/cart:2.0.0', envFrom: [{ configMapRef: { name: env } }] }] } } },
    },
  ])
  expect(JSON.parse(applied?.text ?? '')).toEqual(applied?.objects)
})

it('keeps it out of the manifests', async () => {
  const kinds = (await prepare('manifests/migrate.yaml')).releases[0]?.manifests.objects.map(({ kind }) => kind)

  expect(kinds).toEqual(['ConfigMap', 'Deployment'])
})

it.each<[string, string, SourceFile | undefined, string[]]>([
  ['files that are not there', 'jobs/', undefined, ['SL-APPLICATION-NO-FILES sluice.yaml:26']],
  ['what the manifests have too', 'manifests/env.yaml', undefined, ['SL-APPLICATION-APPLIED-TWICE manifests/env.yaml:1']],
  [
    'what lives in no namespace',
    'extra.yaml',
    { path: 'extra.yaml', text: 'apiVersion: v1\nkind: Namespace\nmetadata: { name: other }\n' },
    ['SL-APPLICATION-APPLIED-ELSEWHERE extra.yaml:1'],
  ],
  [
    'what lives elsewhere',
    'extra.yaml',
    { path: 'extra.yaml', text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: other }\n' },
    ['SL-APPLICATION-APPLIED-ELSEWHERE extra.yaml:1'],
  ],
])('refuses %s', async (_, files, extra, expected) => {
  expect(errors(await prepare(files, ...(extra ? [extra] : [])))).toEqual(expected)
})
