import { endingKinds, finalStatuses, type Delivered, type Message } from '#control-plane/engine/index.ts'
import { json, type Database, type Query, type Tell } from './db.ts'

/** What a person or another execution sends. */
export async function deliver(db: Database, id: string, message: Message): Promise<Delivered> {
  return await db.transaction(async (query, tell) => {
    const [row] = await query(`select status from execution where id = $1 for update`, [id])
    if (!row) return 'unknown'
    return (finalStatuses as readonly unknown[]).includes(row['status']) ? 'ended' : send(query, tell, id, message)
  })
}

/** Puts a message into the inbox of an unfinished execution whose row is locked. */
export async function send(query: Query, tell: Tell, id: string, message: Message): Promise<Delivered> {
  const refused = message.is === 'answer' ? await answerable(query, id, message.name) : undefined
  if (refused) return refused
  const name = message.is === 'answer' ? message.name : null
  await query(`insert into inbox (execution, name, message) values ($1, $2, $3::json)`, [id, name, json(message)])
  await wake(query, id)
  tell({ is: 'news', execution: id })
  return 'accepted'
}

async function answerable(query: Query, id: string, name: string): Promise<Delivered | undefined> {
  const [found] = await query(
    `select exists (select from event where execution = $1 and name = $2 and kind = 'waiting') asked,
            exists (select from event where execution = $1 and name = $2 and kind = any($3::text[]))
            or exists (select from inbox where execution = $1 and name = $2) answered`,
    [id, name, endingKinds],
  )
  if (found?.['answered']) return 'answered'
  return found?.['asked'] ? undefined : 'notWaiting'
}

/** [5] Makes an execution due whose row is locked, unless somebody owns it: the owner reads its news before it gives it up. */
export async function wake(query: Query, id: string): Promise<void> {
  await query(`update execution set due_at = least(due_at, sluice_now()) where id = $1 and not owned`, [id])
}
