import { defineFailures, kind } from '#base/index.ts'

export const failures = defineFailures('DELEGATE', {
  MANIFESTS_MISSING: kind<{ hash: string }>({
    blame: 'bug',
    says: f => `The rendered manifests ${f.hash} are not in the store.`,
    todo: 'Report it with the text of `sluice logs`; the cluster can be taken back with sluice restore.',
  }),
})
