import type { JournalEvent, LeasedRow } from '#control-plane/engine/index.ts'
import type { ApiRequest, ApiResponse } from '#delegate/kubernetes/index.ts'
import type { KubernetesObject } from '#base/index.ts'
import { markOf, type Goal } from '#model/release/index.ts'
import { changeObjects, giveBackObjects } from '#protocol/index.ts'
import { ownIngress } from './application.ts'
import type { Run } from './run.ts'
import type { World } from './world.ts'

type Mark = NonNullable<ReturnType<typeof markOf>>

/** A goal as a process was given it: the task's name says of which step and lane. */
export interface GivenGoal {
  readonly execution: string
  readonly name: string
  readonly goal: Goal
  readonly number: number
}

/** Objects of the application that a run writes, and that carry the mark of the goal that wrote them. */
export const fenced = [
  'virtualservices.networking.istio.io',
  'httproutes.gateway.networking.k8s.io',
  'ingresses.networking.k8s.io',
  'destinationrules.networking.istio.io',
  'deployments.apps',
  'services',
]

/** What a run keeps for itself, or raises and gives back with its record: never without the record, so never without the reason. */
const own = ['leases', 'configmaps', 'horizontalpodautoscalers', 'events']

export interface Written {
  /** A process has taken a task. */
  given(task: LeasedRow): void
  goalOf(execution: string, name: string): GivenGoal | undefined
  /** The API server took a write; gives the goal that it was for. */
  took(request: ApiRequest, answer: ApiResponse): GivenGoal | undefined
}

export interface WrittenOptions {
  readonly world: World
  runs(): readonly Run[]
  /** Writes of such objects carry no mark: they are those of the goal that was given last. */
  isUnmarked(plural: string): boolean
  violation(text: string): void
}

/**
 * The journal explains every write: whatever is written to an object of the application carries the mark of a goal, or takes away the one that
 * the object had; the journal holds that goal with its step; where it is the way back's, with the reason of that.
 */
export function newWritten({ world, runs, isUnmarked, violation }: WrittenOptions): Written {
  const goals = new Map<string, GivenGoal>()
  const byNumber = new Map<string, GivenGoal>()
  const last = newLastMarks(world)
  let latest: GivenGoal | undefined
  /** The task that was given last of those that make or give back what a step is about beside the traffic: such objects carry no mark. */
  let byStep: Pick<GivenGoal, 'execution' | 'name'> | undefined
  const isOfStep = (): boolean =>
    byStep !== undefined &&
    runs().some(
      ({ id, events }) => id === byStep?.execution && events.some(each => each.kind === 'scheduled' && each.name === byStep?.name),
    )
  const explain = (what: string, { execution, number }: Mark): GivenGoal | undefined => {
    const given = byNumber.get(`${execution}.${number}`)
    const run = runs().find(({ id }) => id === execution)
    const why = !given ? 'no goal' : !run ? 'no execution' : unexplained(given, run.events)
    if (why) violation(`unexplained: ${what} was written by goal ${number} of ${execution}, of which the journal knows ${why}`)
    return given
  }
  return {
    given({ execution, name, type, input }) {
      if (type === changeObjects.type || type === giveBackObjects.type) byStep = { execution, name }
      if (type !== 'release/reach-goal') return
      const { goal, number } = input as { readonly goal: Goal; readonly number: number }
      const given = { execution, name, goal, number }
      goals.set(`${execution}/${name}`, given)
      byNumber.set(`${execution}.${number}`, given)
      latest = given
    },
    goalOf: (execution, name) => goals.get(`${execution}/${name}`),
    took({ method, path }, { body }) {
      const target = targetOf(path)
      if (!target || own.includes(target.plural)) return undefined
      const what = `${method} ${target.plural}/${target.name ?? (body as Partial<KubernetesObject>).metadata?.name}`
      const mark =
        markOf(body as KubernetesObject) ??
        last.before(target.plural, target.name ?? '') ??
        (isUnmarked(target.plural) ? latest : undefined)
      if (mark) return explain(what, mark)
      if (target.name === ownIngress && isOfStep()) return undefined
      violation(`unexplained: ${what} carries no goal's mark, and carried none`)
      return undefined
    },
  }
}

/** What the journal lacks about a goal; undefined where it has the task, and on the way back why there is one. */
function unexplained({ name }: GivenGoal, events: readonly JournalEvent[]): string | undefined {
  if (!events.some(event => event.kind === 'scheduled' && event.name === name)) return 'nothing'
  if (!name.startsWith('back/')) return undefined
  const begun = events.find(event => event.kind === 'started' && event.name === 'back')
  return begun?.kind === 'started' && begun.payload.cause ? undefined : 'no reason for the way back'
}

/** The mark that each object had before its last change. */
function newLastMarks({ sandbox }: World) {
  const marks = new Map<string, { readonly now: Mark | undefined; readonly before: Mark | undefined }>()
  for (const resource of fenced)
    sandbox.apiServer.objects.subscribe(resource, ({ type, object }) => {
      const key = `${resource.split('.')[0]}/${object.metadata.name}`
      const now = type === 'DELETED' ? undefined : markOf(object)
      marks.set(key, { now, before: type === 'DELETED' ? markOf(object) : marks.get(key)?.now })
    })
  return { before: (plural: string, name: string): Mark | undefined => marks.get(`${plural}/${name}`)?.before }
}

/** Resource and name of an object's path; undefined for what is not in a namespace. */
function targetOf(path: string): { readonly plural: string; readonly name: string | undefined } | undefined {
  const found = /\/namespaces\/[^/]+\/(?<plural>[a-z]+)(?:\/(?<name>[^/?]+))?/.exec(path)
  const { plural, name } = found?.groups ?? {}
  return plural === undefined ? undefined : { plural, name }
}
