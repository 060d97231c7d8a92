import { createHash } from 'node:crypto'
import type { ResolvedWorkflow } from '#model/workflow/index.ts'
import { appliedIn } from './application.ts'

/** The texts of a run as a client hands them in: hashes by release and by the path of an apply step, texts by their hashes. */
export interface Pinned {
  readonly hashes: Readonly<Record<string, string>>
  readonly contents: Readonly<Record<string, string>>
}

/** `manifests`: the text of every release's. */
export function pinned(workflow: ResolvedWorkflow, manifests: string): Pinned {
  const texts = [...workflow.releases.map(({ id }) => [id, manifests] as const), ...Object.entries(appliedIn(workflow))]
  const hashed = texts.map(([of, text]) => ({ of, text, hash: createHash('sha256').update(text).digest('hex') }))
  return {
    hashes: Object.fromEntries(hashed.map(({ of, hash }) => [of, hash])),
    contents: Object.fromEntries(hashed.map(({ hash, text }) => [hash, text])),
  }
}
