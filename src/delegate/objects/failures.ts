import { defineFailures, kind } from '#base/index.ts'

/** Why objects beside a release are not changed. */
export const failures = defineFailures('OBJECTS', {
  MISSING: kind<{ object: string }>({
    blame: 'user',
    says: f => `${f.object}: is not there.`,
    todo: 'Name an object of the namespace, or apply it before this step.',
  }),
  OF_THE_RELEASE: kind<{ object: string }>({
    blame: 'user',
    says: f => `${f.object}: carries the traffic of this release, which decides about it itself.`,
    todo: 'Leave it to the steps of the release: canaryDeployment, trafficSplit, rolloutDeployment, canaryDelete.',
  }),
  CARRIES_TRAFFIC: kind<{ object: string; why: string }>({
    blame: 'user',
    says: f => `${f.object}: is not deleted, because ${f.why}.`,
    todo: 'Take the traffic away first; what is a route is deleted by hand, by somebody who knows who uses it.',
  }),
  AUTOSCALED: kind<{ object: string; autoscaler: string }>({
    blame: 'user',
    says: f => `${f.object}: ${f.autoscaler} decides how many pods it has.`,
    todo: 'Change the autoscaler instead: its file can be applied.',
  }),
  OWNED: kind<{ object: string; owner: string; field: string }>({
    blame: 'user',
    says: f => `${f.object}: ${f.field} belongs to ${f.owner}, which would write it again.`,
    todo: 'Take the field out of the file, or let its owner set it.',
  }),
  NOT_GIVEN_BACK: kind<{ object: string; why: string }>({
    blame: 'user',
    says: f => `${f.object}: the way back could not give it back: ${f.why}.`,
    todo: 'Write irreversible: true on the step if that is meant: behind it nothing goes back unless a person says so.',
  }),
  MADE_AGAIN: kind<{ object: string }>({
    blame: 'user',
    says: f => `${f.object}: was deleted or made again since it was looked at.`,
    todo: 'Find out who does that, then try the step again.',
  }),
  FAILED: kind<{ says: string }>({
    blame: 'user',
    says: f => `${f.says}.`,
    todo: 'Look at its events and pods; the way back removes or restores it.',
  }),
})
