// An upgrade in the middle of a run: journals that former versions left are opened by this one, and brought to their end on a cluster.
import { afterEach, describe, expect, it } from 'vitest'
import { keepingStore, type KeptRows } from '#control-plane/store/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import { CartWorld } from './cart-world.ts'
import { ControlPlane } from './control-plane.ts'
import { goldenVersions, inWorld, namesIn, presentVersion, readGolden, writeGolden, type GoldenJournal } from './golden/journals.ts'
import { goldenStories, late, type GoldenStory } from './golden/stories.ts'

let world: CartWorld
let plane: ControlPlane | undefined
afterEach(async () => {
  await plane?.close()
  plane = undefined
  await world.close()
})

/** Brings an execution to where the story leaves it, and ends the control plane. */
async function leave(story: GoldenStory): Promise<{ readonly id: string; readonly rows: KeptRows }> {
  world = await CartWorld.open({ late })
  const { store, keep } = keepingStore(world.clock)
  plane = new ControlPlane(world, store)
  const id = await plane.start(story.workflow, '2.0.0')
  world.ledger.start(20)
  let isDone = false
  await plane.until(id, view => {
    if (!isDone && story.before?.when(view)) {
      isDone = true
      void plane?.command(id, story.before.does)
    }
    return story.left(view)
  })
  await plane.close()
  plane = undefined
  return { id, rows: keep() }
}

/** What a journal may name: the objects that a run reads and writes. */
function uids(): GoldenJournal['uids'] {
  const resources = [
    'deployments.apps',
    'replicasets.apps',
    'services',
    'pods',
    'configmaps',
    'virtualservices.networking.istio.io',
    'destinationrules.networking.istio.io',
    'gateways.networking.istio.io',
  ]
  const objects = resources.flatMap(resource =>
    world.sandbox.apiServer.objects.list(resource, 'shop').map(object => ({ resource, object })),
  )
  return Object.fromEntries(objects.map(({ resource, object: { metadata } }) => [`${resource} ${metadata.name}`, metadata.uid ?? '']))
}

const todo = (version: string): string =>
  `What stands in the journals of version ${version} must go on meaning what it meant: names of calls, of tasks and of steps never change once released, ` +
  `and what they give can be read for ever. Keep the old name, or give what is new a name of its own. ` +
  `Only where ${version} has never been released: npm run golden writes its journals anew.`

async function toTheEnd(id: string, story: GoldenStory): Promise<ExecutionView> {
  const going = plane as ControlPlane
  if (story.after) await going.command(id, story.after)
  return going.until(id, view => {
    if (view.question && !story.after) void going.command(id, { do: 'approve', who: 'bob' })
    return view.ended !== undefined
  })
}

describe.skipIf(process.env['UPDATE_GOLDEN'] !== undefined)('an execution that another version left', () => {
  it('is there for every version that was released, the present one included, and every story', () => {
    expect(goldenVersions()).toContain(presentVersion())
    const missing = goldenStories.filter(({ name }) => readGolden(presentVersion(), name) === undefined)
    expect(missing, 'npm run golden writes them').toEqual([])
    world = { close: () => Promise.resolve() } as unknown as CartWorld
  })

  const cases = goldenVersions().flatMap(version => goldenStories.map(story => ({ version, name: story.name, story })))
  it.each(cases.filter(({ version, name }) => readGolden(version, name)))(
    '$version, $name: goes on to its end',
    async ({ version, story }) => {
      const golden = readGolden(version, story.name) as GoldenJournal
      const { id, rows: today } = await leave(story)

      const gone = [...namesIn(golden.rows)].filter(each => !namesIn(today).has(each))
      expect({ gone, todo: todo(version) }).toEqual({ gone: [], todo: todo(version) })

      await world.clock.advance(Math.max(0, golden.now - world.clock.now()))
      const { store } = keepingStore(world.clock, inWorld(golden, uids()))
      plane = new ControlPlane(world, store)
      const view = await toTheEnd(id, story)

      const { lost, wrongVersion, trouble } = await world.clock.runUntil(world.ledger.stop())
      const { status, failure } = view
      expect({ status, code: status === 'done' ? undefined : failure?.code, todo: todo(version) }).toEqual({
        status: story.ends.status,
        code: story.ends.status === 'done' ? undefined : 'SL-EXECUTION-ABORTED',
        todo: todo(version),
      })
      expect({ lost, wrongVersion, trouble }).toEqual({ lost: 0, wrongVersion: 0, trouble: [] })
      expect(JSON.stringify(world.resting())).toContain(`cart:${story.ends.version}`)
    },
  )
})

describe.runIf(process.env['UPDATE_GOLDEN'] !== undefined)('npm run golden', () => {
  it.each(goldenStories)('writes the journal of $name by the present version', async story => {
    const { rows } = await leave(story)
    expect(rows.executions).toHaveLength(1)
    writeGolden(story.name, { version: presentVersion(), now: world.clock.now(), uids: uids(), rows })
  })
})
