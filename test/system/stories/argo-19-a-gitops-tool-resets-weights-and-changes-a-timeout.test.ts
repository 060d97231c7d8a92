// At 25 % a GitOps tool applies the file from Git: the weights are gone, and a timeout has changed with them. Users would move
// although nobody decided it; but the timeout is what the team wants. Sluice writes its rows back once, keeps the timeout, tells of
// the drift, and leaves the timeout there at the end as well.
import { expect, it } from 'vitest'
import type { Json } from '#base/index.ts'
import { approval, canaryDeployment, trafficSplit } from '../cart-workflow.ts'
import { asks, at, inShop, openPlane, verdict, virtualServices } from '../story.ts'
import { courseOf } from '../witness.ts'

const route = inShop('cart-virtualservice')

it('argo 19: a GitOps tool resets the weights at 25 % and changes the timeout: one write brings ours back, the timeout is theirs', async () => {
  const { world, plane, start, witness } = await openPlane()
  const id = await start('2.0.0', canaryDeployment(), trafficSplit(25), approval())
  await plane.until(id, asks)
  const from = witness.sights.length
  const git: Json = { http: [{ timeout: '7s', route: [{ destination: { host: 'cart-svc' } }] }] }
  world.sandbox.apiServer.objects.patch(virtualServices, route, { spec: git }, { manager: 'argocd-controller' })

  await world.clock.advance(30_000)

  expect(courseOf(witness.sights.slice(from), ({ route: rows }) => rows)).toEqual(['cart-svc 100', 'canary 25, stable 75'])
  expect(at(world.sandbox.apiServer.objects.get(virtualServices, route), 'http')).toMatchObject([{ timeout: '7s' }])
  const { found } = await plane.drift(id)
  expect(found).toMatchObject([{ putBack: true, drift: expect.arrayContaining([expect.objectContaining({ is: 'conflicting' })]) }])
  await plane.command(id, { do: 'abort', now: false, who: 'bob' })
  await plane.until(id, view => view.ended !== undefined)
  expect(at(world.sandbox.apiServer.objects.get(virtualServices, route), 'http')).toEqual([
    { timeout: '7s', route: [{ destination: { host: 'cart-svc' } }] },
  ])
  expect(await verdict(world)).toMatchObject({ lost: 0 })
})
