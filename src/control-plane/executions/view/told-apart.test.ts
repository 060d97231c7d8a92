import { afterEach, expect, it } from 'vitest'
import { openPlane, pretend, startWorkflow, step, workflowOf, type Plane } from '../pretended.contract.ts'
import { executionView } from './execution-view.ts'
import { openSights } from './sight.ts'

let plane: Plane
afterEach(() => plane.close())

const beta = { name: 'beta', match: [{ headers: { 'x-beta': { exact: 'yes' } } }] }
const canary = step('canaryDeployment', { instances: { count: 1 }, fixed: false })
const asks = step('approval', { groups: [], expires: 7_200_000, onExpiry: 'reject' }, { name: 'Look' })

/** What is told apart when the last of these steps waits. */
async function told(...steps: readonly ReturnType<typeof step>[]): Promise<readonly string[] | undefined> {
  plane = openPlane(pretend())
  await startWorkflow(plane, workflowOf({ name: 'Canary', sections: { deploy: [canary, ...steps, asks] } }))
  await plane.clock.advance(60_000)
  const sight = await plane.clock.runUntil(openSights(plane.store, plane.clock).read('k3f9'))
  return sight && executionView(sight).releases[0]?.toldApart
}

it('tells which requests lead to the canary beside its share', async () => {
  expect(await told(step('headerRoute', beta), step('mirror', { percentage: 30, allowUnsafeMethods: false }))).toEqual([
    'header route beta (header x-beta = yes)',
    'mirror of 30 %',
  ])
})

it('forgets what was taken away, by a step of its own or with the canary', async () => {
  expect(await told(step('headerRoute', beta, { name: 'on' }), step('headerRoute', { name: 'beta', match: [] }, { name: 'off' }))).toEqual(
    [],
  )
  await plane.close()
  expect(await told(step('headerRoute', beta), step('canaryDelete', {}))).toEqual([])
})

it('tells nothing once the run goes back', async () => {
  await told(step('headerRoute', beta))
  await plane.engine.deliver('k3f9', { is: 'answer', name: 'forward/canary/deploy/3/approval', payload: { answer: 'reject' }, by: 'ada' })
  await plane.clock.advance(60_000)

  const sight = await plane.clock.runUntil(openSights(plane.store, plane.clock).read('k3f9'))
  expect(sight && executionView(sight).releases[0]?.toldApart).toEqual([])
})
