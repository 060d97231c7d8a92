import { z } from 'zod'
import type { ContentStore } from '#control-plane/engine/index.ts'
import { ResolvedWorkflow } from '#model/workflow/index.ts'
import { executions } from './failures.ts'

/** What an execution is bound to: pinned by the hash of its text, never changed by an edit or an upgrade. */
export const Definition = z.object({
  workflow: ResolvedWorkflow,
  /** Per release id the hash of its rendered manifests; per path of an apply step that of its rendered files. */
  manifests: z.record(z.string(), z.string()),
})
export type Definition = z.infer<typeof Definition>

/** What the journal's row holds of an execution. */
export const ExecutionInput = z.object({
  /** Hash of the {@link Definition}. */
  definition: z.string(),
  /** Hash of the plan that was agreed to. */
  plan: z.string().optional(),
  /** Idempotency key of the request that started it. */
  key: z.string(),
  who: z.string(),
})
export type ExecutionInput = z.infer<typeof ExecutionInput>

export async function readDefinition(content: ContentStore, hash: string): Promise<Definition> {
  const text = await content.get(hash)
  if (text === undefined) throw executions.CONTENT_MISSING({ hash, what: 'definition' })
  return definitionIn(text)
}

/** Every execution is bound to one, and every process that goes on with it, and every look at it, reads the same text again. */
const most = 100
const known = new Map<string, Definition>()

/** The last that were read are kept, by their whole text. */
function definitionIn(text: string): Definition {
  const definition = known.get(text) ?? Definition.parse(JSON.parse(text))
  known.delete(text)
  known.set(text, definition)
  for (const oldest of known.keys()) if (known.size > most) known.delete(oldest)
  return definition
}
