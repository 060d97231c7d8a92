// The measure behind a check: counts of a version's requests from a source, judged.
export { measureVersion, type MeasureContext, type MeasureSurroundings } from './measure-version.ts'
export type { Criteria, Verdict } from './judge.ts'
export type { Level, MetricSource, Reading, Subject } from './source.ts'
