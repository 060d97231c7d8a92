import { afterEach, expect, it } from 'vitest'
import type { Json } from '#base/index.ts'
import { specOf } from '#model/release/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import { bySeconds, cartWorkflow } from './cart-workflow.ts'
import { CartWorld } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'

// One release at a time: a new version arrives while another one is under way. Users go back to the version that both came from, and the
// new one begins at 0 %.

const late = 400
let world: CartWorld
let plane: ControlPlane
afterEach(async () => {
  await plane.close()
  await world.close()
})

/** Version 2 is under way, under load, as far as `at` says. */
async function underWay(at: (view: ExecutionView) => boolean): Promise<string> {
  world = await CartWorld.open({ late })
  plane = new ControlPlane(world)
  const first = await plane.start(cartWorkflow('2.0.0', bySeconds(late)), '2.0.0')
  world.ledger.start(20)
  await plane.until(first, view => {
    if (!at(view)) approve(first, view)
    return at(view)
  })
  return first
}

const next = (more: object = {}): Promise<string> => plane.start(cartWorkflow('3.0.0', bySeconds(late)), '3.0.0', { key: 'next', ...more })
const supersede = (): Promise<string> => next({ supersede: true })

function approve(id: string, view: ExecutionView): void {
  if (view.question?.step === 'canary/verify/2') void plane.command(id, { do: 'approve', who: 'bob' })
}

const step = (path: string, status: string) => (view: ExecutionView) =>
  view.phases.some(phase => phase.sections.some(section => section.steps.some(each => each.path === path && each.status === status)))
const atApproval = (view: ExecutionView): boolean => view.question?.step === 'canary/verify/2'
const inTheRoll = (view: ExecutionView): boolean => step('primary/deploy/1', 'running')(view)

/** Both run to their ends: the first one is back before the second one writes anything, and nobody noticed. */
async function expectTakenOver(first: string, second: string): Promise<void> {
  const end = await plane.until(second, view => {
    approve(second, view)
    return view.ended !== undefined
  })
  const before = await plane.view(first)
  const tally = await world.clock.runUntil(world.ledger.stop())
  expect(before).toMatchObject({ status: 'returned', exit: 1 })
  expect(end).toMatchObject({ status: 'done', exit: 0, releases: [{ fromVersion: '1.0.0', toVersion: '3.0.0' }] })
  expect(tally).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
  expect(JSON.stringify(world.resting())).toContain('cart:3.0.0')
  expect(JSON.stringify(world.resting())).not.toMatch(/cart:[12]\.0\.0|"subsets"/)
  const [returned] = before.around.filter(({ type }) => type === 'return')
  const [look] = end.around.filter(({ type }) => type === 'look')
  expect(Date.parse(look?.started ?? '')).toBeGreaterThanOrEqual(Date.parse(returned?.ended ?? ''))
}

it('without --supersede the second run is refused, and nothing changes', async () => {
  const first = await underWay(atApproval)

  await expect(next()).rejects.toMatchObject({ code: 'SL-EXECUTION-RELEASE-BUSY', blame: 'world' })

  expect(await plane.view(first)).toMatchObject({ status: 'waiting' })
})

it('takes the place of one that waits for an approval; both logs say so', async () => {
  const first = await underWay(atApproval)
  const second = await supersede()

  const { waiting } = await plane.view(second)
  expect(waiting).toMatchObject({ for: `execution ${first} to be back on its former version`, next: 'nothing is started' })
  await expectTakenOver(first, second)
  expect(await plane.log(first)).toContain(`ada: abort: superseded by execution ${second}, cart 3.0.0`)
  expect(await plane.log(second)).toContainEqual(
    expect.stringMatching(new RegExp(`^Supersede: waits for execution ${first} to be back on its former version until `)),
  )
})

it('takes the place of one that shifts at this moment', async () => {
  const first = await underWay(step('canary/verify/3', 'running'))
  await expectTakenOver(first, await supersede())
})

it('takes the place of one that rolls, behind the end of instant return', async () => {
  const first = await underWay(inTheRoll)
  await world.clock.advance(6000)
  expect(JSON.stringify(world.sandbox.apiServer.objects.get('deployments.apps', { namespace: 'shop', name: 'cart' }))).toContain(
    'cart:2.0.0',
  )

  await expectTakenOver(first, await supersede())
})

it('takes the place of one that is on its way back already', async () => {
  const first = await underWay(step('canary/verify/3', 'running'))
  await plane.command(first, { do: 'abort', now: false, who: 'bob' })
  await plane.until(first, view => view.status === 'returning')
  const second = await supersede()

  await expectTakenOver(first, second)
  expect(await plane.log(first)).toContainEqual(expect.stringContaining(`superseded by execution ${second}`))
})

it('takes the place of one that is stuck with a question', async () => {
  const first = await underWay(atApproval)
  const store = world.sandbox.apiServer.objects
  const key = { namespace: 'shop', name: 'cart' }
  const template = specOf(store.get('deployments.apps', key)!).template as { readonly spec: object }
  const edit = (wanted: object): void => {
    store.patch('deployments.apps', key, { spec: { template: wanted as Json } }, { manager: 'kubectl-edit' })
  }
  edit({ ...template, spec: { ...template.spec, hostNetwork: true } })
  await world.clock.advance(2000)
  expect((await plane.log(first)).at(-1)).toContain('somebody edited its pod template. What now?')
  edit({ ...template, spec: { ...template.spec, hostNetwork: null } })

  await expectTakenOver(first, await supersede())
})

it('a host that dies between the two goes on rightly: the first ends, then the second begins', async () => {
  const first = await underWay(atApproval)
  const second = await supersede()
  const { store } = plane
  await plane.close()
  await world.clock.advance(60_000)
  plane = new ControlPlane(world, store)

  await expectTakenOver(first, second)
})

it('a third one takes the place of both; the second never began', async () => {
  const first = await underWay(atApproval)
  const second = await supersede()
  const third = await plane.start(cartWorkflow('4.0.0', bySeconds(late)), '4.0.0', { key: 'third', supersede: true })

  const end = await plane.until(third, view => {
    approve(third, view)
    return view.ended !== undefined
  })

  expect(end).toMatchObject({ status: 'done', releases: [{ fromVersion: '1.0.0', toVersion: '4.0.0' }] })
  expect(await plane.view(first)).toMatchObject({ status: 'returned' })
  expect(await plane.view(second)).toMatchObject({ status: 'returned', writes: 0 })
  expect(await world.clock.runUntil(world.ledger.stop())).toMatchObject({ lost: 0, wrongVersion: 0, trouble: [] })
})

it('one that waits its turn can be aborted, and then holds nobody up', async () => {
  const first = await underWay(atApproval)
  const second = await supersede()
  await plane.command(second, { do: 'abort', now: false, who: 'bob' })

  expect(await plane.until(second, view => view.ended !== undefined)).toMatchObject({ status: 'returned', writes: 0 })
  expect(await plane.until(first, view => view.ended !== undefined)).toMatchObject({ status: 'returned' })
  const third = await plane.start(cartWorkflow('4.0.0', bySeconds(late)), '4.0.0', { key: 'third' })
  expect(await plane.view(third)).toMatchObject({ status: 'running' })
})
