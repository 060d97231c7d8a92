import { defineFailures, kind } from '#base/index.ts'

/** What can keep us from knowing how far a change has come. */
export const failures = defineFailures('SETTLE', {
  CANNOT_ACKNOWLEDGE: kind<{ cluster: string; why: string }>({
    blame: 'user',
    says: f => `cluster ${f.cluster}: settling by acknowledgement is asked for, but ${f.why}`,
    todo: 'Give the missing right, or set `settle: auto` (or `seconds`) in the Infrastructure.',
  }),
  ISTIOD_SILENT: kind<{ cluster: string; reason: string }>({
    blame: 'world',
    says: f => `cluster ${f.cluster}: no istiod tells how far a change has come: ${f.reason}`,
    todo: 'Check that istiod runs and that port-forwarding to its pods works. Sluice asks again.',
  }),
})
