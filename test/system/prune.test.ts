import { afterEach, expect, it } from 'vitest'
import { CartWorld } from './cart-world.ts'
import { configured } from './configured.ts'
import { wholeCanary } from './goals.ts'

let world: CartWorld
afterEach(() => world.close())

const configs = (): readonly string[] =>
  world.sandbox.apiServer.objects
    .list('configmaps', 'shop')
    .flatMap(({ metadata: { name } }) => (name.startsWith('cart-env-') ? [name] : []))

/** Releases a version whose ConfigMap has this hash. */
async function release(version: string, hash: string): Promise<void> {
  const index = cartIndex(hash)
  const terms = world.release(version, `run-${version}`, {}, configured(hash), [index])
  const { snapshot } = await world.inspect(terms)
  for (const [at, goal] of wholeCanary.entries()) await world.reach(terms, snapshot, goal, at + 1)
  await world.clock.advance(5000)
}

/** The ConfigMap stands last among the manifests. */
const cartIndex = (hash: string): number => configured(hash)(world.manifests('1.0.0')).length - 1

it('row 32: keeps the versioned configuration of revisions that may start pods, and deletes what nothing needs', async () => {
  world = await CartWorld.open({ replicas: 2 })
  await release('2.0.0', 'bcdfghjk')
  await release('3.0.0', 'mnpqrstv')
  expect(configs()).toEqual(['cart-env-bcdfghjk', 'cart-env-mnpqrstv'])

  await release('4.0.0', 'wxz24567')

  expect(configs()).toEqual(['cart-env-mnpqrstv', 'cart-env-wxz24567'])
})
