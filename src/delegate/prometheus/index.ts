// The HTTP API of a Prometheus server: raw samples as it scraped them, and its own time.
export { openPrometheus, type Prometheus, type Samples, type Series } from './prometheus.ts'
export { selector, type Matcher } from './selector.ts'
export type { Fetch } from './ask.ts'
