import { pointer, type JsonPatch, type KubernetesObject } from '#base/index.ts'

/** Annotation on route, rule and workloads from first to last write of a run: `EXECUTION.GOAL`. It is the fence between goals. */
export const MARK = 'sluice.dev/run'

export interface Mark {
  readonly execution: string
  readonly number: number
}

export function markOf(object: KubernetesObject | undefined): Mark | undefined {
  const text = object?.metadata.annotations?.[MARK]
  if (text === undefined) return undefined
  const [, execution, number] = /^(.+)\.(\d+)$/.exec(text) ?? []
  return execution === undefined ? undefined : { execution, number: Number(number) }
}

const ofOthers = `${pointer('metadata', 'annotations')}/`
const ofRuns = pointer('metadata', 'annotations', 'sluice.dev/')

/** Changes marks, versions and ownership only; annotations of others hold the split of an Ingress. */
export function isBookkeeping(patch: JsonPatch): boolean {
  return patch.every(
    ({ op, path }) => op === 'test' || (path.startsWith('/metadata/') && (!path.startsWith(ofOthers) || path.startsWith(ofRuns))),
  )
}

export function markText({ execution, number }: Mark): string {
  return `${execution}.${number}`
}

/** The number of this execution's mark on an object; 0 where there is none. */
export function ownMark(object: KubernetesObject | undefined, execution: string): number {
  const mark = markOf(object)
  return mark?.execution === execution ? mark.number : 0
}

export function withMark(object: KubernetesObject, mark: Mark): KubernetesObject {
  const annotations = { ...object.metadata.annotations, [MARK]: markText(mark) }
  return { ...object, metadata: { ...object.metadata, annotations } }
}

/** Without the mark; a map that becomes empty goes with it. */
export function withoutMark(object: KubernetesObject): KubernetesObject {
  const { [MARK]: _, ...annotations } = object.metadata.annotations ?? {}
  const { annotations: __, ...metadata } = object.metadata
  return { ...object, metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations } }
}
