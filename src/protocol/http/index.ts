// The HTTP API: schemas of what it takes and answers, and where a local host is found.
export { hostAddress, type HostAddress, type Surroundings } from './address.ts'
export { Command, CommandTaken } from './commands.ts'
export { DriftView } from './drift.ts'
export {
  ActView,
  ExecutionStatus,
  ExecutionSummary,
  ExecutionView,
  ExitCode,
  PhaseView,
  QuestionView,
  ReleaseView,
  StepStatus,
  StepView,
} from './execution-view.ts'
export { FailureRecord } from '../failure.ts'
export { HostView, StopHost } from './host.ts'
export { ExecutionLog, LiveEvent, LogLine } from './live.ts'
export { MeasuredVersion, ReportedInterval, ReportedShare, TrafficReport } from './report.ts'
export { ExecutionStarted, StartExecution, StartRollback } from './start.ts'
