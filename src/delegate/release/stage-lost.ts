import { objectName } from '#base/index.ts'
import { serviceSelector } from '#model/traffic/index.ts'
import { refOf } from '#delegate/kubernetes/index.ts'
import { appliedRoutes, isReady, leadsToCanary, recordedSteps, recordObject, selectsPods, type Run } from '#model/release/index.ts'
import type { Session } from './session.ts'

export interface StageLost {
  readonly drift?: never
  readonly found: 'sideLost'
  readonly side: 'stable' | 'canary'
  readonly says: string
}

/**
 * Routes that `apply` steps wrote may lead users to the stage Service, whatever the release's own route says: told where one does and no pod
 * behind that Service is ready. Only then is anything read: what steps have changed, from the record, and those routes as they are.
 */
export async function stageLost({ observer, objects }: Session, run: Run, signal: AbortSignal): Promise<StageLost | undefined> {
  const { canary, canaryService, stable, pods } = observer.current()
  const { services } = run.snapshot.names
  if (!services || !canaryService || !canary) return undefined
  const selector = serviceSelector(canaryService)
  const selected = pods.filter(({ metadata }) => selectsPods(selector, metadata.labels ?? {}))
  if (selected.some(isReady)) return undefined
  await observer.refresh(recordObject(run), signal)
  const steps = recordedSteps(observer.current().record, run.release.execution)
  for (const { apiVersion, kind, name } of appliedRoutes(steps.flatMap(({ before }) => before))) {
    const route = await objects.get(refOf({ apiVersion, kind, metadata: { name, namespace: run.release.namespace } }), signal)
    if (!route || !leadsToCanary(route, run)) continue
    const side = selector[services.label.key] === services.label.canary ? 'canary' : 'stable'
    const workload = objectName(side === 'canary' ? canary : (stable ?? canary))
    return {
      found: 'sideLost',
      side,
      says: `${objectName(route)} sends requests to ${objectName(canaryService)}, and no pod of ${workload} behind it is ready`,
    }
  }
  return undefined
}
