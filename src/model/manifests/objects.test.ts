import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { annotationsOf, applyOrder, canaryCopy, deleteOrder, diffObjects, diffText, imageText, maskSecret, parseImage } from './index.ts'

const object = (kind: string, name = 'cart', more: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop' },
  ...more,
})

describe('images', () => {
  it.each([
    ['cart', { repository: 'cart' }],
    ['cart:1.4', { repository: 'cart', tag: '1.4' }],
    ['r.io:5000/a/cart', { repository: 'r.io:5000/a/cart' }],
    ['r.io:5000/a/cart:v1', { repository: 'r.io:5000/a/cart', tag: 'v1' }],
    ['cart@sha256:0a', { repository: 'cart', digest: 'sha256:0a' }],
    ['r.io:5000/cart:1@sha256:0a', { repository: 'r.io:5000/cart', tag: '1', digest: 'sha256:0a' }],
  ])('%s is taken apart and put together', (text, image) => {
    expect(parseImage(text)).toEqual(image)
    expect(imageText(image)).toBe(text)
  })
})

describe('annotations', () => {
  const read = (annotations: Record<string, unknown>) =>
    annotationsOf({ metadata: { name: 'a', annotations: annotations as Record<string, string> } })
  it('of the seed system mean the same as ours', () => {
    expect(read({ 'harness.io/managed': 'true', 'harness.io/skipPruning': 'true', 'sluice.dev/direct-apply': 'true' })).toMatchObject({
      managed: true,
      skipPruning: true,
      directApply: true,
      skipVersioning: false,
    })
    expect(read({ 'harness.io/steadyStateCondition': 'x' }).steadyStateCondition).toBe('x')
  })
  it('count with the text "true" only; ours win', () => {
    expect([true, 'True', 'yes', 'false', ''].map(value => read({ 'harness.io/managed': value }).managed)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ])
    expect(read({ 'harness.io/managed': 'true', 'sluice.dev/managed': 'false' }).managed).toBe(false)
  })
})

it('orders objects so that what others need comes first', () => {
  const kinds = [
    'VirtualService',
    'Ingress',
    'PodDisruptionBudget',
    'DestinationRule',
    'Deployment',
    'Service',
    'ConfigMap',
    'CustomResourceDefinition',
    'Secret',
    'Namespace',
    'Gateway',
  ]
  const ordered = applyOrder(kinds.map(kind => object(kind))).map(each => each.kind)
  expect(ordered).toEqual([
    'Namespace',
    'Secret',
    'ConfigMap',
    'CustomResourceDefinition',
    'Service',
    'Deployment',
    'Ingress',
    'PodDisruptionBudget',
    'Gateway',
    'DestinationRule',
    'VirtualService',
  ])
  expect(deleteOrder(kinds.map(kind => object(kind))).map(each => each.kind)).toEqual(ordered.toReversed())
})

describe('masked Secrets', () => {
  const secret = (value: string, name = 'key'): KubernetesObject =>
    object('Secret', name, { data: { password: value }, stringData: { other: 'plain' } })
  it('hide every value, and show that one changed', () => {
    const masked = JSON.stringify(maskSecret(secret('aHVudGVyMg==')))
    expect(masked).not.toMatch(/aHVudGVyMg|plain/)
    expect(masked).toMatch(/"password":"\*\*\*[0-9a-f]{4}"/)
    expect(maskSecret(secret('a'))).toEqual(maskSecret(secret('a')))
    expect(maskSecret(secret('a'))).not.toEqual(maskSecret(secret('b')))
  })
  it('do not show that two Secrets hold the same', () => {
    expect(maskSecret(secret('a'))['data']).not.toEqual(maskSecret(secret('a', 'other'))['data'])
  })
  it("hide kubectl's copy too, and leave other kinds alone", () => {
    const metadata = { name: 'a', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"p":"hunter2"}}' } }
    expect(JSON.stringify(maskSecret({ ...object('Secret'), metadata }))).not.toContain('hunter2')
    const config = object('ConfigMap', 'a', { data: { a: 'b' } })
    expect(maskSecret(config)).toBe(config)
  })
})

