// Each version's ConfigMap has a name of its own, so that old pods keep theirs. They pile up; and deleting one too early breaks the
// ReplicaSet that would be needed for going back. Sluice keeps what revisions that may still start pods refer to, and deletes what
// nothing needs. What must not be renamed is tested beside its code.
import { expect, it } from 'vitest'
import { configured } from '../configured.ts'
import { wholeCanary } from '../goals.ts'
import { openCart, reachAll } from '../story.ts'

it('row 32: keeps the versioned configuration of revisions that may start pods, and deletes what nothing needs', async () => {
  const world = await openCart({ replicas: 2 })
  const configs = (): readonly string[] =>
    world.sandbox.apiServer.objects
      .list('configmaps', 'shop')
      .flatMap(({ metadata: { name } }) => (name.startsWith('cart-env-') ? [name] : []))
  /** Releases a version whose ConfigMap, the last of the manifests, has this hash. */
  const release = async (version: string, hash: string): Promise<void> => {
    const last = configured(hash)(world.manifests('1.0.0')).length - 1
    await reachAll(world, world.release(version, `run-${version}`, {}, configured(hash), [last]), wholeCanary)
    await world.clock.advance(5000)
  }
  await release('2.0.0', 'bcdfghjk')
  await release('3.0.0', 'mnpqrstv')
  expect(configs()).toEqual(['cart-env-bcdfghjk', 'cart-env-mnpqrstv'])

  await release('4.0.0', 'wxz24567')

  expect(configs()).toEqual(['cart-env-mnpqrstv', 'cart-env-wxz24567'])
})
