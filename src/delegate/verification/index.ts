// What the mesh itself counts of requests, and the measure behind a check: a version's counts, judged.
export { measureVersion, type MeasureContext, type MeasureSurroundings } from './measure-version.ts'
export { measure } from './measure.ts'
export type { Criteria, Verdict } from './judge.ts'
export { gatewaysThemselves } from './gateways-themselves.ts'
export { flagsOf, isWorkload, levelOf, readProxy, type Labels } from './istio-metrics.ts'
export { grownSince, isAnew, sum } from './growth.ts'
export { nothing, type Level, type MetricSource, type Reading, type Subject } from './source.ts'
