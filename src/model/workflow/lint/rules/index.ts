// Every rule. A test checks that no file of this folder is missing.
import type { Rule } from '../rule.ts'
import { afterDelete } from './after-delete.ts'
import { bakeMisplaced } from './bake-misplaced.ts'
import { bypassUnstated } from './bypass-unstated.ts'
import { contextUnstated } from './context-unstated.ts'
import { deleteMissing } from './delete-missing.ts'
import { earlyDelete } from './early-delete.ts'
import { embeddedProduction } from './embedded-production.ts'
import { expiryUnstated } from './expiry-unstated.ts'
import { loneCanary } from './lone-canary.ts'
import { noBake } from './no-bake.ts'
import { nothingToTakeAway } from './nothing-to-take-away.ts'
import { rolloutMissing } from './rollout-missing.ts'
import { rolloutWithoutCanary } from './rollout-without-canary.ts'
import { sectionLike } from './section-like.ts'
import { splitBeforeCanary } from './split-before-canary.ts'
import { stepSelectors } from './step-selectors.ts'

export const rules: Readonly<Record<string, Rule>> = {
  afterDelete,
  bakeMisplaced,
  bypassUnstated,
  contextUnstated,
  deleteMissing,
  earlyDelete,
  embeddedProduction,
  expiryUnstated,
  loneCanary,
  noBake,
  nothingToTakeAway,
  rolloutMissing,
  rolloutWithoutCanary,
  sectionLike,
  splitBeforeCanary,
  stepSelectors,
}
