import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { storeContract } from '../store.contract.ts'
import { openEmbeddedStore } from './index.ts'

const worker = new URL('../../../../dist/database-worker.mjs', import.meta.url)
const cache = fileURLToPath(new URL('../../../../.cache', import.meta.url))

storeContract('an embedded store', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-store-'))
  let now = Date.UTC(2026, 0, 1)
  const store = await openEmbeddedStore({ folder, worker, templates: cache, now: () => now })
  return {
    store,
    advance: async milliseconds => void (now += milliseconds),
    close: async () => {
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
})
