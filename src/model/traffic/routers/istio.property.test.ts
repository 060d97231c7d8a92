import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { casesFolder } from '../../../../test/cases.ts'
import { canonicalJson } from '#base/index.ts'
import { removeSubsets, restoreSubsets, snapshotSubsets, writeSubsets } from '../istio/subsets.ts'
import { validateIstio } from '../istio/validation/validate-istio.ts'
import type { Row } from '../rows.ts'
import { istio } from './istio.ts'
import type { Ours, Outcome } from './router.ts'

interface Entry {
  readonly route?: readonly { readonly destination: { readonly host: string; readonly subset?: string }; readonly weight?: number }[]
}

/** Texts with the characters that break naive copies. */
const text = fc.constantFrom('x', 'ü', '"', '100%%', 'a\nb', '~1', '')
const unknown = fc.dictionary(fc.constantFrom('novel', 'x-later', 'kubectl.kubernetes.io/y'), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 2 })
const port = fc.option(fc.record({ port: fc.record({ number: fc.integer({ min: 1, max: 65_535 }) }) }), { nil: {} })
const settings = fc.option(
  fc.record({
    headers: fc.record({ request: fc.record({ set: fc.dictionary(fc.constantFrom('x-a', 'x-b'), fc.constantFrom('1', '%HOSTNAME%')) }) }),
  }),
  {
    nil: {},
  },
)
const foreignHost = fc.constantFrom('legacy', 'cart.eu', 'cart-v2.shop.svc.cluster.local')
const row = (host: fc.Arbitrary<string>, weight: fc.Arbitrary<number>): fc.Arbitrary<object> =>
  fc
    .tuple(
      fc.tuple(host, port).map(([name, rest]) => ({ host: name, ...rest })),
      weight,
      settings,
      unknown,
    )
    .map(([destination, own, rest, more]) => ({ ...more, destination, weight: own, ...rest }))

/** A managed list: ours somewhere among strangers, with any weights that istiod lets pass. */
const managedRoute = fc
  .tuple(
    row(fc.constantFrom('cart', 'cart.shop.svc.cluster.local'), fc.integer({ min: 1, max: 400 })),
    fc.array(row(foreignHost, fc.nat(400)), { maxLength: 3 }),
    fc.nat(3),
  )
  .map(([own, strangers, at]) => [...strangers.slice(0, at), own, ...strangers.slice(at)])

const behaviour = fc.record(
  {
    match: fc.constantFrom([{ uri: { prefix: '/a' } }], [{ headers: { 'x-user': { exact: 'me' } } }, { method: { exact: 'PUT' } }]),
    retries: fc.constant({ attempts: 3, retryOn: '5xx' }),
    timeout: fc.constantFrom('3s', '1m30s'),
    mirror: fc.constant({ host: 'shadow', subset: 'v1' }),
    corsPolicy: fc.constant({ allowOrigins: [{ exact: 'https://shop.test' }] }),
    novel: text,
  },
  { requiredKeys: [] },
)
const others = fc.oneof(
  fc.constant({ redirect: { uri: '/elsewhere' } }),
  fc.constant({ directResponse: { status: 503 } }),
  fc.array(row(foreignHost, fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 2 }).map(route => ({ route })),
)

const virtualServices = fc
  .record({
    version: fc.constantFrom('v1', 'v1beta1', 'v1alpha3'),
    before: fc.array(others, { maxLength: 3 }),
    behaviour,
    route: managedRoute,
    after: fc.array(others, { maxLength: 2 }),
    more: unknown,
    annotation: text,
  })
  .map(({ version, before, route, after, more, annotation, ...own }): KubernetesObject => ({
    apiVersion: `networking.istio.io/${version}`,
    kind: 'VirtualService',
    metadata: { name: 'cart', namespace: 'shop', annotations: { note: annotation } },
    spec: {
      ...more,
      hosts: ['shop.test'],
      gateways: ['shop/web'],
      http: [...before, { name: 'managed', ...own.behaviour, route }, ...after],
    },
    status: { observedGeneration: 3 },
  }))

const splits = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), fc.boolean()).map(([a, b, turned]): readonly Row[] => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)]
    const rows: readonly Row[] = [
      { to: 'stable', weight: low },
      { to: 'canary', weight: high - low },
      { to: { host: 'cart', subset: 'eu', port: 8080 }, weight: 100 - high },
    ]
    return turned ? rows.toReversed() : rows
  }),
  { minLength: 1, maxLength: 4 },
)

const ours: Ours = {
  entries: ['managed'],
  stable: { host: 'cart', subset: 'stable' },
  canary: { host: 'cart', subset: 'canary' },
  atRest: [{ host: 'cart' }],
  literals: [{ host: 'cart', subset: 'eu', port: 8080 }],
}

