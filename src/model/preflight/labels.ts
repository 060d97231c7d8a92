import { specOf, templateOf, TRACK } from '#model/release/index.ts'
import type { Subject } from './facts.ts'

export type Labels = Readonly<Record<string, string>>

/** Labels that the present pods have by their template. */
export function stableLabels({ workload }: Subject): Labels {
  return templateOf(workload).metadata?.labels ?? {}
}

/** Labels that the canary's pods will have: of the new template, with what tells them apart. */
export function canaryLabels({ next, workload, isolated }: Subject): Labels {
  const labels = { ...templateOf(next).metadata?.labels, ...specOf(workload).selector?.matchLabels, [TRACK]: 'canary' }
  return isolated ? { ...labels, [isolated.label.key]: isolated.label.canary } : labels
}

interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

/** A selector as policies have it. */
export interface LabelSelector {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly Requirement[]
}

const operators: Readonly<Record<string, (value: string | undefined, values: readonly string[]) => boolean>> = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: value => value !== undefined,
  DoesNotExist: value => value === undefined,
}

/** Whether a selector selects pods with these labels; an empty one selects all, a missing one none. */
export function matches(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (!selector) return false
  const { matchLabels = {}, matchExpressions = [] } = selector
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => operators[operator]?.(labels[key], values) ?? false)
  )
}

/** Whether a Service's selector selects pods with these labels; without a selector it selects none. */
export function selects(selector: Labels | undefined, labels: Labels): boolean {
  const wanted = Object.entries(selector ?? {})
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
}
