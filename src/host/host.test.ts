import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Failure, seededRandom, systemClock } from '#base/index.ts'
import { memoryStore } from '#control-plane/store/index.ts'
import { HostView } from '#protocol/http/index.ts'
import { openHost, type Host } from './host.ts'

let folder: string
let host: Host | undefined
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'sluice-host-'))))
afterEach(async () => {
  host?.stop('the test is over')
  await host?.ended
  rmSync(folder, { recursive: true })
})

const full = new Failure({ code: 'SL-STORE-DISK-FULL', blame: 'world', message: 'no room', todo: 'Make room.', facts: {} })
const about = { version: '0.0.0', pid: 1, folder: '', store: 'memory', log: '' } as const
const silent = { info: () => {}, warn: () => {}, error: () => {} }

/** A host whose delegate finds the disk full, while the engine has nothing to write; there is room again when that is asked for. */
async function withFullDisk() {
  const store = { ...memoryStore(systemClock), close: () => Promise.resolve() }
  const { lease } = store.tasks
  const socket = join(folder, 'host.sock')
  vi.spyOn(store.tasks, 'lease').mockRejectedValue(full)
  host = await openHost({
    store,
    clock: systemClock,
    random: seededRandom(1),
    cluster: () => Promise.reject(new Error('no cluster is asked')),
    socket,
    idle: 60_000,
    log: silent,
    about,
  })
  return {
    view: () => viewOf(socket),
    makeRoom: async () => {
      vi.mocked(store.tasks.lease).mockImplementation(lease)
      await store.journal.start({ id: 'x', program: 'other', input: {}, subject: {}, holds: [] })
    },
  }
}

function viewOf(socketPath: string): Promise<HostView> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/host' }, answer => void json(answer).then(HostView.parse).then(resolve, reject))
      .on('error', reject)
      .end()
  })
}

it('tells of a full disk that its delegate alone has met, until something is written again', async () => {
  const { view, makeRoom } = await withFullDisk()
  await expect.poll(view).toMatchObject({ trouble: { failure: { code: 'SL-STORE-DISK-FULL' } } })

  await makeRoom()

  await expect.poll(view).not.toHaveProperty('trouble')
})
