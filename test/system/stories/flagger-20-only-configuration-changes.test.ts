// The image is the same; a ConfigMap, or a Secret, has other values. A value can break users as well as code can. Applied in place,
// it would reach all pods at their next restart, the old ones too. Sluice releases it as a version: new values on canary pods alone
// while they are tried, and on all of them at the end.
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { configured } from '../configured.ts'
import { pinned, prepared, split, wholeCanary } from '../goals.ts'
import { clean, openCart, verdict } from '../story.ts'
import { canaryPods, lookAt, stablePods } from '../witness.ts'

describe.each(['ConfigMap', 'Secret'] as const)('flagger 20: only a %s changes', kind => {
  it('the same image is released with it: new values on canary pods alone, then on all', async () => {
    const old = configured('bcdfghjk', kind)
    const world = await openCart({ change: old })
    const manifests = configured('mnpqrstv', kind)
    const release = world.release('1.0.0', 'k3f9', {}, manifests, [manifests(world.manifests('1.0.0')).length - 1])
    const { snapshot } = await world.inspect(release)
    const reads = (pods: readonly KubernetesObject[]): readonly string[] => [
      ...new Set(pods.map(pod => /cart-env-\w+/.exec(JSON.stringify(pod.spec))?.[0] ?? '')),
    ]
    world.ledger.start(20)

    for (const [index, goal] of [pinned, prepared(), split(50)].entries()) await world.reach(release, snapshot, goal, index + 1)
    expect([reads(stablePods(world)), reads(canaryPods(world))]).toEqual([['cart-env-bcdfghjk'], ['cart-env-mnpqrstv']])
    for (const [index, goal] of wholeCanary.slice(4).entries()) await world.reach(release, snapshot, goal, index + 9)

    await world.clock.advance(5000)
    expect(reads(stablePods(world))).toEqual(['cart-env-mnpqrstv'])
    expect(lookAt(world)).toMatchObject({ canary: 'none', ready: { '1.0.0': 4 } })
    expect(await verdict(world)).toEqual(clean)
  })
})
