import { afterEach, expect, it } from 'vitest'
import { Failure } from '#base/index.ts'
import { ExecutionView } from '#protocol/http/index.ts'
import {
  exampleWorkflow,
  openPlane,
  pretend,
  reached,
  standing,
  startWorkflow,
  step,
  workflowOf,
  type Plane,
  type Pretended,
} from '../pretended.contract.ts'
import { executionView } from './execution-view.ts'
import { logLines } from './log-lines.ts'
import { openSights, type Sight } from './sight.ts'

let plane: Plane
afterEach(() => plane.close())

async function started(pretended: Pretended, workflow = exampleWorkflow()): Promise<string> {
  plane = openPlane(pretended)
  return startWorkflow(plane, workflow)
}

async function sight(id = 'k3f9'): Promise<Sight> {
  const found = await plane.clock.runUntil(openSights(plane.store, plane.clock).read(id))
  if (!found) throw new Error('no execution')
  return found
}

/** The view as it goes over the wire: parsed by its own schema. */
const view = async () => ExecutionView.parse(JSON.parse(JSON.stringify(executionView(await sight()))))
const answer = (name: string, to: string, more: object = {}) =>
  plane.engine.deliver('k3f9', { is: 'answer', name, payload: { answer: to }, by: 'ada', ...more })
const approval = 'forward/canary/verify/2/approval'
const lines = (steps: readonly { readonly name: string; readonly status: string }[]) => steps.map(each => `${each.name}: ${each.status}`)
const steps = async () => (await view()).phases.flatMap(phase => phase.sections.flatMap(section => section.steps))

it('says for what an approval waits, since when, until when, and what then', async () => {
  await started(pretend())
  await plane.clock.advance(60_000)

  const { status, exit, says, waiting, question } = await view()

  const four = {
    for: 'one of release-managers',
    since: '2026-01-01T00:00:00.000Z',
    until: '2026-01-01T02:00:00.000Z',
    next: 'reject, way back',
  }
  expect({ status, exit, says }).toEqual({ status: 'waiting', exit: 3, says: 'Look at the dashboard: waits for one of release-managers' })
  expect(waiting).toEqual(four)
  expect(question).toEqual({
    id: approval,
    step: 'canary/verify/2',
    question: 'Look at the dashboard',
    answers: [
      { name: 'approve', means: 'go on' },
      { name: 'reject', means: 'go back' },
    ],
    waiting: four,
  })
})

it('shows every step with its status, the versions, the split, and what was written so far', async () => {
  await started(pretend())
  await plane.clock.advance(60_000)

  const { phases, releases, around, writes, calls } = await view()

  expect(phases.map(phase => [phase.name, phase.sections.map(section => section.name)])).toEqual([
    ['Canary', ['deploy', 'verify']],
    ['Primary', ['deploy', 'wrapUp']],
  ])
  expect(lines(await steps())).toEqual([
    'Canary Deployment: done',
    'Traffic Split 10 %: done',
    'Look at the dashboard: waiting',
    'Traffic Split 50 %: pending',
    'Rollout Deployment: pending',
    'Canary Delete: pending',
  ])
  expect(lines(around)).toEqual(['Look first: done', 'Clean up: pending'])
  expect(releases).toMatchObject([
    { id: 'cart@eu', fromVersion: '1.3.2', toVersion: '1.4.0', split: { stable: 90, canary: 10, foreign: 0 }, settle: { how: 'seconds' } },
  ])
  expect({ writes, calls }).toEqual({ writes: 6, calls: 15 })
})

