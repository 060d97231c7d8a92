import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { fenceposts } from './fenceposts.ts'
import { rolloutStatus, type RolloutStatus } from './rollout-status.ts'
import { steadyState } from './steady-state.ts'

interface Cases {
  readonly kstatus: readonly {
    readonly id: string
    readonly object: KubernetesObject
    readonly set?: Readonly<Record<string, 'now'>>
    readonly expect: { readonly status: string; readonly conditions: readonly { readonly type: string; readonly reason: string }[] }
  }[]
  readonly rolloutStatus: readonly {
    readonly id: string
    readonly kind: keyof typeof rolloutStatus
    readonly object: KubernetesObject
    readonly expect: RolloutStatus
  }[]
  readonly fenceposts: readonly {
    readonly id: string
    readonly maxSurge: number | string
    readonly maxUnavailable: number | string
    readonly replicas: number
    readonly expect: ReturnType<typeof fenceposts>
  }[]
}

const file = path.join(process.env['SLUICE_CASES'] ?? path.join(import.meta.dirname, '../../../../../shared/cases'), 'k8s-status.json')
const cases = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Cases) : undefined
if (!cases) console.warn(`skipped: there is no ${file} (SLUICE_CASES names the folder)`)

const now = Date.UTC(2026, 10, 26)

/** kstatus' words for what we say. */
function status(object: KubernetesObject): string {
  const state = steadyState(object, {}, now)
  if (state.reason === 'Terminating') return 'Terminating'
  return { current: 'Current', inProgress: 'InProgress', failed: 'Failed' }[state.is]
}

/** Puts the current time where the case asks for it. */
function withTimes(object: KubernetesObject, set: Readonly<Record<string, 'now'>> = {}): KubernetesObject {
  const copy = structuredClone(object) as unknown as Record<string, Record<string, unknown>>
  for (const key of Object.keys(set)) {
    const [outer = '', inner = ''] = key.split('.')
    copy[outer] = { ...copy[outer], [inner]: new Date(now).toISOString() }
  }
  return copy as unknown as KubernetesObject
}

describe.skipIf(!cases)('k8s-status.json', () => {
  it.each(cases?.kstatus ?? [])('$id', ({ object, set, expect: wanted }) => {
    const given = withTimes(object, set)
    expect(status(given)).toBe(wanted.status)
    const reason = wanted.conditions.find(({ type }) => type === 'Reconciling' || type === 'Stalled')?.reason
    if (reason) expect(steadyState(given, {}, now).reason).toBe(reason)
  })

  it.each(cases?.rolloutStatus ?? [])('$id', ({ kind, object, expect: wanted }) => {
    const said = rolloutStatus[kind](object)
    if ('error' in wanted) expect(said).toMatchObject({ error: wanted.error })
    else expect(said).toEqual(wanted)
  })

  it.each(cases?.fenceposts ?? [])('$id', ({ maxSurge, maxUnavailable, replicas, expect: wanted }) => {
    expect(fenceposts(maxSurge, maxUnavailable, replicas)).toEqual(wanted)
  })
})