describe('over generated objects', () => {
  it('every edit of a VirtualService is valid, changes the managed destinations alone, and is undone without a trace', () => {
    fc.assert(
      fc.property(virtualServices, splits, (before, rows) => expectLossless(before, ours, rows)),
      { numRuns: 100 },
    )
  })

  it('what is not ours keeps its share, and ours sum up to the rest', () => {
    fc.assert(
      fc.property(virtualServices, splits, (before, rows) => {
        const first = done(istio.readSplit(before, ours))[0]!
        let object = done(istio.pin(before, ours))
        for (const split of rows) {
          object = done(istio.writeSplit(object, ours, split))
          const now = done(istio.readSplit(object, ours))[0]!
          now.foreign.forEach((row, at) => expect(Math.abs(row.share - first.foreign[at]!.share)).toBeLessThanOrEqual(0.03))
          now.foreign.forEach((row, at) => expect(row.weight > 0).toBe(first.foreign[at]!.weight > 0))
          expect(now.rows.reduce((sum, row) => sum + row.weight, 0)).toBe(first.ofRoute)
          expect(istio.writeSplit(object, ours, split)).toEqual({ is: 'done', value: object })
        }
      }),
      { numRuns: 100 },
    )
  })

  it('every edit of a DestinationRule is valid, keeps what is not ours, and is undone without a trace', () => {
    const label = fc.dictionary(fc.constantFrom('app', 'version', 'sluice.dev/track'), fc.constantFrom('a', 'b'), { maxKeys: 2 })
    const subsets = fc.uniqueArray(fc.record({ name: fc.constantFrom('v1', 'eu', 'canary', 'stable', 'Green'), labels: label }), {
      selector: each => each.name,
    })
    const rules = fc
      .record({ subsets: fc.option(subsets, { nil: undefined }), more: unknown })
      .map(({ subsets: list, more }): KubernetesObject => ({
        apiVersion: 'networking.istio.io/v1',
        kind: 'DestinationRule',
        metadata: { name: 'cart', namespace: 'shop' },
        spec: {
          ...more,
          host: 'cart',
          trafficPolicy: { loadBalancer: { simple: 'RANDOM' } },
          ...(list === undefined ? {} : { subsets: list }),
        },
      }))
    const own = [
      { name: 'canary', labels: { 'sluice.dev/track': 'canary' } },
      { name: 'stable', labels: { 'pod-template-hash': 'abc' } },
    ]
    fc.assert(
      fc.property(rules, before => {
        const snapshot = snapshotSubsets(before, ['canary', 'stable'])
        const after = writeSubsets(before, own)
        expect(validateIstio(after).errors).toEqual([])
        expect(canonicalJson(withoutSubsets(after))).toBe(canonicalJson(withoutSubsets(before)))
        expect(canonicalJson(subsetsNotOurs(after))).toBe(canonicalJson(subsetsNotOurs(before)))
        expect(canonicalJson(restoreSubsets(after, snapshot))).toBe(canonicalJson(before))
        expect(subsetsNotOurs(removeSubsets(after, ['canary', 'stable']))).toEqual(subsetsNotOurs(before))
      }),
    )
  })
})

const path = `${casesFolder}/validity.json`
const objects = existsSync(path) ? validVirtualServices() : []

describe('over the valid cases', () => {
  it.skipIf(objects.length === 0)('every entry with one destination that is ours can be split and comes back without a trace', () => {
    let tried = 0
    for (const object of objects) {
      for (const [index, entry] of httpOf(object).entries()) {
        const own = entry.route?.[0]?.destination
        if (!own || (object.spec as { tcp?: unknown; tls?: unknown }).tcp || (object.spec as { tls?: unknown }).tls) continue
        const { host, subset } = own
        const at = { host, ...(subset ? { subset } : {}) }
        const theirs: Ours = {
          entries: [`#${index}`],
          stable: { host, subset: 'sluice-a' },
          canary: { host, subset: 'sluice-b' },
          atRest: [at],
        }
        const named: Ours = (entry as { name?: string }).name ? { ...theirs, entries: [(entry as { name: string }).name] } : theirs
        if (istio.pin(object, named).is === 'refused') continue
        tried++
        expectLossless(object, named, [
          [
            { to: 'stable', weight: 93 },
            { to: 'canary', weight: 7 },
          ],
        ])
      }
    }
    expect(tried).toBeGreaterThan(20)
  })
})

function validVirtualServices(): readonly KubernetesObject[] {
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as {
    cases: readonly { kind: string; manifest: KubernetesObject; expect: { valid: boolean } }[]
  }
  return cases
    .filter(each => each.kind === 'VirtualService' && validateIstio(each.manifest).errors.length === 0 && each.expect.valid)
    .map(each => each.manifest)
}

function expectLossless(before: KubernetesObject, own: Ours, rows: readonly (readonly Row[])[]): void {
  const text = canonicalJson(before)
  expect(validateIstio(before).errors).toEqual([])
  const snapshot = JSON.parse(JSON.stringify(done(istio.snapshot(before, own)))) as ReturnType<typeof done<never>>
  let object = done(istio.pin(before, own))
  for (const split of [undefined, ...rows]) {
    if (split) object = done(istio.writeSplit(object, own, split))
    expect(validateIstio(object).errors).toEqual([])
    expect(canonicalJson(withoutManaged(object, own))).toBe(canonicalJson(withoutManaged(before, own)))
  }
  expect(canonicalJson(done(istio.restore(object, snapshot, own)))).toBe(text)
  expect(canonicalJson(before)).toBe(text)
}

function done<T>(outcome: Outcome<T>): T {
  if (outcome.is === 'refused') throw new Error(`refused: ${JSON.stringify(outcome.problem)}`)
  return outcome.value
}

function httpOf(object: KubernetesObject): readonly Entry[] {
  return (object.spec as { http?: readonly Entry[] }).http ?? []
}

function withoutManaged(object: KubernetesObject, { entries }: Ours): unknown {
  const managed = (entry: Entry, index: number): boolean =>
    entries?.[0] === (entry as { name?: string }).name || entries?.[0] === `#${index}`
  return {
    ...object,
    spec: {
      ...(object.spec as object),
      http: httpOf(object).map((entry, index) => (managed(entry, index) ? { ...entry, route: 'managed' } : entry)),
    },
  }
}

function withoutSubsets(object: KubernetesObject): unknown {
  return { ...object, spec: { ...(object.spec as object), subsets: undefined } }
}

function subsetsNotOurs(object: KubernetesObject): unknown {
  const { subsets = [] } = object.spec as { subsets?: readonly { name: string }[] }
  return subsets.filter(subset => subset.name !== 'canary' && subset.name !== 'stable')
}
