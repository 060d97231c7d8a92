import { expect, it } from 'vitest'
import { z } from 'zod'
import { Failure } from '#base/index.ts'
import { defineTask } from '#protocol/index.ts'
import type { Run } from './run.ts'
import { firstDifference, play, stepContract, type StepWorld } from './step.contract.ts'

const read = defineTask({ type: 'test/read-split', input: z.object({}), output: z.number() })
const set = defineTask({ type: 'test/set-split', input: z.object({ to: z.number() }), output: z.object({ was: z.number() }) })

function mesh(answers: Record<string, unknown> = {}): StepWorld {
  let split = 100
  const change = ({ to }: { to: number }) => {
    const was = split
    split = to
    return { was }
  }
  return { tasks: { [read.type]: () => split, [set.type]: change }, answers, state: () => split }
}

/** Knows what it found before it changes anything. */
const careful = async (run: Run): Promise<unknown> => {
  const scope = run.scope('canary')
  const before = await scope.task('read', read, {})
  await scope.task('set', set, { to: 50 })
  await scope.sleep('settle', 1000)
  const answer = await scope.wait('approval', { deadline: 1000, for: 'ada', next: 'goes back' })
  if (answer.is === 'expired') await scope.task('restore', set, { to: before })
  return { before, answer: answer.is, at: await scope.now('at') }
}

/** Reads while writing: a second attempt reads what the first one wrote. */
const careless = (run: Run): Promise<unknown> => run.task('set', set, { to: 50 })

/** Decides by something that the journal does not know. */
function forgetful(): (run: Run) => Promise<unknown> {
  let runs = 0
  return async run => (++runs > 1 ? run.task('again', set, { to: 1 }) : run.task('first', set, { to: 2 }))
}

stepContract('a careful step that nobody answers', careful, mesh)
stepContract('a careful step that somebody answers', careful, () => mesh({ 'canary/approval': 'yes' }))

it('finds a step that reads while it writes', async () => {
  expect(await firstDifference(careless, mesh, 'beforeTheLog')).toMatchObject({
    call: 'set',
    whole: { output: { was: 100 } },
    cut: { output: { was: 50 } },
  })
  expect(await firstDifference(careless, mesh, 'afterTheLog')).toBeUndefined()
})

it('finds a step that decides by what is not in the journal', async () => {
  expect(await firstDifference(forgetful(), mesh, 'afterTheLog')).toMatchObject({ call: 'first' })
})

it('plays failures and answers as the engine gives them', async () => {
  const failing: StepWorld = {
    tasks: {
      [read.type]: () => {
        throw new Failure({ code: 'SL-X', blame: 'world', message: 'm', todo: 't', facts: {} })
      },
    },
  }
  const caught = async (run: Run): Promise<unknown> => run.task('read', read, {}).catch((error: Failure) => error.code)
  expect(await play(caught, failing)).toMatchObject({ output: 'SL-X' })
})

it('refuses two calls of one name', async () => {
  const twice = async (run: Run): Promise<unknown> => [await run.task('read', read, {}), await run.task('read', read, {})]
  await expect(play(twice, mesh())).rejects.toThrow('two calls are named "read"')
})
