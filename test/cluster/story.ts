import type { Objects } from '#delegate/kubernetes/index.ts'
import type { Ran, Sluice } from './sluice.ts'

/** What a story plays with: version `from` serves in a namespace of its own, under load. */
export interface Stage {
  readonly objects: Objects
  readonly namespace: string
  /** Of the kubeconfig. */
  readonly context: string
  readonly sluice: Sluice
  readonly signal: AbortSignal
  readonly from: string
  readonly to: string
  /** Runs a workflow for the new version; `errors`: percent of its answers that are errors. */
  run(workflow: string, errors?: number): Promise<Ran>
  /** From now until the run has moved users away, requests may be lost with a pod that the story takes. */
  taking(): void
}

/** What divides the requests: Istio's own routes, an HTTPRoute at the same gateway, an Ingress of ingress-nginx, or nothing but the Service. */
export type Through = 'gateway' | 'httpRoute' | 'ingress' | 'service'

/** One release, and what must come of it. */
export interface Story {
  readonly name: string
  readonly title: string
  readonly through: Through
  /** It takes its host away: a data folder of its own. */
  readonly ownHost?: true
  /** Resolves with the version that must serve at the end; rejects where something was not as it must be. */
  play(stage: Stage): Promise<string>
}

/** Something is not as the story says. */
export class StoryFailed extends Error {}

/** Fails with what a run said, where it did not end as it must. */
export function mustEnd({ code, view, tail }: Ran, wanted: { readonly code: number; readonly status: string }): void {
  if (code === wanted.code && view.status === wanted.status) return
  throw new StoryFailed(`execution ${view.id} ended as ${view.status} (${code}), not as ${wanted.status} (${wanted.code}):\n${tail}`)
}
