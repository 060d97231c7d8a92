// A write that moves users forward is on its way for a long time. Meanwhile somebody aborts, and the route looks right already. If
// the way back wrote nothing, the old write would land behind it, and users would go forward after the abort. The way back always
// writes, every write tests what it had read, and a loop that wakes up too late is turned away.
import { describe, expect, it } from 'vitest'
import { pinned, prepared, returned, split } from '../goals.ts'
import { begin, inShop } from '../story.ts'

describe('row 31: a delayed forward write lands after the abort', () => {
  it('fails, because the way back always writes the route first', async () => {
    const { world, release, reach, snapshot } = await begin()
    const store = world.sandbox.apiServer.objects
    await reach(pinned, prepared(), split(50))
    const stale = store.get('virtualservices.networking.istio.io', inShop('cart-virtualservice'))

    const back = world.reach(release, snapshot, returned, 100)
    await back
    const late = world.sandbox.apiServer.handle({
      method: 'PATCH',
      path: '/apis/networking.istio.io/v1/namespaces/shop/virtualservices/cart-virtualservice?fieldManager=sluice-run',
      contentType: 'application/json-patch+json',
      body: [
        { op: 'replace', path: '/metadata/resourceVersion', value: stale?.metadata.resourceVersion },
        { op: 'replace', path: '/spec/http/0/route/0/weight', value: 60 },
      ],
    })

    expect(late.status).toBe(409)
  })

  it('stops a forward loop that wakes up after the way back has begun', async () => {
    const { world, release, snapshot, reach } = await begin()
    await reach(pinned, prepared(), split(50))
    const cut = new AbortController()
    world.clock.after(1, () => cut.abort(new Error('cut')))
    await world.reach(release, snapshot, returned, 100, cut.signal).catch(() => undefined)

    await expect(world.reach(release, snapshot, split(75), 4)).rejects.toMatchObject({ code: 'SL-RELEASE-FENCED' })
  })
})
