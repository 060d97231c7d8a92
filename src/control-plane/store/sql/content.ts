import { createHash } from 'node:crypto'
import type { ContentStore } from '#control-plane/engine/index.ts'
import type { Database } from './db.ts'

/** The name of a text: SHA-256 of its UTF-8, in hex. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Texts by their hash, in SQL. */
export function sqlContent(db: Database): ContentStore {
  return {
    put: async text => {
      const hash = hashOf(text)
      await db.query(`insert into content (hash, body) values ($1, $2) on conflict do nothing`, [hash, text])
      return hash
    },
    get: async hash => (await db.query(`select body from content where hash = $1`, [hash]))[0]?.['body'] as string | undefined,
  }
}
