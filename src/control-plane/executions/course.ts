import { stringify } from 'yaml'
import { remembered, type Json } from '#base/index.ts'
import { canaryHost, SettleSettings, type Release, type Snapshot } from '#model/release/index.ts'
import type { Values } from '#model/expressions/index.ts'
import type { ResolvedRelease, ResolvedStep } from '#model/workflow/index.ts'
import { releaseTerms } from '#model/application/index.ts'
import type { ObjectBefore } from '#protocol/index.ts'
import type { Definition } from './definition.ts'

/**
 * What a lane knows while it runs. Nothing in it is stored: every value follows from the definition and from finished calls, in the order
 * in which the lane makes them, so a restart builds the same.
 */
export interface Course {
  readonly execution: string
  readonly definition: Definition
  readonly releases: ReadonlyMap<string, ReleaseCourse>
  /** Outputs of finished steps, by path and by name: what `${outputs.…}` sees. */
  readonly outputs: Record<string, Json>
  readonly approvals: Record<string, Json>
  /** What steps found before they changed objects beside the traffic, by path. */
  readonly looks: Map<string, readonly ObjectBefore[]>
  /** An irreversible step has begun: from now on nothing goes back without a person. */
  irreversible: boolean
  /** The releases have been let go: what steps change from now on stands in no record. */
  letGo: boolean
}

export interface ReleaseCourse {
  readonly resolved: ResolvedRelease
  /** What goals are set with. */
  terms: Release
  /** From the look before the first write. */
  snapshot: Snapshot | undefined
  /** Number of the last goal. Rises over the execution: a higher number stops every lower one, also inside the delegate. */
  goals: number
  /** The number of canary pods is the user's. */
  fixed: boolean
  /** A person wants somebody else's edit of the stable workload kept: nobody is asked about it again. */
  keepEdit: boolean
  /** Percent that the last split gave to the canary. */
  share: number
  watched: boolean
}

export function newCourse(execution: string, definition: Definition): Course {
  const releases = definition.workflow.releases.map((resolved): [string, ReleaseCourse] => [
    resolved.id,
    {
      resolved,
      terms: releaseTerms(execution, definition.workflow, resolved, definition.manifests[resolved.id] ?? ''),
      snapshot: undefined,
      goals: 0,
      fixed: false,
      keepEdit: false,
      share: 0,
      watched: false,
    },
  ])
  return {
    execution,
    definition,
    releases: new Map(releases),
    outputs: {},
    approvals: {},
    looks: new Map(),
    irreversible: false,
    letGo: false,
  }
}

export function releaseCourse(course: Course, id: string): ReleaseCourse {
  const found = course.releases.get(id)
  if (!found) throw new Error(`execution ${course.execution}: the definition has no release ${id}`)
  return found
}

export function snapshotOf({ snapshot, resolved }: ReleaseCourse): Snapshot {
  if (!snapshot) throw new Error(`release ${resolved.id}: nothing was looked at yet`)
  return snapshot
}

/** What `${k8s.canaryDestination}` and `${k8s.stableDestination}` stand for: Istio's own YAML. */
export function destinationsOf({ terms, snapshot }: ReleaseCourse): Readonly<Record<'stable' | 'canary', string>> {
  return destinationsBy(terms, snapshot?.names ?? unnamed)
}

const unnamed: Partial<Snapshot['names']> = {}

/** Every step and every expression asks for them. */
const destinationsBy = remembered(({ service, subsets }: Release, names: Partial<Snapshot['names']>) => {
  const host = names.host || service
  const { services } = names
  if (services) return { stable: stringify({ host }), canary: stringify({ host: canaryHost(host, services) }) }
  return { stable: stringify({ host, subset: subsets.stable }), canary: stringify({ host, subset: subsets.canary }) }
})

/** What a step's goals are set with: its own settings of settling and draining win over the infrastructure's. */
export function termsFor({ terms }: ReleaseCourse, { settle, drain = terms.drain }: ResolvedStep): Release {
  return { ...terms, settle: SettleSettings.parse(settle), drain }
}

/** The names that expressions see in the run: what was known before it, and what has become known. */
export function valuesIn(course: Course, release: ReleaseCourse): Values {
  const destinations = destinationsOf(release)
  const known = release.resolved.names['k8s']
  const names = release.snapshot?.names
  return {
    ...release.resolved.names,
    outputs: course.outputs,
    approvals: course.approvals,
    k8s: {
      ...(typeof known === 'object' && known !== null && !Array.isArray(known) ? known : {}),
      canaryDestination: destinations.canary,
      stableDestination: destinations.stable,
      ...(names ? { virtualServiceName: names.routes[0]?.name ?? '' } : {}),
      ...(names ? { canaryWorkload: `${names.workload}-canary`, primaryServiceName: names.service } : {}),
    },
  }
}
