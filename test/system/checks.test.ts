// Whom a check asks how requests to a version went: the gateways of whatever kind of route, the Prometheus that is named, or nobody.
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { step } from '#control-plane/executions/pretended.contract.ts'
import { byGatewayApi } from './by-gateway-api.ts'
import { bySeconds, canaryDeployment, cartSteps, rolloutDeployment, trafficSplit } from './cart-workflow.ts'
import { atRest, clean, late, openPlane, verdict } from './story.ts'

const prometheus = { url: 'http://prometheus.istio-system:9090', headers: {}, labels: {} }

const check = step(
  'check',
  { version: 'canary', errorRate: { max: 0.05 }, over: 30_000, minRequests: 20, onBad: 'fail', onFewRequests: 'fail' },
  { name: 'Check' },
)
const steps = [canaryDeployment(), trafficSplit(30), check, rolloutDeployment()]
const bad = cartSteps('2.0.0-bad', bySeconds(late), ...steps)

/** The gateways see a part of the requests at most. */
const bound =
  (...gateways: readonly string[]) =>
  (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
    objects.map(object => (object.kind === 'VirtualService' ? { ...object, spec: { ...(object.spec as object), gateways } } : object))

describe('a check of a version that answers errors', () => {
  it('asks the pods of a Gateway of the Gateway API', async () => {
    const { world, run, ended } = await openPlane({ change: byGatewayApi })
    const before = atRest(world)

    const view = await ended(await run(bad, '2.0.0-bad'))

    expect(view).toMatchObject({ status: 'returned', failure: { code: 'SL-STEP-VERSION-BAD' } })
    expect(await verdict(world)).toEqual(clean)
    expect(atRest(world)).toBe(before)
  })

  it('asks the Prometheus that is named, where callers inside the mesh are led by the route', async () => {
    const { world, run, ended } = await openPlane({ change: bound('cart-gateway', 'mesh'), prometheus: { interval: 5000 } })
    await world.clock.advance(20_000)
    const releases = bad.releases.map(release => ({ ...release, prometheus }))

    const view = await ended(await run({ ...bad, releases }, '2.0.0-bad'))

    expect(view).toMatchObject({ status: 'returned', failure: { code: 'SL-STEP-VERSION-BAD' } })
    expect(await verdict(world)).toEqual(clean)
  })
})

it('a run whose check has nobody to ask is refused before anything is written', async () => {
  const { world, run, ended } = await openPlane({ change: bound('mesh') })
  const before = atRest(world)

  const view = await ended(await run(bad, '2.0.0-bad'))

  expect(view).toMatchObject({ failure: { code: 'SL-PREFLIGHT-NOTHING-TO-JUDGE-BY' }, writes: 0 })
  expect(view.failure?.message).toContain('"Check": nobody could tell how requests to Service shop/cart-svc went: no gateway leads there')
  expect(atRest(world)).toBe(before)
})
