// The database's thread: PGlite blocks its event loop, so it has one of its own. Bundled as dist/database-worker.mjs.
import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { Failure, toFailureRecord, type FailureRecord } from '#base/index.ts'
import { store as failures } from '../failures.ts'
import { migrations } from '../migrations/index.ts'
import { sealWith } from '../sealing.ts'
import { sqlContent } from '../sql/content.ts'
import type { Database } from '../sql/db.ts'
import { sqlJournal } from '../sql/journal.ts'
import { migrate } from '../sql/migrate.ts'
import { sqlTasks } from '../sql/tasks.ts'
import { databaseOn } from './database.ts'
import { DurableNodeFS, startParams } from './durable-fs.ts'
import { ensureDatabase } from './first-database.ts'
import { maintain } from './maintenance.ts'
import type { Call, Reply, WorkerData } from './messages.ts'

const reading = new Set(['load', 'news', 'list', 'openTasks', 'get'])

const { folder, templates, reserve, key } = workerData as WorkerData
if (parentPort) await serve(parentPort)

async function serve(port: MessagePort): Promise<void> {
  const reply = (message: Reply): void => port.postMessage(message)
  try {
    await ensureDatabase(folder, templates)
    const pg = await PGlite.create({ fs: new DurableNodeFS(folder), startParams: [...startParams] })
    const db = databaseOn(pg, hints => reply({ is: 'hints', hints }))
    await migrate(db, migrations, folder)
    const tidy = maintain(pg)
    const answer = answering(pg, db, tidy)
    // One after another: a connection has one transaction, and `now` is a setting of the session.
    let turn = Promise.resolve()
    port.on('message', (call: Call) => {
      turn = turn.then(async () => {
        try {
          reply({ is: 'answer', id: call.id, output: await answer(call) })
        } catch (error) {
          reply({ is: 'failure', id: call.id, failure: recordOf(error) })
          if (isDead(error)) process.exit(1)
        }
      })
    })
    reply({ is: 'open' })
  } catch (error) {
    reply({ is: 'failure', id: undefined, failure: recordOf(error) })
  }
}

function answering(pg: PGlite, db: Database, tidy: ReturnType<typeof maintain>): (call: Call) => Promise<unknown> {
  const thread = {
    /** What the process before this one owned and leased: it is gone, for it held the lock on the folder. */
    release: async () => {
      await db.query(`update execution set owned = false, status = 'waiting', due_at = sluice_now() where owned`)
      await db.query(`update task set status = 'queued' where status = 'leased' and lease_until is null`)
    },
    close: async () => {
      tidy.stop()
      await pg.close()
    },
  }
  const parts = { journal: sqlJournal(db), tasks: sqlTasks(db), content: sqlContent(db, sealWith(key)), thread }
  return async ({ part, method, args, now }) => {
    if (now !== undefined) await db.query(`select set_config('sluice.now', $1, false)`, [String(now)])
    const statement = (parts[part] as unknown as Record<string, (...args: readonly unknown[]) => Promise<unknown>>)[method]
    if (!statement) throw failures.BROKEN({ what: folder, why: `there is no statement ${part}.${method}` })
    const writes = part !== 'thread' && !reading.has(method)
    if (writes) checkRoom()
    const output = await statement(...args)
    if (writes) tidy.wrote()
    return output
  }
}

/** PostgreSQL does not survive a disk that is full in the middle of a write; so it is never let that far. */
function checkRoom(): void {
  const { bavail, bsize } = statfsSync(dirname(folder))
  const free = bavail * bsize
  if (free < reserve) throw failures.DISK_FULL({ folder: dirname(folder), free })
}

/** What neither we nor PostgreSQL say comes from a PGlite that has ended: the thread ends too, and is started again. */
function isDead(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown }
  return !(error instanceof Failure) && !(typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code))
}

function recordOf(error: unknown): FailureRecord {
  if (error instanceof Failure) return error.record()
  const { code, message } = error as { readonly code?: unknown; readonly message?: string }
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
    return failures.UNUSABLE({ folder: dirname(folder), why: String(message) }).record()
  if (code === 'ENOSPC' || code === '53100') return failures.DISK_FULL({ folder: dirname(folder), free: 0 }).record()
  return failures.BROKEN({ what: folder, why: toFailureRecord(error).message }).record()
}
