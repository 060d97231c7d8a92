import type { KubernetesObject } from '#base/index.ts'
import type { Core, Operation, Write } from '../core.ts'
import { failure } from '../status.ts'

/** Asks every webhook about a write of a main object; a refusal is thrown as 400 without a reason, warnings are collected. */
export function admit(core: Core, operation: Operation, object: KubernetesObject, old: KubernetesObject | undefined, write: Write): void {
  if (write.subresource) return
  for (const webhook of core.admission) {
    const { denied, warnings = [] } = webhook.review(operation, object, old, write.dryRun)
    write.warnings.push(...warnings)
    if (denied !== undefined) throw failure({ code: 400, message: `admission webhook "${webhook.name}" denied the request: ${denied}` })
  }
}
