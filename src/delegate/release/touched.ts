import type { KubernetesObject } from '#base/index.ts'
import { refOf, type Objects } from '#delegate/kubernetes/index.ts'
import { isForbidden } from '#delegate/preflight/index.ts'
import type { StepGoals, Touches } from '#model/preflight/index.ts'
import type { ObjectsChange, Release } from '#model/release/index.ts'
import type { ReleaseContext } from './context.ts'

/** What a step will do: its goals, and what it changes beside the traffic. */
export interface StepAims {
  readonly name: string
  readonly goals: StepGoals['goals']
  readonly change?: ObjectsChange
  readonly measures?: boolean
}

/** The same with the objects that its change touches, so far as the cluster has them now. */
export async function withTouches(
  steps: readonly StepAims[],
  release: Release,
  context: ReleaseContext,
  objects: Objects,
): Promise<readonly StepGoals[]> {
  return Promise.all(
    steps.map(async ({ change, ...step }) => ({
      ...step,
      ...(change ? { touches: await touchesOf(change, release, context, objects) } : {}),
    })),
  )
}

async function touchesOf(change: ObjectsChange, { namespace }: Release, context: ReleaseContext, objects: Objects): Promise<Touches> {
  const named = ({ apiVersion, kind, name }: { readonly apiVersion: string; readonly kind: string; readonly name: string }) => ({
    apiVersion,
    kind,
    metadata: { name, namespace },
  })
  if (change.is === 'scale') return { is: 'scale', workload: named(change.workload) }
  if (change.is === 'delete') return { is: 'delete', objects: change.objects.map(named) }
  const wanted = JSON.parse(await context.content(change.manifests)) as readonly KubernetesObject[]
  const there = await Promise.all(wanted.map(each => isThere(each, objects, context.signal)))
  return { is: 'apply', present: wanted.filter((_, index) => there[index]), fresh: wanted.filter((_, index) => !there[index]) }
}

/** What may not be read is told as a missing right. */
async function isThere(object: KubernetesObject, objects: Objects, signal: AbortSignal): Promise<boolean> {
  try {
    return (await objects.get(refOf(object), signal)) !== undefined
  } catch (error) {
    if (isForbidden(error)) return true
    throw error
  }
}
