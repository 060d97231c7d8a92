import { afterEach, expect, it } from 'vitest'
import { Failure } from '#base/index.ts'
import type { ObjectBefore } from '#protocol/index.ts'
import { pretend, step, type Pretended } from './pretended.contract.ts'
import { after, closeStory, command, goals, split, start, strategy, view, world } from './story.contract.ts'

afterEach(closeStory)

const workload = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' }
const scale = (more = {}) => step('scale', { workload, to: { percent: 200 } }, { name: 'Scale', ...more })
const pods = (before: number, after: number): ObjectBefore => ({
  ...workload,
  uid: 'u',
  leaves: [{ path: ['spec', 'replicas'], before, after }],
  says: 'scaled',
})

/** Doubles the pods each time that it is looked at, as a second look would. */
function doubling(): Pretended & { readonly given: unknown[]; readonly changed: unknown[] } {
  let looks = 0
  const given: unknown[] = []
  const changed: unknown[] = []
  return {
    ...pretend(),
    given,
    changed,
    look: () => ({ before: [pods(2 ** ++looks, 2 ** (looks + 1))] }),
    change: ({ before, number }) => {
      changed.push({ number, before })
      return { says: 'changed', writes: 1, calls: 1 }
    },
    giveBack: ({ before, number }) => {
      given.push({ number, before })
      return { says: 'given back', writes: 1, calls: 1 }
    },
  }
}

it('looks once per step: another attempt starts from what the first one saw, and so does the way back', async () => {
  const pretended = doubling()
  let fails = true
  const change = pretended.change.bind(pretended)
  pretended.change = input => {
    const done = change(input)
    if (!fails) return done
    fails = false
    throw world('API server: away')
  }
  await start(pretended, [scale({ onFailure: strategy({ retry: { times: 1, every: 1000 } }) }), step('wait', { for: 60_000 })])
  await after(5000)
  await command({ do: 'abort', now: false, who: 'ada' })
  await after(10_000)

  expect(pretended.changed).toEqual([1, 2].map(number => ({ number, before: [pods(2, 4)] })))
  expect(goals(pretended)).toEqual(['3 returned'])
  expect(pretended.given).toEqual([{ number: 4, before: [pods(2, 4)] }])
})

it('gives back when users are back, tries for as long as the world refuses, and a person may leave it', async () => {
  const pretended = doubling()
  pretended.giveBack = () => {
    throw world('API server: away')
  }
  await start(pretended, [split(10), scale(), step('wait', { for: 60_000 })])
  await after(5000)
  await command({ do: 'abort', now: false, who: 'ada' })
  await after(600_000)
  expect(goals(pretended)).toEqual(['1 split', '3 returned'])
  expect(await view()).toMatchObject({
    status: 'returning',
    waiting: { for: 'the world to let it: API server: away', next: 'tries again' },
  })

  await command({ do: 'answer', answer: 'leave', who: 'ada' })
  await after(10_000)

  expect(await view()).toMatchObject({
    status: 'returned',
    around: expect.arrayContaining([expect.objectContaining({ name: 'Give back: Scale', status: 'ignored' })]),
  })
})

const ingress: ObjectBefore = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'cart-stage', leaves: [], says: 'applied' }

it.each([
  ['the world is in the way of every write: before the new pods may go', world('API server: away'), ['given', 'given', '3 returned']],
  ['a rule forbids it: users come back all the same', new Failure({ ...world('').record(), blame: 'user' }), ['given', '3 returned']],
])('routes that lead users to the new pods, where %s', async (_, refusal, order) => {
  const pretended = doubling()
  const told: string[] = []
  let refused = false
  pretended.look = () => ({ before: [ingress] })
  pretended.giveBack = () => {
    if (goals(pretended).length < 2) told.push('given')
    if (refused) return { says: 'given back', writes: 1, calls: 1 }
    refused = true
    throw refusal
  }
  await start(pretended, [split(10), scale(), step('wait', { for: 60_000 })])
  await after(5000)
  await command({ do: 'abort', now: false, who: 'ada' })
  await after(20_000)

  expect([...told, ...goals(pretended).slice(1)].map(each => each.replace(/^\d+/, '3'))).toEqual(order)
  expect(await view()).toMatchObject({ status: 'returned' })
})

it('a step that changed nothing is not given back', async () => {
  const pretended = doubling()
  pretended.look = () => {
    throw world('API server: away')
  }
  await start(pretended, [split(10), scale()])
  await after(10_000)

  expect(goals(pretended)).toEqual(['1 split', '2 returned'])
  expect(pretended.given).toEqual([])
})
