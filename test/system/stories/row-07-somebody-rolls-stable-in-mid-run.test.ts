// At 50 % somebody sets an environment variable of the old version: `kubectl set env`, a secret reloader, a Git commit. The old pods
// would be replaced under their users by code that nobody looked at, or the subset that names them would be empty. Sluice has paused
// stable for the run: it stops going forward and asks, the way back keeps users safe, and the edit is still there at the end.
import { describe, expect, it } from 'vitest'
import type { Json, KubernetesObject } from '#base/index.ts'
import { pinned, prepared, returned, split } from '../goals.ts'
import { begin, inShop, someone, verdict } from '../story.ts'

/** Somebody sets an environment variable. */
function edit(deployment: KubernetesObject, patch: (object: Record<string, Json>) => unknown): void {
  const { template } = deployment.spec as { template: { spec: { containers: { env?: Json }[] } } }
  const containers = template.spec.containers.map(container => ({ ...container, env: [{ name: 'COLOUR', value: 'red' }] }))
  patch({ spec: { template: { spec: { containers: containers as unknown as Json } } } })
}

describe('row 7: somebody rolls stable in mid-run', () => {
  it('stops forward steps and asks; the way back keeps users safe and the edit where it is', async () => {
    const { world, reach } = await begin()
    const store = world.sandbox.apiServer.objects
    await reach(pinned, prepared(), split(50))
    edit(store.get('deployments.apps', inShop('cart'))!, object => store.patch('deployments.apps', inShop('cart'), object, someone))

    expect(await reach(split(75))).toMatchObject({ is: 'asks', answers: ['retry', 'keepEdit'] })
    expect(await reach(returned)).toMatchObject({ is: 'asks' })
    expect(JSON.stringify(store.get('virtualservices.networking.istio.io', inShop('cart-virtualservice'))?.spec)).toContain('"weight":100')
    expect(await reach({ to: 'returned', now: false, keepEdit: true })).toMatchObject({ is: 'reached' })
    expect(JSON.stringify(store.get('deployments.apps', inShop('cart'))?.spec)).toContain('COLOUR')
    expect(await verdict(world)).toMatchObject({ wrongVersion: 0 })
  })
})
