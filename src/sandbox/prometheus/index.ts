// A stand-in for Prometheus: scrapes the proxies of the mesh, and answers selectors of its HTTP API with what it scraped.
export { createPrometheus, type PrometheusOptions, type SandboxPrometheus } from './prometheus.ts'
