// The step types: one file each, all through one contract.
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
import type { Step } from './step.ts'
import { swapServices } from './swap-services.ts'
import { trafficSplit } from './traffic-split.ts'
import { wait } from './wait.ts'

export { defineStep, done, type Question, type Step, type StepResult, type StepRun } from './step.ts'

/** Every step type, in the order of the documentation. A test checks that no file of this folder is missing. */
export const steps: readonly Step<unknown>[] = [
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
  check,
  approval,
  wait,
  scale,
  apply,
  deletion,
]
