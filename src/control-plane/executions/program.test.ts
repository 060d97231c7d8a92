import { afterEach, expect, it } from 'vitest'
import {
  exampleWorkflow,
  looked,
  openPlane,
  pretend,
  reached,
  standing,
  startWorkflow,
  step,
  workflowOf,
  type Plane,
  type Pretended,
} from './pretended.contract.ts'

let plane: Plane
afterEach(() => plane.close())

function open(pretended: Pretended): Plane {
  plane = openPlane(pretended)
  return plane
}

/** Lets time pass until the execution has ended, answering the approvals on the way. */
async function end(id: string, approve = true) {
  const { engine, clock } = plane
  const last = (async () => {
    for await (const { view } of engine.follow(id, {})) {
      if (view.row.endedAt !== undefined) return view
      const open = view.calls.find(call => call.did === 'wait' && call.is === 'open' && call.name.endsWith('/approval'))
      if (open && approve) await engine.deliver(id, { is: 'answer', name: open.name, payload: { answer: 'approve' }, by: 'ada' })
    }
    throw new Error('the execution is gone')
  })()
  return clock.runUntil(last)
}

const goalsOf = (pretended: Pretended): string[] => pretended.goals.map(({ to, number }) => `${number} ${to}`)

it('runs the steps of a workflow in order, and ends at rest', async () => {
  const pretended = pretend()
  open(pretended)

  const view = await end(await startWorkflow(plane, exampleWorkflow()))

  expect(view.is).toBe('succeeded')
  expect(goalsOf(pretended)).toEqual(['1 pinned', '2 prepared', '3 split', '4 split', '5 promoted', '6 canaryRemoved', '7 atRest'])
})

it('ends at rest although no Canary Delete stands in the workflow', async () => {
  const pretended = pretend()
  open(pretended)

  await end(
    await startWorkflow(
      plane,
      workflowOf({ name: 'Canary', sections: { deploy: [step('canaryDeployment', { instances: { count: 1 }, fixed: true })] } }),
    ),
  )

  expect(goalsOf(pretended)).toEqual(['1 pinned', '2 prepared', '3 atRest'])
})

it('writes nothing when the look before the first write refuses', async () => {
  const pretended = pretend()
  pretended.inspect = () => ({
    ...looked,
    findings: [
      { level: 'warn', code: 'SL-W', message: 'one pod.', todo: '' },
      { level: 'refuse', code: 'SL-TWO-ROUTES', message: 'Service cart: two routes.', todo: 'Name one.' },
    ],
  })
  open(pretended)

  const view = await end(await startWorkflow(plane, exampleWorkflow()))

  expect(view).toMatchObject({
    is: 'returned',
    cause: { is: 'failed', failure: { code: 'SL-TWO-ROUTES', message: 'Service cart: two routes.' } },
  })
  expect(pretended.goals).toEqual([])
})

it('looks once, for a minute, where a host was there all the time and the cluster does not answer', async () => {
  const pretended = pretend()
  let looks = 0
  pretended.inspect = (_, context) => {
    looks++
    return standing(context)
  }
  open(pretended)

  const view = await end(await startWorkflow(plane, exampleWorkflow()))

  expect(looks).toBe(1)
  expect(view).toMatchObject({
    is: 'returned',
    cause: {
      failure: {
        code: 'SL-EXECUTION-LOOK-TIMEOUT',
        message: expect.stringMatching(/^Release \S+: the first look at the cluster was not done within 1 m\b.*\. Nothing was written\.$/),
      },
    },
  })
  expect(Number(view.row.endedAt) - view.row.startedAt).toBeLessThan(61_000)
  expect(pretended.goals).toEqual([])
})

it('goes back with a higher goal when a person rejects', async () => {
  const pretended = pretend()
  open(pretended)
  const id = await startWorkflow(plane, exampleWorkflow())
  await plane.clock.advance(10_000)

  await plane.engine.deliver(id, {
    is: 'answer',
    name: 'forward/canary/verify/2/approval',
    payload: { answer: 'reject' },
    by: 'bob',
    why: 'red',
  })
  const view = await end(id)

  expect(goalsOf(pretended)).toEqual(['1 pinned', '2 prepared', '3 split', '4 returned'])
  expect(view).toMatchObject({ is: 'returned', cause: { failure: { message: 'Approval "Look at the dashboard": rejected by bob: red.' } } })
})

it('goes back when an approval expires, and not a moment earlier', async () => {
  const pretended = pretend()
  open(pretended)
  await startWorkflow(plane, exampleWorkflow())

  await plane.clock.advance(7_199_000)
  expect(goalsOf(pretended)).toEqual(['1 pinned', '2 prepared', '3 split'])
  await plane.clock.advance(10_000)

  expect(goalsOf(pretended).at(-1)).toBe('4 returned')
})

it('hazard 14: goes back at once when a side has lost its last pod, in the middle of an approval', async () => {
  const pretended = pretend()
  let lose = (): void => {}
  pretended.watch = () =>
    new Promise(
      resolve =>
        (lose = () => resolve({ found: 'sideLost', side: 'canary', says: 'Deployment shop/cart-canary: lost its last ready pod' })),
    )
  open(pretended)
  const id = await startWorkflow(plane, exampleWorkflow())
  await plane.clock.advance(60_000)

  lose()
  const view = await end(id, false)

  expect(view).toMatchObject({ is: 'returned', cause: { is: 'found', found: { found: 'sideLost' } } })
  expect(goalsOf(pretended).at(-1)).toBe('4 returned')
})

it('goes back from any step that fails, by default, and tells what the world says', async () => {
  const pretended = pretend()
  pretended.reach = ({ goal }) => {
    if (goal.to === 'promoted') throw new Error('no capacity')
    return reached(goal.to)
  }
  open(pretended)

  const view = await end(await startWorkflow(plane, exampleWorkflow()))

  expect(view).toMatchObject({ is: 'returned', cause: { is: 'failed', failure: { message: 'no capacity' } } })
  expect(goalsOf(pretended).slice(-2)).toEqual(['5 promoted', '6 returned'])
})
