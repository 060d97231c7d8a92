import { createHash, randomUUID } from 'node:crypto'
import { pinnedText, type PreparedRun } from '#model/application/index.ts'
import type { StartExecution } from '#protocol/http/index.ts'
import { whoAmI } from './host.ts'

/** What the host is asked to start: a definition bound to its manifests, every text by its hash. */
export function requestOf({ workflow, releases, applied }: PreparedRun, plan?: string): StartExecution {
  if (!workflow) throw new Error('a run without a workflow was let through')
  const pinned = [
    ...releases.map(prepared => ({ id: prepared.release.id, text: pinnedText(prepared) })),
    ...applied.map(({ path, text }) => ({ id: path, text })),
  ]
  const texts = pinned.map(each => ({ ...each, hash: createHash('sha256').update(each.text).digest('hex') }))
  return {
    key: randomUUID(),
    workflow,
    manifests: Object.fromEntries(texts.map(({ id, hash }) => [id, hash])),
    contents: Object.fromEntries(texts.map(({ hash, text }) => [hash, text])),
    ...(plan === undefined ? {} : { plan }),
    who: whoAmI(),
  }
}
