// What gateways count of the requests that users would have sent, so that checks have something to judge: no request is sent.
//
// 1. A version that fails from before a measurement to its end is never found good, and one that does not fail is never found bad.
// 2. From the beginning of a check until it is found good, or a person takes it as good, the new version's share does not rise, and the run is not done.
import type { JournalEvent, LeasedRow } from '#control-plane/engine/index.ts'
import { measureVersion } from '#protocol/index.ts'
import type { ExecutionView } from '#protocol/http/index.ts'
import { shop } from './application.ts'
import { askedOf, type Asked } from './asked.ts'
import type { Door } from './doors.ts'
import type { Script } from './script.ts'
import { isCanary } from './splits.ts'

/** Requests of a second at each gateway: enough that the smallest share brings what a check needs. */
const perSecond = 100

export interface Checks {
  /** From now on so many answers of the canary are errors (0 to 1). */
  fail(share: number): void
  /** From now on none is. */
  heal(): void
  /** What a gateway's metrics page says now; undefined where no pod of that name is a gateway, and where nothing is checked. */
  page(pod: string): string | undefined
  /** A process has taken a task. */
  given(task: Pick<LeasedRow, 'execution' | 'name' | 'type'>): void
  /** The journal of an execution has grown. */
  told(execution: string, event: JournalEvent): void
  /** The check of an execution that forbids more; undefined where there is none. */
  standing(execution: string): string | undefined
  /** How executions have ended. */
  ended(views: readonly Pick<ExecutionView, 'id' | 'status'>[]): void
}

interface Counted {
  at: number
  requests: number
  errors: number
  stable: number
}

export interface ChecksOptions {
  now(): number
  readonly doors: () => readonly Door[]
  readonly script: Script
  violation(text: string): void
}

/** Counts by what each gateway believes, and knows what checks have to find. */
export function newChecks({ now, doors, script, violation }: ChecksOptions): Checks {
  /** The first kind of request stands for all. */
  const [user] = script.steps.some(({ is }) => is === 'check') ? askedOf(script) : []
  const counted = new Map<string, Counted>()
  const begun = new Map<string, number>()
  const standing = new Map<string, string>()
  let failing: { readonly since: number; readonly share: number } | undefined
  const count = (door: Door, by: Asked): Counted => {
    const last = counted.get(door.name) ?? { at: now(), requests: 0, errors: 0, stable: 0 }
    const seconds = (now() - last.at) / 1000
    const bad = failing ? Math.min(seconds, (now() - failing.since) / 1000) : 0
    const canary = door.believed(by).reduce((sum, { destination, share }) => sum + (isCanary(destination) ? share : 0), 0)
    const next = {
      at: now(),
      requests: last.requests + perSecond * canary * seconds,
      errors: last.errors + perSecond * canary * bad * (failing?.share ?? 0),
      stable: last.stable + perSecond * (1 - canary) * seconds,
    }
    counted.set(door.name, next)
    return next
  }
  const judge = (execution: string, name: string, verdict: string): void => {
    const since = begun.get(`${execution}/${name}`) ?? Infinity
    if (verdict === 'good' && failing && failing.since <= since)
      violation(`check: ${name} finds a version good that fails ${failing.share * 100} %`)
    if (verdict === 'bad' && !failing) violation(`check: ${name} finds a version bad that does not fail`)
  }
  return {
    fail: share => (failing = { since: now(), share }),
    heal: () => (failing = undefined),
    page(pod) {
      const door = doors().find(({ name }) => name.split('.')[0] === pod)
      return door && user && pageOf(count(door, user))
    },
    given({ execution, name, type }) {
      if (type !== measureVersion.type) return
      const key = `${execution}/${name}`
      if (!begun.has(key)) begun.set(key, now())
      standing.set(execution, name)
    },
    told(execution, event) {
      const open = standing.get(execution)
      if (open === undefined) return
      if (event.kind === 'succeeded' && event.name === open) {
        const { verdict } = event.payload.output as { readonly verdict: string }
        judge(execution, open, verdict)
        if (verdict === 'good') standing.delete(execution)
      }
      if (event.kind === 'delivered' && event.name.includes('/verdict-') && JSON.stringify(event.payload).includes('"goOn"'))
        standing.delete(execution)
    },
    standing: execution => standing.get(execution),
    ended(views) {
      for (const { id, status } of views)
        if (status === 'done' && standing.has(id))
          violation(`check: ${standing.get(id)} has not found the version good, and the run is done`)
    },
  }
}

function pageOf({ requests, errors, stable }: Counted): string {
  const row = (workload: string, code: number, value: number): string =>
    `istio_requests_total{reporter="source",destination_workload="${workload}",destination_workload_namespace="${shop}",response_code="${code}",response_flags="-"} ${Math.floor(value)}`
  return `${[row('cart', 200, stable), row('cart-canary', 200, requests - errors), row('cart-canary', 503, errors)].join('\n')}\n`
}
