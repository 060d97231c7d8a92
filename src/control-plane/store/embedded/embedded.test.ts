import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '#base/index.ts'
import { storeContract } from '../store.contract.ts'
import { newFolder, templates, worker } from './durability/bundle.contract.ts'
import { openEmbeddedStore, type EmbeddedOptions, type EmbeddedStore } from './index.ts'

storeContract('an embedded store', async () => {
  const folder = newFolder()
  let now = Date.UTC(2026, 0, 1)
  const store = await openEmbeddedStore({ folder, worker, templates, now: () => now })
  return {
    store,
    advance: async milliseconds => void (now += milliseconds),
    close: async () => {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
})

// A database thread takes a second to start, and many when the machine is busy.
describe('a data folder', { timeout: 120_000 }, () => {
  let folder: string
  const stores: EmbeddedStore[] = []
  beforeEach(() => {
    folder = newFolder()
  })
  afterEach(async () => {
    await Promise.all(stores.splice(0).map(store => store.close()))
    rmSync(folder, { recursive: true, force: true })
  })
  const open = async (more: Partial<EmbeddedOptions> = {}): Promise<EmbeddedStore> => {
    const store = await openEmbeddedStore({ folder, worker, templates, ...more })
    stores.push(store)
    return store
  }
  const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => 'fine',
      (error: unknown) => (error instanceof Failure ? error.code : error),
    )
  const execution = { id: 'x', program: 'p', input: { n: 1 } }

  it('keeps everything from one opening to the next, and takes back what the one before owned', async () => {
    const first = await open()
    await first.journal.start(execution)
    const claimed = await first.journal.claim({ programs: ['p'], lease: 3_600_000 })
    if (claimed.is !== 'claimed') throw new Error('not claimed')
    await first.journal.append(claimed.claim, {
      entries: [{ name: 'forward/a', kind: 'scheduled', payload: { type: 't', selectors: [], timeout: null } }],
      tasks: [{ name: 'forward/a', type: 't', selectors: [], input: 1, urgent: false }],
    })
    await first.tasks.lease({ agent: 'a', selectors: 'every', types: ['t'], lease: 'process' })
    await first.close()

    const second = await open()
    expect(await second.tasks.lease({ agent: 'b', selectors: 'every', types: ['t'], lease: 'process' })).toMatchObject({
      is: 'leased',
      task: { attempt: 2 },
    })
    expect(await second.journal.claim({ programs: ['p'], lease: 1 })).toMatchObject({ is: 'claimed', claim: { epoch: 2 } })
    expect((await second.journal.load('x'))?.events.length).toBe(2)
  })

  it('holds no text that can be read without its key, which is for this user alone', async () => {
    const text = 'kind: Secret, password: f3a9c1d07b5e4286'
    const first = await open()
    const hash = await first.content.put(text)
    await first.close()
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    const holding = files.filter(entry => readFileSync(join(entry.parentPath, entry.name)).includes('f3a9c1d07b5e4286'))
    expect(holding.map(entry => entry.name)).toEqual([])
    expect(statSync(join(folder, 'key')).mode & 0o777).toBe(0o600)

    const second = await open()
    expect(await second.content.get(hash)).toBe(text)
    await second.close()
    writeFileSync(join(folder, 'key'), new Uint8Array(32))
    expect(await codeOf((await open()).content.get(hash))).toBe('SL-STORE-KEY')
  })

  it('is refused to a second one, which changes nothing', async () => {
    const store = await open()
    const second = open()
    await expect(second).rejects.toThrow(`Data folder ${folder}: process ${process.pid} on `)
    expect(await codeOf(second)).toBe('SL-STORE-LOCKED')
    expect(await store.journal.start(execution)).toEqual({ is: 'started' })
  })

  it('on a disk that is full refuses to write, loses nothing, and goes on when there is room', async () => {
    const before = await open()
    await before.journal.start(execution)
    await before.close()
    const full = await open({ reserve: Number.MAX_SAFE_INTEGER })
    expect(await codeOf(full.journal.start({ ...execution, id: 'y' }))).toBe('SL-STORE-DISK-FULL')
    expect(await full.journal.list()).toMatchObject([{ id: 'x' }])
    await full.close()
    const after = await open()
    expect(await after.journal.start({ ...execution, id: 'y' })).toEqual({ is: 'started' })
  })

  it('is refused with the reason when it cannot be used', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    expect(await codeOf(open({ folder: join(file, 'below') }))).toBe('SL-STORE-UNUSABLE')
  })

  it.skipIf(process.getuid?.() === 0)('is refused when it is not ours to write', async () => {
    chmodSync(folder, 0o500)
    expect(await codeOf(open())).toBe('SL-STORE-UNUSABLE')
    chmodSync(folder, 0o700)
  })

  it('starts anew what a killed first start left half made', async () => {
    mkdirSync(join(folder, 'database.new'))
    writeFileSync(join(folder, 'database.new', 'PG_VERSION'), '18')
    const store = await open()
    expect(await store.journal.list()).toEqual([])
    expect(readdirSync(folder).sort()).toEqual(['database', 'key', 'lock'])
  })

  it('opens without a template, and keeps one for the next', async () => {
    const cache = join(folder, 'cache')
    const store = await open({ templates: cache })
    await store.journal.start(execution)
    const [template = ''] = readdirSync(cache)
    expect(template).toMatch(/^database-\d/)
    cpSync(join(cache, template), join(folder, 'other', 'database'), { recursive: true })
    const other = await open({ folder: join(folder, 'other') })
    expect(await other.journal.list()).toEqual([])
  })

  it('says so when it is closed', async () => {
    const store = await open()
    await store.close()
    expect(await codeOf(store.journal.list())).toBe('SL-STORE-CLOSED')
    expect(existsSync(join(folder, 'lock'))).toBe(false)
  })

  it('fails what was under way when its thread dies, and goes on with another thread', async () => {
    const threads: Worker[] = []
    const store = await open({ newWorker: (url, options) => (threads.push(new Worker(url, options)), threads.at(-1) as Worker) })
    await store.journal.start(execution)
    const under = codeOf(store.journal.start({ ...execution, id: 'y' }))
    await threads[0]?.terminate()
    expect(await under).toBe('SL-STORE-BROKEN')
    expect((await store.journal.list()).map(row => row.id)).toContain('x')
    expect(threads.length).toBe(2)
  })
})
