// The release ran on a laptop; at 50 % it is closed, or the server is gone for good. Half of the users are on a version that nobody
// looks after any more. The cluster itself holds the record of the run: `sluice restore` brings back what was, and the record tells
// the plain kubectl for the routing alone.
import { describe, expect, it } from 'vitest'
import { readRecord, recordName } from '#model/release/index.ts'
import { pinned, prepared, returned, split } from '../goals.ts'
import { at, inShop, openCart, reachAll, virtualServices } from '../story.ts'

const route = virtualServices

describe('row 23: the laptop is closed at 50 %', () => {
  it('restores from the record in the cluster alone', async () => {
    const world = await openCart()
    const store = world.sandbox.apiServer.objects
    const before = JSON.stringify([
      at(store.get(route, inShop('cart-virtualservice')), 'http'),
      at(store.get('deployments.apps', inShop('cart')), 'template'),
    ])
    await reachAll(world, world.release('2.0.0', 'k3f9'), [pinned, prepared(), split(50)])
    world.forget()

    const record = store.get('configmaps', inShop(recordName('cart')))
    const read = record && readRecord(record)
    if (!read) throw new Error('no record')
    await world.reach(read.release, read.snapshot, returned, 1_000_000)

    const after = JSON.stringify([
      at(store.get(route, inShop('cart-virtualservice')), 'http'),
      at(store.get('deployments.apps', inShop('cart')), 'template'),
    ])
    expect(after).toBe(before)
    expect(store.get('deployments.apps', inShop('cart-canary'))).toBeUndefined()
    expect(store.list('leases.coordination.k8s.io', 'shop')).toEqual([])
  })

  it('tells the plain kubectl that restores the routing', async () => {
    const world = await openCart()
    await reachAll(world, world.release('2.0.0', 'k3f9'), [pinned])

    const record = world.sandbox.apiServer.objects.get('configmaps', inShop(recordName('cart')))
    const told = (record?.['data'] ?? {}) as Record<string, string>
    const on = (verb: string): string => `kubectl -n shop ${verb} virtualservices.networking.istio.io cart-virtualservice`
    expect(told['restore-routing.sh']?.split('\n')).toEqual([
      '# Entries of the run first, from the last one on, so that the others have their places again.',
      `for at in $(${on('get')} -o jsonpath='{range .spec.http[*]}{.name}{"\\n"}{end}' | grep -nE '^sluice-(route|sticky)\\.' | cut -d: -f1 | sort -rn); do`,
      `  ${on('patch')} --type=json -p "[{\\"op\\":\\"remove\\",\\"path\\":\\"/spec/http/$((at - 1))\\"}]"`,
      'done',
      `${on('patch')} --type=json -p '[{"op":"replace","path":"/spec/http/0/route","value":[{"destination":{"host":"cart-svc"}}]}]'`,
      '# Mirrors of the run; refused where there is none.',
      `${on('patch')} --type=json -p '[{"op":"test","path":"/spec/http/0/mirror/subset","value":"canary"},{"op":"remove","path":"/spec/http/0/mirror"},{"op":"remove","path":"/spec/http/0/mirrorPercentage"}]' || true`,
      '',
    ])
  })
})
