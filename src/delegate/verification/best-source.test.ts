import { expect, it } from 'vitest'
import { whicheverTells } from './best-source.ts'
import { failures } from './failures.ts'
import { nothing, type MetricSource } from './source.ts'

const subject = { namespace: 'shop', workload: 'cart-canary' }

/** A source whose first so many looks fail. */
function source(name: string, failing = 0): MetricSource & { looks: number } {
  const it = {
    name,
    looks: 0,
    read: () =>
      ++it.looks <= failing
        ? Promise.reject(failures.NO_GATEWAY({ of: name }))
        : Promise.resolve({ levels: new Map([[name, nothing]]), silent: [] }),
  }
  return it
}

it('stays with the first source once it has told', async () => {
  const [first, second] = [source('gateways'), source('prometheus')]
  const best = whicheverTells(first, second)
  expect([...(await best.read(subject)).levels.keys()]).toEqual(['gateways'])
  await best.read(subject)
  expect([first.looks, second.looks]).toEqual([2, 0])
})

it('stays with the second where the first could not tell when it was first asked', async () => {
  const [first, second] = [source('gateways', 1), source('prometheus')]
  const best = whicheverTells(first, second)
  await best.read(subject)
  expect([...(await best.read(subject)).levels.keys()]).toEqual(['prometheus'])
  expect([best.name, first.looks, second.looks]).toEqual(['prometheus', 1, 2])
})

it('is silent with the second', async () => {
  await expect(whicheverTells(source('gateways', 1), source('prometheus', 1)).read(subject)).rejects.toThrow('prometheus')
})