describe('diffs', () => {
  const deployment = (replicas: number, more: object = {}, metadata: object = {}): KubernetesObject =>
    object('Deployment', 'cart', {
      spec: { replicas, template: { spec: { containers: [{ name: 'c', image: 'x:1', ...more }] } } },
      metadata: { name: 'cart', namespace: 'shop', ...metadata },
    })

  it('show the lines that change, with their neighbours', () => {
    const diff = diffObjects(deployment(1), deployment(2))
    expect([diff.object, diff.change]).toEqual(['Deployment shop/cart', 'changed'])
    expect(diffText(diff)).toBe(
      '@@ -4,7 +4,7 @@\n   name: cart\n   namespace: shop\n spec:\n-  replicas: 1\n+  replicas: 2\n   template:\n     spec:\n       containers:\n',
    )
  })

  it('say what is new, gone, or the same', () => {
    expect(diffObjects(undefined, deployment(1))).toMatchObject({ change: 'added', object: 'Deployment shop/cart' })
    expect(diffObjects(undefined, deployment(1)).lines.every(line => line.is === 'added')).toBe(true)
    expect(diffObjects(deployment(1), undefined).lines.every(line => line.is === 'removed')).toBe(true)
    expect(diffObjects(deployment(1), deployment(1))).toMatchObject({ change: 'same', lines: [] })
  })

  it('leave out what the server alone writes, and defaults that it filled in', () => {
    const live = {
      ...deployment(
        1,
        {
          imagePullPolicy: 'IfNotPresent',
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          resources: {},
        },
        { uid: 'u', resourceVersion: '7', generation: 3, managedFields: [], annotations: { 'deployment.kubernetes.io/revision': '2' } },
      ),
      status: { replicas: 1 },
    }
    expect(diffObjects(live, deployment(1)).change).toBe('same')
  })

  it('show a default that somebody changes, and a field that somebody removes', () => {
    const filled = deployment(1, { imagePullPolicy: 'Always', terminationMessagePolicy: 'File', command: ['x'] })
    const text = diffText(
      diffObjects(filled, deployment(1, { imagePullPolicy: 'Never', terminationMessagePolicy: 'FallbackToLogsOnError' })),
    )
    expect(text).toContain('-        imagePullPolicy: Always\n')
    expect(text).toContain('+        terminationMessagePolicy: FallbackToLogsOnError\n')
    expect(text).toMatch(/-\s+- x\n/)
  })

  it('mask Secrets on both sides', () => {
    const text = diffText(diffObjects(object('Secret', 'a', { data: { p: 'b2xk' } }), object('Secret', 'a', { data: { p: 'bmV3' } })))
    expect(text).toMatch(/-\s+p: '\*\*\*[0-9a-f]{4}'\n\+\s+p: '\*\*\*[0-9a-f]{4}'/)
    expect(text).not.toMatch(/b2xk|bmV3/)
  })
})

describe('the canary of a Deployment', () => {
  const deployment: KubernetesObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'cart',
      namespace: 'shop',
      uid: 'u',
      labels: {
        app: 'cart',
        'app.kubernetes.io/instance': 'x',
        'app.kubernetes.io/managed-by': 'Helm',
        'helm.sh/chart': 'c',
        'kustomize.toolkit.fluxcd.io/name': 'k',
      },
      annotations: {
        team: 'a',
        'meta.helm.sh/release-name': 'r',
        'argocd.argoproj.io/tracking-id': 't',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        'deployment.kubernetes.io/revision': '3',
      },
    },
    spec: {
      replicas: 4,
      paused: true,
      selector: { matchLabels: { app: 'cart' } },
      template: { metadata: { labels: { app: 'cart', v: '1' } }, spec: { containers: [] } },
    },
  }

  it('has a name, a track and pods of its own, none at first, and nothing of other owners', () => {
    expect(canaryCopy(deployment)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'cart-canary',
        namespace: 'shop',
        labels: { app: 'cart', 'sluice.dev/track': 'canary' },
        annotations: { team: 'a' },
      },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'cart', 'sluice.dev/track': 'canary' } },
        template: { metadata: { labels: { app: 'cart', v: '1', 'sluice.dev/track': 'canary' } }, spec: { containers: [] } },
      },
    })
  })

  it('may have a template of its own', () => {
    expect(canaryCopy(deployment, { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'new' }] } }).spec).toMatchObject({
      template: { spec: { containers: [{ name: 'new' }] } },
    })
  })

  it('is refused for kinds and names that will not do', () => {
    expect(() => canaryCopy({ ...deployment, kind: 'StatefulSet' })).toThrow(
      'StatefulSet shop/cart: cannot have a canary: its pods have names',
    )
    expect(() => canaryCopy({ ...deployment, kind: 'DaemonSet' })).toThrow('one pod on every node')
    expect(() => canaryCopy({ ...deployment, metadata: { name: 'a'.repeat(236) } })).toThrow('more than the 242')
    expect(canaryCopy({ ...deployment, metadata: { name: 'a'.repeat(235) } }).metadata.name).toHaveLength(242)
  })
})
