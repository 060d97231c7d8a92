import { defineFailures, kind } from '#base/index.ts'

/** What the steps themselves have to say; what the cluster says comes from the delegate. */
export const steps = defineFailures('STEP', {
  REJECTED: kind<{ step: string; who: string; why: string }>({
    blame: 'user',
    says: f => `Approval "${f.step}": rejected by ${f.who}${f.why ? `: ${f.why}` : ''}.`,
    todo: 'Users are back on the old version. Mend what was objected to, and run again.',
  }),
  APPROVAL_EXPIRED: kind<{ step: string }>({
    blame: 'user',
    says: f => `Approval "${f.step}": nobody answered in time.`,
    todo: 'Run again when somebody can answer, or give it more time (`expires`).',
  }),
  VERSION_BAD: kind<{ step: string; release: string; says: string }>({
    blame: 'user',
    says: f => `Check "${f.step}" of ${f.release}: ${f.says}.`,
    todo: 'Look at the log of the new version. Users are taken back to the old one, unless the workflow says otherwise.',
  }),
  FEW_REQUESTS: kind<{ step: string; release: string; says: string }>({
    blame: 'user',
    says: f => `Check "${f.step}" of ${f.release}: too few requests to judge: ${f.says}.`,
    todo: 'Measure longer (`over`), send it a greater share, ask for fewer (`minRequests`), or set `onFewRequests`.',
  }),
  ROW_UNREADABLE: kind<{ step: string; text: string }>({
    blame: 'user',
    says: f => `Traffic Split "${f.step}": "${f.text}" is neither a side of the release nor a destination that the workflow names.`,
    todo: 'Write ${k8s.canaryDestination}, ${k8s.stableDestination}, or a destination as YAML without expressions, so that it is known before the run.',
  }),
  OTHER_VIRTUAL_SERVICE: kind<{ step: string; typed: string; held: string }>({
    blame: 'user',
    says: f => `Traffic Split "${f.step}": it names VirtualService ${f.typed}, and this run holds ${f.held}.`,
    todo: 'One run splits one VirtualService of a release: name the same one in every step, or leave the name out.',
  }),
})
