// What crosses a process border: schemas of tasks and of the HTTP API. No logic.
export { changeObjects, giveBackObjects, lookAtObjects, ObjectBefore, ObjectsChange } from './tasks/objects.ts'
export {
  CountedInterval,
  CountedSide,
  CountedTraffic,
  Finding,
  inspectRelease,
  Reached,
  reachGoal,
  Share,
  watchRelease,
} from './tasks/release.ts'
export { Heard, LeasedTask, LeaseRequest, TaskResult, type TaskSource } from './tasks/source.ts'
export { defineTask, type Task } from './tasks/task.ts'
export { measureVersion } from './tasks/verification.ts'
export { Progress, Waiting } from './tasks/waiting.ts'
