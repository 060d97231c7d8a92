import { defineFailures, kind } from '#base/index.ts'

/** What can keep a version from being measured. */
export const failures = defineFailures('VERIFICATION', {
  NO_GATEWAY: kind<{ of: string }>({
    blame: 'user',
    says: f => `${f.of}: no gateway leads requests there, so there is nobody to ask how they went`,
    todo: 'Name a Prometheus that scrapes the proxies of the mesh (spec.prometheus of the Infrastructure), bind the route to a gateway whose pods run, or leave the check out.',
  }),
  GATEWAYS_SILENT: kind<{ of: string; reason: string }>({
    blame: 'world',
    says: f => `${f.of}: none of its gateways tells its metrics: ${f.reason}`,
    todo: 'Check that port-forwarding to the gateway pods works, and that they serve /stats/prometheus on port 15090; or name a Prometheus that scrapes them in the Infrastructure.',
  }),
})
