import { expect } from 'vitest'
import type { Goal, Release } from '#model/release/index.ts'
import { lateMesh, type CartWorld, type CartWorldOptions } from './cart-world.ts'
import { inShop, virtualServices } from './story.ts'
import type { Tally } from './traffic-ledger.ts'

/** Runs the goals under load, each followed by two quiet seconds, and gives what the load got. */
export async function play(world: CartWorld, release: Release, goals: readonly Goal[], hosts: readonly string[]): Promise<Tally> {
  const { snapshot, findings } = await world.inspect(release)
  expect(findings.filter(each => each.level === 'refuse')).toEqual([])
  world.ledger.start(20, hosts)
  for (const [index, goal] of goals.entries()) {
    expect(await world.reach(release, snapshot, goal, index + 1)).toMatchObject({ is: 'reached' })
    await world.clock.advance(2000)
  }
  return world.clock.runUntil(world.ledger.stop())
}

/** A release with a route for the gateway and one for another host, both managed. */
export const twoRoutes: CartWorldOptions = {
  ...lateMesh(7),
  more: { managed: 'all' },
  change: objects =>
    objects.flatMap(object => {
      const { kind, metadata, spec } = object
      const inside = { ...object, metadata: { ...metadata, name: 'cart-inside' }, spec: { ...(spec as object), hosts: ['inside.com'] } }
      return kind === 'VirtualService' ? [object, inside] : [object]
    }),
}
export const twoHosts = ['test.com', 'inside.com']

/** The rows of every entry of a route. */
export function destinations(world: CartWorld, name: string): unknown {
  const route = world.sandbox.apiServer.objects.get(virtualServices, inShop(name))
  return (route?.spec as { http: { route: unknown }[] } | undefined)?.http.map(entry => entry.route)
}
