import { createHash } from 'node:crypto'
import type { ContentStore } from '#control-plane/engine/index.ts'
import type { Seal } from '../sealing.ts'
import type { Database } from './db.ts'

/** The name of a text: SHA-256 of its UTF-8, in hex. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Texts by their hash, in SQL: sealed, for manifests may hold Secrets. */
export function sqlContent(db: Database, seal: Seal): ContentStore {
  return {
    put: async text => {
      const hash = hashOf(text)
      await db.query(`insert into content (hash, body) values ($1, $2) on conflict do nothing`, [hash, seal.close(text, hash)])
      return hash
    },
    get: async hash => {
      const [row] = await db.query(`select body from content where hash = $1`, [hash])
      return row && seal.open(String(row['body']), hash)
    },
  }
}
