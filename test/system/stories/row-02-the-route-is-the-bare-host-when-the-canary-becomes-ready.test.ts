// The route leads to the bare Service, which balances over every pod that its selector finds. One canary pod beside four old ones
// takes a fifth of the users as soon as it is ready, although the release has given it nothing. Sluice names the old pods in the
// route, and waits until every proxy knows, before a canary pod exists.
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { TRACK } from '#model/release/index.ts'
import { pinned, prepared } from '../goals.ts'
import { at, begin, clean, verdict } from '../story.ts'

function weights(route: KubernetesObject | undefined): string {
  const [http] = at(route, 'http') as { route: { weight?: number }[] }[]
  return JSON.stringify(http?.route.map(row => row.weight))
}

describe('row 2: the route is the bare host when the first canary pod becomes ready', () => {
  it('pins and settles before a canary pod exists', async () => {
    const { world, reach } = await begin()
    const store = world.sandbox.apiServer.objects
    const seen: string[] = []
    store.subscribe('pods', () => {
      const canary = store.list('pods', 'shop').some(pod => pod.metadata.labels?.[TRACK] === 'canary')
      const [route] = store.list('virtualservices.networking.istio.io', 'shop')
      if (canary) seen.push(weights(route))
    })

    await reach(pinned)
    await reach(prepared())

    expect(new Set(seen)).toEqual(new Set(['[100,0]']))
    expect(await verdict(world)).toEqual(clean)
  })
})
