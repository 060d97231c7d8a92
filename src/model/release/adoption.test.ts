import { expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { droppedOf, orphansOf, withoutOrphans } from './adoption.ts'

type Entry = readonly [manager: string, fieldsV1: Json, operation?: 'Apply' | 'Update', subresource?: string]

const object = (spec: Json, ...entries: readonly Entry[]): KubernetesObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Thing',
  metadata: {
    name: 'one',
    annotations: { note: 'by hand' },
    managedFields: entries.map(([manager, fieldsV1, operation = 'Update', subresource]) => ({
      manager,
      operation,
      fieldsV1,
      ...(subresource === undefined ? {} : { subresource }),
    })) as unknown as readonly Json[],
  },
  spec,
})
const afterAdoption = (after: KubernetesObject): KubernetesObject => withoutOrphans(after, orphansOf(after))
const ours: Entry = ['sluice', { 'f:spec': { 'f:a': {} } }, 'Apply']

it.each<[string, Json, Entry, Json]>([
  ['a field', { a: 1, b: 2 }, ['kubectl-edit', { 'f:spec': { 'f:b': {} } }], { a: 1 }],
  ['all that is in a field', { a: 1, b: { c: 1, d: 2 } }, ['kubectl-edit', { 'f:spec': { 'f:b': { 'f:c': {} } } }], { a: 1 }],
  ['nothing that the manifest says', { a: 1 }, ['kubectl-edit', { 'f:spec': { 'f:a': {} } }], { a: 1 }],
  ['nothing that is not there', { a: 1 }, ['kubectl-edit', { 'f:spec': { 'f:b': { 'k:{"name":"x"}': {} } } }], { a: 1 }],
  ['nothing of a live controller', { a: 1, b: 2 }, ['reloader', { 'f:spec': { 'f:b': {} } }], { a: 1, b: 2 }],
  ['nothing of metadata', { a: 1 }, ['kubectl-annotate', { 'f:metadata': { 'f:annotations': { 'f:note': {} } } }], { a: 1 }],
  [
    'nothing that was written by way of a subresource',
    { a: 1, b: 2 },
    ['kubectl-scale', { 'f:spec': { 'f:b': {} } }, 'Update', 'scale'],
    { a: 1, b: 2 },
  ],
])('takes %s', (_, spec, entry, left) => {
  expect(afterAdoption(object(spec, ours, entry)).spec).toEqual(left)
})

it('takes items of lists by their keys, by their values and by their places, and leaves those of others', () => {
  const spec = { keyed: [{ name: 'a', x: 1 }, { name: 'b' }, { name: 'c', x: 1, y: 2 }], set: ['p', 'q'], placed: [1, 2] }
  const kubectl: Entry = [
    'kubectl-edit',
    {
      'f:spec': {
        'f:keyed': { '.': {}, 'k:{"name":"b"}': { '.': {}, 'f:name': {} }, 'k:{"name":"c"}': { 'f:x': {} } },
        'f:set': { 'v:"q"': {} },
        'f:placed': { 'i:1': {} },
      },
    },
  ]
  const others: Entry = [
    'operator',
    {
      'f:spec': {
        'f:keyed': { 'k:{"name":"a"}': {}, 'k:{"name":"c"}': { 'f:name': {}, 'f:y': {} } },
        'f:set': { 'v:"p"': {} },
        'f:placed': { 'i:0': {} },
      },
    },
  ]
  expect(afterAdoption(object(spec, kubectl, others)).spec).toEqual({
    keyed: [
      { name: 'a', x: 1 },
      { name: 'c', y: 2 },
    ],
    set: ['p'],
    placed: [1],
  })
})

it('gives the very object where nothing goes', () => {
  const same = object({ a: 1 }, ours)
  expect(afterAdoption(same)).toBe(same)
})

it('names what goes as the API server does, by who has set it; not what a restart has set, nor what is there again by default', () => {
  const env = { 'k:{"name":"DEBUG"}': { '.': {}, 'f:name': {}, 'f:value': {} } }
  const container = { 'f:env': { '.': {}, ...env }, 'f:imagePullPolicy': {} }
  const pod = { 'f:containers': { 'k:{"name":"cart"}': container } }
  const annotations = { '.': {}, 'f:kubectl.kubernetes.io/restartedAt': {}, 'f:note': {} }
  const kubectl: Entry = ['kubectl-edit', { 'f:spec': { 'f:annotations': annotations, ...pod } }]
  const sluice: Entry = ['sluice', { 'f:spec': { 'f:containers': { 'k:{"name":"cart"}': { '.': {}, 'f:name': {} } } } }, 'Apply']
  const cart = { name: 'cart', env: [{ name: 'DEBUG', value: 'on' }], imagePullPolicy: 'Always' }
  const after = object({ annotations: { 'kubectl.kubernetes.io/restartedAt': 'then', note: 'a' }, containers: [cart] }, sluice, kubectl)
  const then = object({ containers: [{ name: 'cart', imagePullPolicy: 'Always' }] })

  expect(droppedOf(orphansOf(after), after, then)).toEqual([
    { manager: 'kubectl-edit', field: '.spec.annotations.note' },
    { manager: 'kubectl-edit', field: '.spec.containers[name="cart"].env[name="DEBUG"]' },
  ])
})
