import { expect, it } from 'vitest'
import { Failure, VirtualClock } from '#base/index.ts'
import type { Release, Snapshot } from '#model/release/index.ts'
import { openSessions } from './sessions.ts'
import type { ReleaseSurroundings } from './surroundings.ts'

const release = { execution: 'k3f9', namespace: 'shop', name: 'cart', manifests: 'hash', cluster: {} } as Release
const snapshot = {} as Snapshot
const context = {
  signal: new AbortController().signal,
  progress: () => undefined,
  content: () => Promise.resolve('{"objects":[],"versioned":[]}'),
}
const unreachable = new Failure({ code: 'SL-KUBERNETES-UNREACHABLE', blame: 'world', message: 'no answer', todo: '', facts: {} })

it('a session that cannot be opened fails for all who asked for it at once, and is opened anew by the next', async () => {
  let asked = 0
  const surroundings = {
    clock: new VirtualClock(),
    cluster: () => (asked++, Promise.reject(unreachable)),
  } as unknown as ReleaseSurroundings
  const sessions = openSessions(surroundings)
  const both = await Promise.allSettled([sessions.open(release, snapshot, context), sessions.open(release, snapshot, context)])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(asked, 'one opening for both').toBe(1)
  await expect(sessions.open(release, snapshot, context)).rejects.toBe(unreachable)
  expect(asked).toBe(2)
  await expect(sessions.open({ ...release, name: 'tea' }, snapshot, context)).rejects.toBe(unreachable)
  expect(asked, 'another release is another session').toBe(3)
})
