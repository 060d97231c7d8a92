import { describe, expect, it } from 'vitest'
import { seededRandom } from '#base/index.ts'
import { countCalls } from './count.ts'
import { discovery, newDocuments } from './discovery.ts'
import { objectsOf } from './objects-of.ts'
import { sandboxCluster } from './sandbox-cluster.contract.ts'
import { VirtualClock } from '#base/index.ts'

const group = '/apis/networking.istio.io'
const served = { versions: [{ version: 'v1beta1' }, { version: 'v1alpha3' }] }

/** Discovery over documents that a test writes, and what was read. */
function setUp(documents: Readonly<Record<string, unknown>> = { [group]: served }) {
  const clock = new VirtualClock()
  const read: string[] = []
  const answers: (() => void)[] = []
  const waiting = { on: false }
  const known = newDocuments(clock)
  const reader = async (path: string): Promise<unknown> => {
    read.push(path)
    if (waiting.on) await new Promise<void>(resolve => answers.push(resolve))
    return documents[path]
  }
  const open = () => discovery(reader, 'test', known)
  return { clock, read, answers, waiting, open, documents: documents as Record<string, unknown> }
}

const virtualService = ['networking.istio.io/v1', 'VirtualService'] as const

describe('what a cluster serves', () => {
  it('is asked for once, whoever asks, also at the same time', async () => {
    const { open, read } = setUp()
    const [one, other] = [open(), open()]
    const found = await Promise.all([one, other, one].map(each => each.resource(...virtualService)))
    expect(found.map(({ version }) => version)).toEqual(['v1beta1', 'v1beta1', 'v1beta1'])
    expect(await other.resource('networking.istio.io/v1', 'DestinationRule')).toMatchObject({ plural: 'destinationrules' })
    expect(read).toEqual([group])
  })

  it('is not asked for at all where the kind is well known', async () => {
    const { open, read } = setUp()
    expect(await open().resource('apps/v1', 'Deployment')).toMatchObject({ plural: 'deployments', namespaced: true })
    expect(read).toEqual([])
  })

  it('is asked for again after ten minutes: an upgrade may have brought a better version', async () => {
    const { clock, open, read, documents } = setUp()
    expect((await open().resource(...virtualService)).version).toBe('v1beta1')
    documents[group] = { versions: [{ version: 'v1' }] }
    await clock.advance(599_999)
    expect((await open().resource(...virtualService)).version).toBe('v1beta1')
    await clock.advance(1)
    expect((await open().resource(...virtualService)).version).toBe('v1')
    expect(read).toHaveLength(2)
  })

  it('is asked for again at once where it was not there: it may be installed meanwhile', async () => {
    const { open, documents } = setUp({})
    await expect(open().resource(...virtualService)).rejects.toMatchObject({ code: 'SL-KUBERNETES-KIND-NOT-SERVED' })
    documents[group] = served
    expect((await open().resource(...virtualService)).version).toBe('v1beta1')
  })

  it('is read on for the others when one of those who wait gives up', async () => {
    const { open, read, answers, waiting } = setUp()
    waiting.on = true
    const abort = new AbortController()
    const gone = open().resource(...virtualService, abort.signal)
    const stays = open().resource(...virtualService)
    abort.abort(new Error('enough'))
    await expect(gone).rejects.toThrow('enough')
    answers.forEach(answer => answer())
    expect((await stays).version).toBe('v1beta1')
    expect(read).toHaveLength(1)
  })

  it('belongs to the cluster: counting calls makes no other cluster of it', async () => {
    const { cluster, clock } = sandboxCluster({})
    const surroundings = { clock, random: seededRandom(1) }
    const counted = [countCalls(cluster), countCalls(cluster)]
    const of = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', namespace: 'default', name: 'a' }
    for (const each of counted) await clock.runUntil(objectsOf(each, surroundings).get(of))
    expect(counted.map(each => each.counts().reads)).toEqual([2, 1])
  })
})
