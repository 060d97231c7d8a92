import type { Container, Pod } from '../shapes.ts'

/** Milliseconds that the slowest preStop hook of a pod takes: a sleep, or a command that sleeps. */
export function preStopOf(pod: Pod): number {
  return Math.max(0, ...(pod.spec.containers ?? []).map(hookOf)) * 1000
}

/** Milliseconds from the deletion to the kill. */
export function graceOf(pod: Pod): number {
  const seconds = pod.metadata['deletionGracePeriodSeconds']
  return (typeof seconds === 'number' ? seconds : (pod.spec.terminationGracePeriodSeconds ?? 30)) * 1000
}

function hookOf({ lifecycle }: Container): number {
  const hook = lifecycle?.preStop
  if (hook?.sleep) return hook.sleep.seconds
  const command = hook?.exec?.command?.join(' ') ?? ''
  return Number(/\bsleep (\d+(?:\.\d+)?)/.exec(command)?.[1] ?? 0)
}
