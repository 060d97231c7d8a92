import { defineFailures, kind } from '#base/index.ts'

/** What can keep a Prometheus from being asked. */
export const failures = defineFailures('PROMETHEUS', {
  UNREACHABLE: kind<{ url: string; reason: string }>({
    blame: 'world',
    says: f => `Prometheus ${f.url}: cannot be reached: ${f.reason}`,
    todo: 'Check spec.prometheus.url of the Infrastructure: it is asked from where the delegate runs, for the host of your own machine from there.',
  }),
  REFUSED: kind<{ url: string; status: number }>({
    blame: 'user',
    says: f => `Prometheus ${f.url}: refuses us with status ${f.status}`,
    todo: 'Name a Secret with its token in spec.prometheus.bearerToken of the Infrastructure, or the headers that it wants in spec.prometheus.headers.',
  }),
  NO_ANSWER: kind<{ url: string; reason: string }>({
    blame: 'world',
    says: f => `Prometheus ${f.url}: gives no answer that can be used: ${f.reason}`,
    todo: 'Check that /api/v1/query of this address is the HTTP API of a Prometheus, and what its log says.',
  }),
  NO_SECRET: kind<{ url: string; secret: string; key: string }>({
    blame: 'user',
    says: f => `Prometheus ${f.url}: Secret ${f.secret} has no ${f.key}, or is not there`,
    todo: 'Create the Secret in the namespace of the Infrastructure, or correct its name and key in spec.prometheus.',
  }),
})
