// The HTTP API of a Prometheus server: raw samples as it scraped them, from which proxies, and its own time.
export { openPrometheus, type Prometheus, type Samples, type Series } from './prometheus.ts'
export { scrapedFrom, usualInterval, type Known, type Sample, type Scraped } from './scraped.ts'
export { selector, type Matcher } from './selector.ts'
export type { Fetch } from './ask.ts'
