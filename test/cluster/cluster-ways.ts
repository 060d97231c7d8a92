import { readFileSync } from 'node:fs'
import { sleep, systemClock } from '#base/index.ts'

/** Milliseconds between two looks. */
export const POLL = 50

/** Milliseconds that anything may take which is waited for here: images are pulled on a real cluster. */
const PATIENCE = 180_000

/** Waits until something is so; fails in words when it never comes to be. */
export async function until(what: string, signal: AbortSignal, look: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`not within ${PATIENCE / 1000} s: ${what}`)
    await sleep(systemClock, POLL, signal)
  }
}

/** What the strictest pod security standard asks for. */
export const hardened = {
  pod: {
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    terminationGracePeriodSeconds: 10,
  },
  container: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
} as const

/** The ConfigMap with the programs of all pods, and the volume that brings it to them. */
const programs = 'programs'
export const programVolume = { name: 'program', configMap: { name: programs } } as const

export function programsOf(namespace: string) {
  const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')
  const data = Object.fromEntries(['application.mjs', 'load-generator.mjs'].map(name => [name, read(`./pods/${name}`)]))
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: programs, namespace }, data }
}
