import { Failure, objectName, pointer, type Json, type JsonPatch, type KubernetesObject } from '#base/index.ts'
import { refOf, type Objects } from '#delegate/kubernetes/index.ts'
import type { WayBackTried } from '#model/preflight/index.ts'
import { MARK } from '#model/release/index.ts'
import { isForbidden } from './sight.ts'

/** What the way back writes in each kind, beside the mark. */
const restored: Readonly<Record<string, readonly string[]>> = {
  VirtualService: ['http'],
  HTTPRoute: ['rules'],
  GRPCRoute: ['rules'],
  DestinationRule: ['subsets'],
  Deployment: ['template', 'paused'],
  StatefulSet: ['template'],
  DaemonSet: ['template'],
  Service: ['selector'],
}

/** Sends the patches that would bring users back, as a dry run: mark and leaves of every object as they are before the run. */
export async function tryWayBack(
  all: readonly KubernetesObject[],
  objects: Objects,
  signal: AbortSignal,
): Promise<readonly WayBackTried[]> {
  // What is not there yet is taken back by removing it.
  const live = all.filter(object => object.metadata.uid !== undefined)
  return Promise.all(live.map(object => tryOne(object, objects, signal)))
}

/** Sends what the run makes beside a route, as a dry run: a webhook of its controller may refuse it. */
export async function tryMaking(
  beside: readonly KubernetesObject[],
  objects: Objects,
  signal: AbortSignal,
): Promise<readonly WayBackTried[]> {
  const made = beside.filter(object => object.metadata.uid === undefined)
  return Promise.all(made.map(object => tryOne(object, objects, signal)))
}

async function tryOne(object: KubernetesObject, objects: Objects, signal: AbortSignal): Promise<WayBackTried> {
  const name = objectName(object)
  try {
    // Stale: it was made again meanwhile. The run looks again before it writes.
    const options = { fieldManager: 'sluice-run', dryRun: true }
    if (object.metadata.uid === undefined) await objects.create(object, options, signal)
    else await objects.patch(refOf(object), patchOf(object), options, signal)
    return { object: name }
  } catch (error) {
    if (!(error instanceof Failure) || !isRefusal(error)) throw error
    return { object: name, refused: error.message, forbidden: isForbidden(error) }
  }
}

/** A right, a policy, the schema, or a webhook that does not answer and fails closed. */
function isRefusal({ blame, code }: Failure): boolean {
  return blame === 'user' || code === 'SL-KUBERNETES-ADMISSION-DOWN'
}

function patchOf({ kind, metadata, spec }: KubernetesObject): JsonPatch {
  const fields = (spec ?? {}) as Readonly<Record<string, Json | undefined>>
  const leaves = (restored[kind] ?? []).flatMap(field => {
    const value = fields[field]
    return value === undefined ? [] : [{ op: 'replace' as const, path: pointer('spec', field), value }]
  })
  const mark = 'preflight.1'
  const marked = metadata.annotations
    ? { op: 'add' as const, path: pointer('metadata', 'annotations', MARK), value: mark }
    : { op: 'add' as const, path: pointer('metadata', 'annotations'), value: { [MARK]: mark } }
  return [{ op: 'test', path: '/metadata/uid', value: metadata.uid ?? '' }, marked, ...leaves]
}
