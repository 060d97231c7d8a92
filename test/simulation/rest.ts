import { canonicalJson, type Json } from '#base/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import { ownIngress } from './application.ts'
import { nginxTimeout } from './edits.ts'
import type { Fault } from './faults.ts'
import { atRest, resting, type World } from './world.ts'

export interface Ending {
  readonly world: World
  /** The namespace at rest before the run. */
  readonly before: string
  /** The same without what somebody had set by hand there, which goes with the first version that comes. */
  readonly clean: string
  readonly views: readonly ExecutionView[]
  /** That the runs bring, in their order. */
  readonly versions: readonly string[]
  readonly faults: readonly Fault[]
  /** What somebody edited meanwhile. */
  readonly edits: ReadonlySet<string>
  /** Those of them that came into a run: after its first write. */
  readonly editsMet: ReadonlySet<string>
  /** Versions that gateways answer with now. */
  readonly answers: ReadonlySet<string>
}

/** Troubles that change nothing about the outcome: a run that meets only these ends done. */
export const harmless: ReadonlySet<Fault['is']> = new Set([
  'propagation',
  'slowEndpoints',
  'watchDropped',
  'watchDoubled',
  'watchLate',
  'killAtWrite',
  'killAtJournal',
  'proxyGone',
  'replica',
  'freeze',
  'alone',
  'slowPods',
  'standing',
])

/** What must hold when everything is over: how it ended, who is served, and what is left. */
export function expectations(ending: Ending): readonly string[] {
  const { world, views, versions, faults, edits, editsMet, answers } = ending
  const found: string[] = []
  const wanted = versions[views.findLastIndex(({ status }) => status === 'done')] ?? '1.0.0'
  for (const view of views) {
    const { status, says, id } = view
    if (!['done', 'returned', 'refused'].includes(status) && !isGivenUp(view)) found.push(`end: execution ${id} is ${status}: ${says}`)
    if (status !== 'done' && faults.every(({ is }) => harmless.has(is)))
      found.push(`end: execution ${id} is ${status} without a reason: ${says}`)
  }
  const now = restingAs(world, faults)
  const expected = expectedAtRest(ending, wanted)
  if (now !== expected && !edits.has('template')) found.push(`rest: ${difference(expected, now)}`)
  found.push(...(views.length === 1 ? lostEdits(world, editsMet) : []), ...ownedByRuns(world))
  if ([...answers].some(version => version !== wanted) && !edits.has('template'))
    found.push(`end: users get ${[...answers].join(', ')} instead of ${wanted}`)
  return found
}

function expectedAtRest({ before, clean }: Ending, version: string): string {
  return (version === '1.0.0' ? before : clean).replaceAll('cart:1.0.0', `cart:${version}`)
}

/** What a run leaves in its own name the user's next apply would be refused for. */
function ownedByRuns(world: World): readonly string[] {
  return atRest(world).flatMap(({ kind, metadata: { name, managedFields } }) => {
    const entries = (managedFields ?? []) as unknown as readonly { readonly manager?: string; readonly fieldsV1?: object }[]
    const owned = entries.filter(({ manager }) => manager === 'sluice-run').flatMap(({ fieldsV1 }) => Object.keys(fieldsV1 ?? {}))
    const parts = owned.filter(part => part !== 'f:metadata')
    return parts.length === 0 ? [] : [`rest: ${kind} ${name}: a run still owns ${parts.join(', ')}`]
  })
}

/** What landed when all runs were over is the next run's to take away: it must not be held up by it. */
export function checkNext(next: Pick<ExecutionView, 'status' | 'says'> | undefined, violation: (text: string) => void): void {
  const { status, says } = next ?? {}
  if (status !== 'done') violation(`next: what was created too late holds up the next run, which is ${status}: ${says}`)
}

/** A person has left the cluster as it is, and restores it by hand. */
export function isGivenUp({ failure }: ExecutionView): boolean {
  return failure?.code === 'SL-EXECUTION-GIVEN-UP'
}

/** A run that begins after an edit applies the manifests over it, and its plan says so; the run that was under way leaves it where it is. */
function lostEdits(world: World, edits: ReadonlySet<string>): readonly string[] {
  const text = JSON.stringify(resting(world))
  return [...edits].flatMap(of => (kept[of]?.every(each => !text.includes(each)) ? [`rest: somebody's edit (${of}) is lost`] : []))
}

/** What must be left of others' edits of fields that the run does not change, in one of these forms; a canary Ingress goes with all its annotations. */
const kept: Readonly<Record<string, readonly string[]>> = {
  timeout: ['"timeout":"7s"', `"${nginxTimeout}":"7"`],
  policy: ['"maxRetries":7', '"kind":"Ingress"'],
}

/** The namespace at rest, as text; without what troubles change for good. */
export function restingAs(world: Pick<World, 'sandbox'>, faults: readonly Fault[]): string {
  const has = (is: Fault['is']): boolean => faults.some(fault => fault.is === is)
  const edits = faults.flatMap(fault => (fault.is === 'edit' ? [fault.of] : []))
  const standing = faults.flatMap(fault => (fault.is === 'standing' ? [fault.of] : []))
  // Whoever applies a route as it is in Git takes out of it what had been set by hand.
  const changesTimeout = edits.includes('timeout') || (edits.includes('route') && standing.includes('timeout'))
  const without = (field: string, value: unknown): boolean =>
    (field === 'replicas' && (has('autoscaler') || edits.includes('replicas'))) ||
    (field === 'sandbox.sluice.dev/wanted-replicas' && value !== undefined) ||
    ((field === 'timeout' || field === nginxTimeout) && changesTimeout) ||
    (field === 'connectionPool' && edits.includes('policy'))
  return resting(world)
    .map(object =>
      canonicalJson(JSON.parse(JSON.stringify(object, (field, value: unknown) => (without(field, value) ? undefined : value))) as Json),
    )
    .filter(text => !isOwnWithoutShare(text))
    .join('\n')
}

/** What the user's own files have left is the user's, once it gives nobody anything. */
function isOwnWithoutShare(text: string): boolean {
  return text.includes('"kind":"Ingress"') && text.includes(`"name":"${ownIngress}"`) && text.includes('canary-weight":"0"')
}

/** The lines that differ, from the place where they do. */
function difference(expected: string, now: string): string {
  const [wanted, got] = [expected.split('\n'), now.split('\n')]
  const lines = [
    ...got.filter(line => !wanted.includes(line)).map(line => `has ${line}`),
    ...wanted.filter(line => !got.includes(line)).map(line => `lacks ${line}`),
  ]
  return lines.slice(0, 4).join(' | ').slice(0, 1500)
}
