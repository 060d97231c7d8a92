import type { Json, KubernetesObject } from '#base/index.ts'

/** Field manager of in-run patches (pin, split, scale, pause, unpin). */
export const RUN_MANAGER = 'sluice-run'
/** Field manager of manifests, by server-side apply. */
export const MANAGER = 'sluice'

interface ManagedEntry {
  readonly manager?: string
  readonly operation?: string
  readonly subresource?: string
  /** When it last changed something that it owns. */
  readonly time?: string
  readonly fieldsV1?: { readonly [key: string]: Json }
}

export function managedEntries(object: KubernetesObject | undefined): readonly ManagedEntry[] {
  return (object?.metadata.managedFields ?? []) as unknown as readonly ManagedEntry[]
}

/** We have applied a manifest of it. Nobody else makes an object as our manager. */
export function isApplied(object: KubernetesObject): boolean {
  return managedEntries(object).some(isOurApply)
}

/**
 * Whether we may have applied a manifest of it since `moment` (RFC 3339), when it had these managers: the API server notes when an apply last
 * changed something, in whole seconds. By two clocks, ours and the server's: what lies within `blur` of each other may have been either way.
 */
export function hasAppliedSince(object: KubernetesObject, before: Json, moment: string): boolean {
  const [is, was] = [managedEntries(object), before as unknown as readonly ManagedEntry[]].map(entries => entries.find(isOurApply))
  if (!is || !was) return is !== was
  if (is.time === undefined || is.time !== was.time) return true
  return Date.parse(is.time) + blur >= Date.parse(moment)
}

const blur = 2000

export const isOurApply = ({ manager, operation }: ManagedEntry): boolean => manager === MANAGER && operation === 'Apply'

/** The run still owns part of the spec (`.spec.http` stays with whoever patched it, facts of a real API server): the user's next apply would be refused. */
export function ownsSpec(object: KubernetesObject | undefined, manager: string): boolean {
  return managedEntries(object).some(entry => entry.manager === manager && entry.fieldsV1?.['f:spec'] !== undefined)
}

/**
 * One-shot owners: tools that write when a person runs them. Their fields are merged into ours before our first apply.
 * Every other manager is alive and would write again.
 */
export function isOneShot(manager: string): boolean {
  return /^(kubectl|helm|Helm|sluice|sluice-run|before-first-apply$)/.test(manager)
}

/** An entry whose fields are merged into ours before our first apply: of another one-shot owner, and of more than metadata and status. */
export function isTaken(entry: ManagedEntry): boolean {
  const { manager, subresource } = entry
  return isOneShot(manager ?? '') && !isOwnManager(manager) && subresource === undefined && hasContent(entry)
}

/**
 * managedFields in which fields of one-shot `Update` owners belong to `manager` as applied, without what they say of metadata (else the first
 * apply would delete kubectl's last-applied annotation, and its owner be warned). Undefined where nobody's fields are to be merged.
 */
export function mergeOwners(object: KubernetesObject, manager: string): Json | undefined {
  const entries = managedEntries(object)
  const takes = entries.filter(isTaken)
  if (takes.length === 0) return undefined
  const ours = entries.find(entry => entry.manager === manager && entry.operation === 'Apply')
  const fields = [...takes.map(withoutMetadata), ...(ours?.fieldsV1 ? [ours.fieldsV1] : [])].reduce(mergeFields, {})
  const kept = entries.filter(entry => entry !== ours && !takes.includes(entry))
  const rest = takes.flatMap(entry => onlyMetadata(entry))
  return [...kept, ...rest, { ...template(takes[0], object), manager, operation: 'Apply', fieldsV1: fields }] as unknown as Json
}

/** A field manager under which runs write. */
export const isOwnManager = (manager: string | undefined): boolean => manager === MANAGER || manager === RUN_MANAGER
/** It owns more than metadata and status. */
export const hasContent = (entry: ManagedEntry): boolean =>
  Object.keys(entry.fieldsV1 ?? {}).some(key => key !== 'f:metadata' && key !== 'f:status')

/** As managedFields say them: names of fields and keys of items, each with what is in it. */
export type Fields = { readonly [key: string]: Json }

export function withoutMetadata(entry: ManagedEntry): Fields {
  const { 'f:metadata': _, ...fields } = entry.fieldsV1 ?? {}
  return fields
}

/** What a taken owner keeps: its annotations and labels. */
function onlyMetadata(entry: ManagedEntry): readonly ManagedEntry[] {
  const metadata = entry.fieldsV1?.['f:metadata']
  return metadata === undefined ? [] : [{ ...entry, fieldsV1: { 'f:metadata': metadata } }]
}

function template(entry: ManagedEntry | undefined, object: KubernetesObject): object {
  return { apiVersion: object.apiVersion, fieldsType: 'FieldsV1', ...entry }
}

export function mergeFields(a: Fields, b: Fields): Fields {
  const merged: Record<string, Json> = { ...a }
  for (const [key, value] of Object.entries(b)) {
    const present = merged[key]
    merged[key] = present === undefined ? value : mergeFields(present as Fields, value as Fields)
  }
  return merged
}
