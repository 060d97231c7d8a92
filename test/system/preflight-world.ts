import type { KubernetesObject } from '#base/index.ts'
import type { StepGoals } from '#model/preflight/index.ts'
import type { Release } from '#model/release/index.ts'
import type { CartWorld } from './cart-world.ts'
import { pinned, prepared, promoted, split } from './goals.ts'

// What is said against a run before its first write, on a sandbox in virtual time.

/** The steps that are looked at. */
export const wholeRun: readonly StepGoals[] = [
  { name: 'Canary Deployment', goals: [pinned, prepared()] },
  { name: 'Traffic Split', goals: [split(50)] },
  { name: 'Rollout Deployment', goals: [promoted] },
]

/** What the look at 2.0.0 says against it: `warn CODE message → what to do`. */
export async function look(world: CartWorld, more: Partial<Release> = {}): Promise<readonly string[]> {
  const { findings } = await world.inspect(world.release('2.0.0', 'k3f9', more), wholeRun)
  return findings.map(({ level, code, message, todo }) => `${level} ${code.replace('SL-PREFLIGHT-', '')} ${message} → ${todo}`)
}

/** The findings about one thing. */
export function said(found: readonly string[], about: string): readonly string[] {
  return found.filter(text => text.includes(about))
}

/** Level and code alone. */
export const levels = (found: readonly string[]): readonly string[] => found.map(text => text.split(' ').slice(0, 2).join(' '))

export const objectOf = (kind: string, apiVersion: string, name: string, spec: object, namespace = 'shop'): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  spec,
})
