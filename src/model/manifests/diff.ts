import { structuredPatch } from 'diff'
import { objectName, type Json, type KubernetesObject } from '#base/index.ts'
import { writeYaml, type Writable } from '#model/documents/index.ts'
import { isServerDefault } from './server-defaults.ts'
import { isMapping } from './mapping.ts'
import { maskSecret } from './mask.ts'

/** One line of a diff; `hunk` begins a part that is not next to the former one. The caller gives the colours. */
export interface DiffLine {
  readonly is: 'same' | 'added' | 'removed' | 'hunk'
  readonly text: string
}

export interface ObjectDiff {
  /** Like `Deployment shop/cart`. */
  readonly object: string
  readonly change: 'added' | 'removed' | 'changed' | 'same'
  readonly lines: readonly DiffLine[]
}

/** Lines around a change that are shown. */
const context = 3

/**
 * What changes between two states of an object, as YAML: without status, managedFields and what only the server writes, without defaults that the
 * server filled in on one side, and with Secrets masked.
 */
export function diffObjects(before: KubernetesObject | undefined, after: KubernetesObject | undefined): ObjectDiff {
  const named = after ?? before
  const [old, now] = [text(before, after), text(after, before)]
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : old === now ? 'same' : 'changed'
  return { object: named ? objectName(named) : '', change, lines: diffLines(old, now) }
}

function diffLines(old: string, now: string): DiffLine[] {
  const { hunks } = structuredPatch('', '', old, now, '', '', { context })
  return hunks.flatMap(hunk => [
    ...(hunks.length > 1 || hunk.oldStart > 1
      ? [{ is: 'hunk', text: `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@` } as const]
      : []),
    ...hunk.lines
      .filter(line => !line.startsWith('\\'))
      .map((line): DiffLine => ({ is: signs[line[0] ?? ' '] ?? 'same', text: line.slice(1) })),
  ])
}

const signs: Readonly<Record<string, DiffLine['is']>> = { ' ': 'same', '+': 'added', '-': 'removed' }

/** The diff as plain text, a sign before each line. */
export function diffText({ lines }: ObjectDiff): string {
  const sign = { same: ' ', added: '+', removed: '-', hunk: '' } as const
  return lines.map(line => `${sign[line.is]}${line.text}\n`).join('')
}

function text(object: KubernetesObject | undefined, other: KubernetesObject | undefined): string {
  if (!object) return ''
  const shown = withoutDefaults(ownFields(maskSecret(object)), other && ownFields(other), [object.kind])
  return writeYaml(shown as Writable)
}

/** Written by the server alone. */
const serverMetadata = new Set(['managedFields', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'selfLink'])
const toolAnnotations = new Set(['kubectl.kubernetes.io/last-applied-configuration', 'deployment.kubernetes.io/revision'])

function ownFields(object: KubernetesObject): Json {
  const { status: _, ...fields } = object
  const metadata = without(object.metadata, serverMetadata)
  const annotations = without(object.metadata.annotations ?? {}, toolAnnotations)
  const { annotations: __, ...rest } = metadata as { readonly annotations?: unknown }
  return { ...fields, metadata: Object.keys(annotations).length > 0 ? { ...rest, annotations } : rest } as unknown as Json
}

function without(mapping: Readonly<Record<string, unknown>>, keys: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(mapping).filter(([key]) => !keys.has(key)))
}

/** Takes out what stands on this side only and is what the server fills in by itself. */
function withoutDefaults(value: Json, other: Json | undefined, path: readonly string[]): Json {
  if (Array.isArray(value)) {
    const items = value as readonly Json[]
    return items.map((item, index) => withoutDefaults(item, counterpart(item, index, other), path))
  }
  if (!isMapping(value)) return value
  const there = isMapping(other) ? other : undefined
  const kept = Object.entries(value).flatMap(([key, inside]) => {
    if (inside === undefined || (there && there[key] === undefined && isServerDefault([...path, key], inside))) return []
    return [[key, withoutDefaults(inside, there?.[key], [...path, key])] as const]
  })
  return Object.fromEntries(kept)
}

/** Items of lists belong together by name, port or place. */
function counterpart(item: Json, index: number, other: Json | undefined): Json | undefined {
  if (!Array.isArray(other)) return undefined
  const nameOf = (each: Json): Json | undefined => (isMapping(each) ? each['name'] : undefined)
  const name = nameOf(item)
  return name === undefined ? (other[index] as Json | undefined) : (other as readonly Json[]).find(each => nameOf(each) === name)
}
