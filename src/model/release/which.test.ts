import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { cartObjects, codesOf, foundCart, live, manifests, podsOf, release } from './cart.contract.ts'
import type { Manifests, Release } from './release.ts'
import { whichIsWhich } from './which.ts'

type Change = (object: KubernetesObject) => KubernetesObject | readonly KubernetesObject[]

/** The seed's manifests, changed. */
function changed(change: Change): Manifests {
  return { objects: cartObjects('2.0.0').flatMap(change) as Manifests['objects'], versioned: [] }
}

const named = (object: KubernetesObject, name: string): KubernetesObject => ({ ...object, metadata: { ...object.metadata, name } })
const annotated = (object: KubernetesObject, value: string | undefined): KubernetesObject => {
  const { annotations: _, ...metadata } = object.metadata
  return { ...object, metadata: value === undefined ? metadata : { ...metadata, annotations: { 'harness.io/managed': value } } }
}
const onKind =
  (kind: string, change: Change): Change =>
  object =>
    object.kind === kind ? change(object) : object

const codeOf = (of: Manifests, more: Partial<Release> = {}): string => {
  try {
    whichIsWhich({ ...release, ...more }, of)
    return 'fine'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('which object is which', () => {
  it('takes the one managed VirtualService and DestinationRule, the Service of their host, and the Deployment behind it', () => {
    const which = whichIsWhich(release, manifests())

    const names = [...which.routes, which.rule, which.service, which.workload].map(object => object?.metadata.name)
    expect(names).toEqual(['cart-virtualservice', 'cart-destinationrule', 'cart-svc', 'cart'])
  })

  it.each([
    ['parity 1: two managed DestinationRules', 'DestinationRule', 'SL-RELEASE-SEVERAL-RULES'],
    ['parity 2: two managed VirtualServices', 'VirtualService', 'SL-RELEASE-SEVERAL-ROUTES'],
  ])('%s are refused, with their names', (_, kind, code) => {
    expect(codeOf(changed(onKind(kind, object => [object, named(object, 'another')])))).toBe(code)
  })

  it.each(['false', 'True', 'yes', undefined])('parity 3: annotation %s is not managed', value => {
    expect(codeOf(changed(onKind('VirtualService', object => annotated(object, value))))).toBe('SL-RELEASE-NO-ROUTE')
    expect(codeOf(changed(onKind('DestinationRule', object => annotated(object, value))))).toBe('SL-RELEASE-NO-RULE')
  })

  it('parity 11: a typed name needs no annotation', () => {
    const unmanaged = changed(onKind('VirtualService', object => annotated(object, undefined)))
    expect(codeOf(unmanaged, { virtualService: 'cart-virtualservice' })).toBe('fine')
    expect(codeOf(unmanaged, { virtualService: 'elsewhere' })).toBe('SL-RELEASE-ROUTE-NOT-FOUND')
  })

  it.each([
    ['tcp', { tcp: [{ route: [{ destination: { host: 'cart-svc' } }] }] }, 'SL-TRAFFIC-OTHER-PROTOCOL'],
    ['no http', { http: [] }, 'SL-TRAFFIC-NO-HTTP-ROUTE'],
    ['two http entries', { http: [1, 2].map(() => ({ route: [{ destination: { host: 'cart-svc' } }] })) }, 'SL-TRAFFIC-SEVERAL-ROUTES'],
  ])('parity 7: %s is refused', (_, spec, code) => {
    const change = onKind('VirtualService', object => ({ ...object, spec: { ...(object.spec as object), ...spec } }))
    expect(codeOf(changed(change))).toBe(code)
  })

  it('refuses a rule for another host, a route to no Service, and a Service in front of nothing', () => {
    const host = (name: string): Change => onKind('DestinationRule', object => ({ ...object, spec: { host: name } }))
    expect(codeOf(changed(host('other-svc')))).toBe('SL-RELEASE-RULE-HOST')
    expect(codeOf(changed(onKind('Service', () => [])))).toBe('SL-RELEASE-NO-SERVICE')
    expect(codeOf(changed(onKind('Deployment', () => [])))).toBe('SL-RELEASE-NO-WORKLOAD')
  })

  it('takes hosts in short and full form for the same', () => {
    const full = changed(onKind('DestinationRule', object => ({ ...object, spec: { host: 'cart-svc.shop.svc.cluster.local' } })))
    expect(codeOf(full)).toBe('fine')
  })

  it('refuses two Deployments behind the Service unless one is named', () => {
    const two = changed(onKind('Deployment', object => [object, named(object, 'cart-two')]))
    expect(codeOf(two)).toBe('SL-RELEASE-SEVERAL-WORKLOADS')
    expect(codeOf(two, { workload: 'cart' })).toBe('fine')
  })

  it.each(['StatefulSet', 'DaemonSet'])('refuses a %s, with the reason', kind => {
    expect(codeOf(changed(onKind('Deployment', object => ({ ...object, kind }))))).toBe('SL-RELEASE-WRONG-KIND')
  })
})

describe('what speaks against a run', () => {
  it('is nothing where all is as it should be', () => {
    expect(codesOf(foundCart())).toEqual([])
  })

  it("refuses a paused workload, and a Deployment of the canary's name", () => {
    const paused = { ...foundCart().stable!, spec: { ...(foundCart().stable!.spec as object), paused: true } }
    expect(codesOf(foundCart({ stable: paused }))).toContain('refuse SL-RELEASE-PAUSED')
    expect(codesOf(foundCart({ canary: named(foundCart().stable!, 'cart-canary') }))).toContain('refuse SL-RELEASE-FOREIGN-CANARY')
  })

  it('refuses ready pods of another revision, by name', () => {
    const { pods } = podsOf(live(cartObjects('0.9.0')[1]!), 'h0', 1)
    const found = foundCart({ pods: [...foundCart().pods, ...pods] })
    expect(codesOf(found)).toContain('refuse SL-RELEASE-UNFINISHED')
  })

  it('refuses while the pods are only just away: the new version would get everybody; where they have been for a minute it is the cure', () => {
    const { pods, stable, readAt } = foundCart()
    const ago = (seconds: number): string => new Date(readAt - 1000 * seconds).toISOString()
    const withCondition = (object: KubernetesObject, type: string, seconds: number) => ({
      ...object,
      status: { conditions: [{ type, status: 'False', lastTransitionTime: ago(seconds) }] },
    })
    const down = (seconds: number, last = seconds) => ({
      stable: withCondition(stable!, 'Available', 300),
      pods: pods.map((pod, index) => withCondition(pod, 'Ready', index === 0 ? last : seconds)),
    })
    expect(codesOf(foundCart(down(2)))).toEqual(['refuse SL-RELEASE-DOWN'])
    expect(codesOf(foundCart(down(300, 59)))).toEqual(['refuse SL-RELEASE-DOWN'])
    expect(codesOf(foundCart(down(60)))).toEqual([])
    expect(codesOf(foundCart({ ...down(300), stable: withCondition(stable!, 'Available', 10) }))).toEqual(['refuse SL-RELEASE-DOWN'])
    expect(codesOf(foundCart({ ...down(2), stable: { ...stable!, spec: { ...(stable!.spec as object), replicas: 0 } } }))).toEqual([])
  })

  it('refuses a subset of our name that selects something else, but takes over what the seed system leaves behind', () => {
    const withSubset = (labels: Record<string, string>) => {
      const { rule } = foundCart()
      return codesOf(foundCart({ rule: { ...rule!, spec: { host: 'cart-svc', subsets: [{ name: 'stable', labels }] } } }))
    }
    expect(withSubset({ team: 'search' })).toContain('refuse SL-RELEASE-SUBSET-TAKEN')
    expect(withSubset({ 'harness.io/track': 'stable' })).not.toContain('refuse SL-RELEASE-SUBSET-TAKEN')
  })

  it('refuses a field that a living controller owns, with its name; one-shot tools are merged', () => {
    const run = (manager: string) => ({
      manifest: cartObjects('2.0.0')[1]!,
      after: cartObjects('2.0.0')[1]!,
      conflicts: [{ manager, field: '.spec.replicas' }],
    })
    expect(codesOf(foundCart({ dryRuns: [run('keda-operator')] }))).toContain('refuse SL-RELEASE-OWNED')
    expect(codesOf(foundCart({ dryRuns: [run('kubectl-client-side-apply')] }))).not.toContain('refuse SL-RELEASE-OWNED')
  })
})
