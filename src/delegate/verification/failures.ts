import { defineFailures, kind } from '#base/index.ts'

/** What can keep a version from being measured. */
export const failures = defineFailures('VERIFICATION', {
  NO_GATEWAY: kind<{ route: string }>({
    blame: 'user',
    says: f => `VirtualService ${f.route}: no gateway serves it, so there is nobody to ask how its requests went`,
    todo: 'Bind the VirtualService to a Gateway whose pods run, or leave the check out.',
  }),
  GATEWAYS_SILENT: kind<{ route: string; reason: string }>({
    blame: 'world',
    says: f => `VirtualService ${f.route}: none of its gateways tells its metrics: ${f.reason}`,
    todo: 'Check that port-forwarding to the gateway pods works, and that they serve /stats/prometheus on port 15090.',
  }),
})