it('shows what the delegate tells while it works', async () => {
  const pretended = pretend()
  const waiting = { for: '1 of 2 pods', since: '2026-01-01T00:00:01Z', until: '2026-01-01T00:10:00Z', next: 'way back' }
  pretended.reach = (_, context) => {
    context.progress({
      says: 'cart-canary 1 of 2 ready',
      waiting,
      split: { stable: 100, canary: 0, foreign: 0, acknowledged: false },
      writes: 3,
    })
    return standing(context)
  }
  await started(pretended)
  await plane.clock.advance(5_000)

  const { status, says, waiting: shown, releases, writes } = await view()

  expect({ status, says, waiting: shown, writes }).toEqual({
    status: 'running',
    says: 'Canary Deployment: cart-canary 1 of 2 ready',
    waiting,
    writes: 3,
  })
  expect(releases[0]?.split).toEqual({ stable: 100, canary: 0, foreign: 0, acknowledged: false })
})

it("shows the step's own deadline where that comes before the end that the delegate tells", async () => {
  const pretended = pretend()
  const waiting = { for: 'the route', since: '2026-01-01T00:00:01Z', until: '2036-01-01T00:00:00Z', next: 'it counts as come everywhere' }
  pretended.reach = (_, context) => {
    context.progress({ says: 'the route at every proxy', waiting })
    return standing(context)
  }
  await started(pretended)
  await plane.clock.advance(5_000)

  const shown = (await view()).waiting

  expect(shown).toMatchObject({ for: 'the route at every proxy', next: 'way back of the whole workflow' })
  expect(Date.parse(shown?.until ?? '')).toBeLessThan(Date.parse(waiting.until))
})

it("shows the step's own deadline once the end that the delegate told has passed and nobody has followed it up", async () => {
  const pretended = pretend()
  const waiting = { for: 'requests', since: '2026-01-01T00:00:01Z', until: '2026-01-01T00:00:05Z', next: 'what is under way is cut' }
  pretended.reach = (_, context) => {
    context.progress({ says: 'requests under way', waiting })
    return standing(context)
  }
  await started(pretended)
  await plane.clock.advance(5_001)

  expect((await view()).waiting).toEqual({
    for: 'requests under way',
    since: '2026-01-01T00:00:00.000Z',
    until: '2026-01-01T00:10:00.000Z',
    next: 'way back of the whole workflow',
  })
})

it('ends done with exit code 0, everything at rest', async () => {
  await started(pretend())
  await plane.clock.advance(60_000)
  await answer(approval, 'approve', { why: 'looks good' })
  await plane.clock.advance(60_000)

  const { status, exit, says, ended, waiting, acts, releases, failure, around } = await view()

  expect({ status, exit, says, waiting, failure }).toEqual({
    status: 'done',
    exit: 0,
    says: 'cart 1.4.0 runs, after 1 m',
    waiting: undefined,
    failure: undefined,
  })
  expect(ended).toBe('2026-01-01T00:01:00.000Z')
  expect(acts).toEqual([{ at: '2026-01-01T00:01:00.000Z', who: 'ada', did: 'approve', why: 'looks good', step: 'canary/verify/2' }])
  expect(releases[0]?.split).toBeUndefined()
  expect(lines(around)).toEqual(['Look first: done', 'Clean up: done'])
})

it('ends returned with exit code 1, naming who aborted and why', async () => {
  await started(pretend())
  await plane.clock.advance(60_000)
  await plane.engine.deliver('k3f9', { is: 'abort', now: true, by: 'bob', why: 'customers call' })
  await plane.clock.advance(60_000)

  const { status, exit, failure, acts, around } = await view()

  expect({ status, exit, code: failure?.code, message: failure?.message }).toEqual({
    status: 'returned',
    exit: 1,
    code: 'SL-EXECUTION-ABORTED',
    message: 'Execution k3f9: aborted by bob: customers call.',
  })
  expect(acts).toMatchObject([{ who: 'bob', did: 'abort --now' }])
  expect(lines(around)).toEqual(['Look first: done', 'Way back: done'])
  expect(lines(await steps())).toContain('Look at the dashboard: stopped')
})

it.each([
  ['user', 2],
  ['world', 5],
] as const)('ends refused when nothing was written: blame %s is exit code %i', async (blame, exit) => {
  const pretended = pretend()
  pretended.inspect = () => {
    throw failureOf(blame)
  }
  await started(pretended)
  await plane.clock.advance(60_000)

  expect(await view()).toMatchObject({ status: 'refused', exit, failure: { blame }, writes: 0 })
})

