// An application as a run gets it: workflow resolved, manifests rendered, everything wrong told at once.
export type { SourceFile } from './files.ts'
export { lintFolder } from './lint.ts'
export { pinnedText, prepareRun, readApplication, type PreparedRelease, type PreparedRun } from './prepare.ts'
export {
  allSteps,
  changeOf,
  goalsOf,
  literalRow,
  releaseTerms,
  stageGoal,
  stepGoals,
  stepsOf,
  swapped,
  typedVirtualService,
} from './terms.ts'
