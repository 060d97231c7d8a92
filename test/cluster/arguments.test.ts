import { expect, it } from 'vitest'
import { readArguments, usage } from './arguments.ts'

const known = ['canary', 'abort']

it('has a default for everything but the context, and every option is in its help', () => {
  expect(readArguments(['--context', 'kind-kind'], known)).toEqual({
    help: false,
    context: 'kind-kind',
    kubeconfig: undefined,
    stories: [],
    prefix: 'sluice-test',
    keep: false,
    images: { app: 'docker.io/library/node', tags: ['22-alpine', '24-alpine'], load: 'docker.io/library/node:24-alpine' },
    gateway: { namespace: 'istio-system', name: 'istio-ingressgateway' },
    ingress: { namespace: 'ingress-nginx', name: 'ingress-nginx-controller' },
    perSecond: 20,
  })
  for (const fact of ['sluice-test', 'istio-system/istio-ingressgateway', 'node:24-alpine', '22-alpine,24-alpine', 'default: 20'])
    expect(usage).toContain(fact)
})

it('takes images of a registry of one’s own, another gateway, and some of the stories', () => {
  const own = [
    '--app-image',
    'r:5000/node',
    '--app-tags',
    '1,2',
    '--load-image',
    'r:5000/node:2',
    '--gateway',
    'edge/public',
    '--ingress',
    'edge/nginx',
  ]
  expect(readArguments(['--context', 'c', ...own, '--story', 'abort', '--story', 'canary', '--load', '5'], known)).toMatchObject({
    images: { app: 'r:5000/node', tags: ['1', '2'], load: 'r:5000/node:2' },
    gateway: { namespace: 'edge', name: 'public' },
    ingress: { namespace: 'edge', name: 'nginx' },
    stories: ['abort', 'canary'],
    perSecond: 5,
  })
})

it.each([
  [[], '--context NAME is missing'],
  [['--context', 'c', '--story', 'none'], '--story none: there are canary, abort'],
  [['--context', 'c', '--namespace', 'Shop'], '--namespace Shop: small letters'],
  [['--context', 'c', '--app-tags', '1'], '--app-tags 1: two different tags'],
  [['--context', 'c', '--app-tags', '1,1'], '--app-tags 1,1: two different tags'],
  [['--context', 'c', '--gateway', 'public'], '--gateway public: NAMESPACE/NAME'],
  [['--context', 'c', '--ingress', 'nginx'], '--ingress nginx: NAMESPACE/NAME'],
  [['--context', 'c', '--load', 'much'], '--load much: more than 0'],
  [['--context', 'c', '--wat'], '--wat'],
])('%j is refused: %s', (argv, words) => expect(() => readArguments(argv, known)).toThrow(words))
