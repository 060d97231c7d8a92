// To compare fairly, a fresh copy of the old version gets 20 % beside the canary's 10 %: a third destination in the same split. When
// it goes, or the run is aborted, its pods may go only when no weight leads to them. Sluice takes its weight away first, lets that
// arrive, and removes it then, by the steps or on the way back.
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { step } from '#control-plane/executions/pretended.contract.ts'
import { approval, bySeconds, canaryDeployment, cartSteps, trafficSplit } from '../cart-workflow.ts'
import { asks, atRest, clean, inShop, late, openPlane } from '../story.ts'
import { lookAt } from '../witness.ts'

describe('argo 30: a baseline beside the canary', () => {
  const labels = { app: 'baseline' }
  const baseline: readonly KubernetesObject[] = [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: inShop('cart-baseline'),
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: inShop('cart-baseline'),
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'cart', image: 'ghcr.io/acme/cart:baseline', ports: [{ containerPort: 8080 }] }] },
        },
      },
    },
  ]
  const rows = [
    { to: 'canary', weight: 10 },
    { to: { host: 'cart-baseline' }, weight: 20 },
    { to: 'stable', weight: 70 },
  ]
  const three = step('trafficSplit', { rows }, { name: 'Three ways' })
  const emptied = step('scale', { workload: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart-baseline' }, to: { count: 0 } })
  const remove = step('delete', {
    objects: [
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart-baseline' },
      { apiVersion: 'v1', kind: 'Service', name: 'cart-baseline' },
    ],
  })

  it.each([
    { how: 'by the steps of the workflow', abort: false },
    { how: 'by an abort', abort: true },
  ])('is split to, and taken away $how: its weight first, then its pods', async ({ abort }) => {
    const { world, plane, witness, ended } = await openPlane()
    const before = atRest(world)
    const apply = step('apply', { files: ['baseline.yaml'] }, { name: 'Baseline' })
    const steps = [canaryDeployment(), apply, three, approval(), trafficSplit(10), emptied, remove]
    const workflow = cartSteps('2.0.0', bySeconds(late), ...steps)
    const id = await plane.start(workflow, '2.0.0', {}, { 'canary/deploy/2': baseline })
    await plane.until(id, asks)
    expect(lookAt(world).route).toBe('canary 10, cart-baseline 20, stable 70')
    await world.clock.advance(10_000)
    const store = world.sandbox.apiServer.objects
    const withoutWeight: boolean[] = []
    store.subscribe('services', () => {
      if (!store.get('services', inShop('cart-baseline'))) withoutWeight.push(!lookAt(world).route.includes('cart-baseline'))
    })

    await plane.command(id, abort ? { do: 'abort', now: false, who: 'bob' } : { do: 'approve', who: 'bob' })
    expect(await ended(id)).toMatchObject({ status: abort ? 'returned' : 'done' })

    const tally = await world.clock.runUntil(world.ledger.stop())
    expect(tally).toMatchObject(clean)
    expect(tally.byVersion['baseline']).toBeGreaterThan(50)
    expect(new Set(withoutWeight)).toEqual(new Set([true]))
    expect(witness.course(({ route: each }) => each)).toContain('canary 10, cart-baseline 20, stable 70')
    expect(atRest(world)).toBe(before)
  })
})