it('is stranded with exit code 4 when the way back is blocked for an hour, says by what, and goes on trying', async () => {
  const pretended = pretend()
  let blocked = true
  pretended.reach = ({ goal }) => {
    if (goal.to === 'returned' && blocked) throw failureOf('world')
    return reached(goal.to)
  }
  await started(pretended)
  await plane.clock.advance(60_000)
  await plane.engine.deliver('k3f9', { is: 'abort', now: false, by: 'bob' })
  await plane.clock.advance(120_000)
  expect(await view()).toMatchObject({
    status: 'returning',
    waiting: { for: 'the world to let it: API server: away', next: 'tries again' },
  })

  await plane.clock.advance(3_600_000)
  expect(await view()).toMatchObject({ status: 'stranded', exit: 4 })

  blocked = false
  await plane.clock.advance(120_000)
  expect(await view()).toMatchObject({ status: 'returned', exit: 1 })
})

it('tells the journal in words', async () => {
  await started(
    pretend(),
    workflowOf({ name: 'Canary', sections: { deploy: [step('canaryDeployment', { instances: { count: 1 }, fixed: false })] } }),
  )
  await plane.clock.advance(60_000)

  expect(logLines(await sight()).map(line => line.says)).toEqual([
    'started by ada',
    'Look first: begins',
    'Look first: done: settles by waiting: pretended',
    'canaryDeployment: begins',
    'canaryDeployment: pinned reached',
    'watches cart@eu',
    'canaryDeployment: prepared reached',
    'canaryDeployment: done',
    'Clean up: begins',
    'Clean up: atRest reached',
    'Clean up: done',
    'done: the new version runs',
  ])
})

it('says nothing of a watch that ends with the run', async () => {
  await started(
    pretend(),
    workflowOf({ name: 'Canary', sections: { deploy: [step('canaryDeployment', { instances: { count: 1 }, fixed: false })] } }),
  )
  await plane.clock.advance(60_000)
  const told = async (code: string, name: string) => {
    const failure = { code, blame: 'world' as const, message: 'what happened', todo: '', facts: {} }
    return logLines(await sight(), [{ seq: 1, at: 0, kind: 'failed', name, payload: { failure } }]).map(line => line.says)
  }

  expect(await told('SL-RELEASE-OVER', 'watch/cart@eu/watch-1')).toEqual([])
  expect(await told('SL-X', 'watch/cart@eu/watch-1')).toEqual(['what happened'])
  expect(await told('SL-RELEASE-OVER', 'forward/around/rest/cart@eu/rest')).toEqual(['Clean up: what happened'])
})

it('tells what is asked once, and that a way back has nothing to say where nothing was written', async () => {
  const pretended = pretend()
  await started(pretended)
  await plane.clock.advance(60_000)
  await answer(approval, 'reject')
  await plane.clock.advance(60_000)
  const rejected = logLines(await sight()).map(line => line.says)
  expect(rejected).toContain(
    'Look at the dashboard: waits for one of release-managers until 2026-01-01T02:00:00.000Z, then: reject, way back',
  )
  expect(rejected).toContain('way back: Look at the dashboard failed')
  expect(rejected.at(-1)).toBe('ended: nothing of the run is left')
  await plane.close()

  pretended.inspect = () => {
    throw failureOf('user')
  }
  await started(pretended)
  await plane.clock.advance(60_000)
  expect(logLines(await sight()).map(line => line.says)).toEqual([
    'started by ada',
    'Look first: begins',
    'Look first: API server: away',
    'Look first: failed',
    'ended: nothing was written',
  ])
})

function failureOf(blame: 'user' | 'world'): Error {
  return new Failure({ code: 'SL-CLUSTER-AWAY', blame, message: 'API server: away', todo: 'Look at it.', facts: {} })
}
