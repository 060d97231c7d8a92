// The measure behind a check: counts of a version's requests from a source, judged.
export { measureVersion, type MeasureContext, type MeasureSurroundings } from './measure-version.ts'
export { measure } from './measure.ts'
export type { Criteria, Verdict } from './judge.ts'
export { istioGateway } from './istio-gateway.ts'
export type { Level, MetricSource, Reading, Subject } from './source.ts'
