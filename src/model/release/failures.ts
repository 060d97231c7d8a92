import { defineFailures, kind } from '#base/index.ts'

export const releaseFailures = defineFailures('RELEASE', {
  PODS_FAIL: kind<{ workload: string; why: string }>({
    blame: 'user',
    says: f => `${f.workload}: its new pods cannot become ready: ${f.why}.`,
    todo: 'Look at the pod and its log; mend the image or its configuration and run again. Users stayed on, or were taken back to, the old version.',
  }),
  IMAGES_DIFFER: kind<{ workload: string; canary: string }>({
    blame: 'user',
    says: f => `${f.workload}: its new pods run another image than ${f.canary} ran: the tag was pushed again in between.`,
    todo: 'Run again, best by digest (--digest): only the image that the canary ran gets traffic.',
  }),
  HELD: kind<{ by: string }>({
    blame: 'world',
    says: f => `The release is held by another run: ${f.by}.`,
    todo: 'Wait for it, abort it (sluice abort), or, where it is gone for good, take the cluster back with sluice restore.',
  }),
  FOREIGN_EDIT: kind<{ workload: string }>({
    blame: 'user',
    says: f => `${f.workload}: somebody edited its pod template while this run held it.`,
    todo: 'Undo the edit and answer retry, or answer keepEdit: then it rolls out when the run lets go. Users are safe meanwhile.',
  }),
  REJECTED: kind<{ thing: string; proxy: string; words: string }>({
    blame: 'user',
    says: f => `${f.thing}: ${f.proxy} rejects it: ${f.words}`,
    todo: 'The proxy keeps its former configuration. Mend the object that it names; the run goes back.',
  }),
})
