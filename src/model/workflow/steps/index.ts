// Every step type, in the order of the guide. A test checks that no file of this folder is missing.
import { apply } from './apply.ts'
import { approval } from './approval.ts'
import { bake } from './bake.ts'
import { canaryDelete } from './canary-delete.ts'
import { canaryDeployment } from './canary-deployment.ts'
import { check } from './check.ts'
import { deletion } from './delete.ts'
import { headerRoute } from './header-route.ts'
import { mirror } from './mirror.ts'
import { rolloutDeployment } from './rollout-deployment.ts'
import { scale } from './scale.ts'
import { shiftTraffic } from './shift-traffic.ts'
import { stageDeployment } from './stage-deployment.ts'
import type { StepType } from './step-type.ts'
import { swapServices } from './swap-services.ts'
import { trafficSplit } from './traffic-split.ts'
import { wait } from './wait.ts'

export const stepTypes: readonly StepType<unknown>[] = [
  canaryDeployment,
  trafficSplit,
  shiftTraffic,
  headerRoute,
  mirror,
  bake,
  rolloutDeployment,
  canaryDelete,
  stageDeployment,
  swapServices,
  approval,
  check,
  wait,
  scale,
  apply,
  deletion,
]

const byType = new Map(stepTypes.map(each => [each.type, each]))

/** The step type with this key. */
export function stepType(type: string): StepType<unknown> | undefined {
  return byType.get(type)
}
