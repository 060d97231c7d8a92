import { defineFailures, kind } from '#base/index.ts'

/** Failures of a release: what it is made of, who holds it, and what happens to its pods. */
export const releaseFailures = defineFailures('RELEASE', {
  NO_ROUTE: kind<{ service: string; candidates: string }>({
    blame: 'user',
    says: f => `Service ${f.service}: none of its VirtualServices is managed, so no traffic can be moved. Candidates: ${f.candidates}.`,
    todo: 'Annotate one with sluice.dev/managed: "true" (quoted), or type its name in the step (virtualService).',
  }),
  SEVERAL_ROUTES: kind<{ service: string; routes: string }>({
    blame: 'user',
    says: f => `Service ${f.service}: several of its VirtualServices are managed: ${f.routes}.`,
    todo: 'Say which ones carry its traffic (spec.managed of the Service: all, or a list of names), leave sluice.dev/managed: "true" on one, or type the name in the step (virtualService).',
  }),
  ROUTES_APART: kind<{ routes: string; hosts: string }>({
    blame: 'user',
    says: f => `${f.routes} send to different Services (${f.hosts}): one release moves the traffic of one Service.`,
    todo: 'Name only routes of this Service in spec.managed; a second Service is a release of its own.',
  }),
  ROUTE_NOT_FOUND: kind<{ name: string; namespace: string; candidates: string }>({
    blame: 'user',
    says: f =>
      `VirtualService ${f.namespace}/${f.name}: there is none, neither among the manifests nor in the cluster. Candidates: ${f.candidates}.`,
    todo: 'Put the name right in the step (virtualService), or leave it out for the managed one.',
  }),
  NO_RULE: kind<{ service: string; candidates: string }>({
    blame: 'user',
    says: f =>
      `Service ${f.service}: none of its DestinationRules is managed, so the two versions cannot be told apart. Candidates: ${f.candidates}.`,
    todo: 'Add a DestinationRule for the host of the route, annotated with sluice.dev/managed: "true" (quoted); it needs no subsets.',
  }),
  SEVERAL_RULES: kind<{ service: string; rules: string }>({
    blame: 'user',
    says: f => `Service ${f.service}: several of its DestinationRules are managed: ${f.rules}.`,
    todo: 'Leave sluice.dev/managed: "true" on the one for the host of the managed route.',
  }),
  NO_FLIPPED_SERVICE: kind<{ service: string; candidates: string }>({
    blame: 'user',
    says: f =>
      `Service ${f.service}: no route is managed, and it is not clear which Kubernetes Service is to turn to the new version: ${f.candidates}.`,
    todo: 'Annotate the one with sluice.dev/managed: "true", or a VirtualService or HTTPRoute in front of it.',
  }),
  NO_SELECTOR: kind<{ service: string }>({
    blame: 'user',
    says: f => `${f.service}: selects no pods, so the canary cannot have a Service beside it.`,
    todo: 'Give the Service a selector for the pods of the workload.',
  }),
  RULE_HOST: kind<{ rule: string; ruleHost: string; host: string }>({
    blame: 'user',
    says: f => `${f.rule}: is for host ${f.ruleHost}, while the managed route sends to ${f.host}.`,
    todo: 'Give both the same host.',
  }),
  NO_SERVICE: kind<{ route: string; host: string }>({
    blame: 'user',
    says: f => `${f.route}: its destination ${f.host} is no Kubernetes Service of the manifests or the namespace.`,
    todo: 'Route to the Service in front of your Deployment.',
  }),
  NO_WORKLOAD: kind<{ service: string; deployments: string }>({
    blame: 'user',
    says: f => `${f.service}: selects the pods of no Deployment of the manifests. Deployments: ${f.deployments}.`,
    todo: 'Let the selector of the Service match the pod labels of the Deployment.',
  }),
  SEVERAL_WORKLOADS: kind<{ service: string; workloads: string }>({
    blame: 'user',
    says: f => `${f.service}: selects the pods of several Deployments: ${f.workloads}.`,
    todo: 'Narrow the selector; or, where one merely shares labels, name the one that is released in the Service document (workload).',
  }),
  WORKLOAD_NOT_FOUND: kind<{ name: string; service: string; candidates: string }>({
    blame: 'user',
    says: f => `Deployment ${f.name}: not among those behind ${f.service}. Candidates: ${f.candidates}.`,
    todo: 'Put `workload` of the Service document right.',
  }),
  WRONG_KIND: kind<{ workload: string; service: string }>({
    blame: 'user',
    says: f =>
      `${f.workload}: stands behind ${f.service}, and a canary of this kind would share its identity or its nodes with the stable pods.`,
    todo: 'Canary workflows release Deployments. Use a rolling workflow for this workload.',
  }),
  PAUSED: kind<{ workload: string }>({
    blame: 'user',
    says: f => `${f.workload}: is paused, so it would never take the new version.`,
    todo: 'Find out who paused it and why, then: kubectl rollout resume.',
  }),
  UNFINISHED: kind<{ service: string; workload: string; pods: string }>({
    blame: 'user',
    says: f =>
      `${f.service}: serves pods that are not all of the current revision of ${f.workload}: ${f.pods}. Narrowing the route would cut them off.`,
    todo: 'Finish or undo the rollout, or take the other workload out of the Service, then run again.',
  }),
  DOWN: kind<{ workload: string; since: string }>({
    blame: 'world',
    says: f =>
      `${f.workload}: has had no ready pod since ${f.since}, and may be back in a moment; without it the new version would get everybody at once.`,
    todo: 'Run again when its pods are ready. Where the new version is the cure, run again a minute after the last one went away: it is deployed without steps then.',
  }),
  FOREIGN_CANARY: kind<{ canary: string }>({
    blame: 'user',
    says: f => `${f.canary}: exists already and is not of this run.`,
    todo: 'If it is left from an interrupted run: sluice restore. If it is yours: rename it.',
  }),
  CANARY_HAS_WEIGHT: kind<{ route: string }>({
    blame: 'user',
    says: f => `${f.route}: gives the canary weight already, so its first pod would get requests at once.`,
    todo: 'If it is left from an interrupted run: sluice restore. If it is yours: give it weight 0; the run raises it, and gives it back as it was.',
  }),
  SUBSET_TAKEN: kind<{ rule: string; subset: string; labels: string }>({
    blame: 'user',
    says: f => `${f.rule}: has a subset ${f.subset} of its own that selects ${f.labels}.`,
    todo: 'Give the subsets of runs other names in the Service document (subsets), or rename yours.',
  }),
  OWNED: kind<{ object: string; owner: string; field: string }>({
    blame: 'user',
    says: f => `${f.object}: ${f.field} is owned by ${f.owner}, a controller that would write it again.`,
    todo: 'Let that controller leave the field alone, or take the field out of the manifests.',
  }),
  INVALID: kind<{ object: string; words: string }>({
    blame: 'user',
    says: f => `${f.object}: the API server would refuse it: ${f.words}`,
    todo: 'Mend the manifest; nothing has been written.',
  }),
  HELD: kind<{ by: string }>({
    blame: 'world',
    says: f => `The release is held by another run: ${f.by}.`,
    todo: 'Wait for it, abort it (sluice abort), or, where it is gone for good, take the cluster back with sluice restore.',
  }),
  LEFT_BEHIND: kind<{ object: string; execution: string }>({
    blame: 'world',
    says: f => `${f.object}: left behind by execution ${f.execution}, which is over: a request of it arrived late.`,
    todo: 'Nothing: the run takes it away before it begins.',
  }),
  OVER: kind<{ release: string; execution: string }>({
    blame: 'world',
    says: f =>
      `Release ${f.release}: execution ${f.execution} is over, its record says so: what still works for it stops, and writes nothing.`,
    todo: 'Nothing: it ended elsewhere, or before. To release again, run again.',
  }),
  RESTORED: kind<{ release: string; keepEdit: boolean }>({
    blame: 'user',
    says: f => `Release ${f.release}: somebody took it back with sluice restore, so this run is over and brings nothing.`,
    todo: 'Nothing is left to do for this run: users are on the old version. To release the new one, run it again.',
  }),
  PODS_FAIL: kind<{ workload: string; why: string }>({
    blame: 'user',
    says: f => `${f.workload}: its new pods cannot become ready: ${f.why}.`,
    todo: 'Look at the pod and its log; mend the image or its configuration and run again. Users stayed on, or were taken back to, the old version.',
  }),
  NOT_READY: kind<{ object: string; why: string }>({
    blame: 'user',
    says: f => `${f.object}: does not become what its manifest says: ${f.why}.`,
    todo: 'Look at its pods, events and logs; mend the image or its configuration and run again. What the run changed is given back.',
  }),
  SECRET_STAYS: kind<{ object: string }>({
    blame: 'user',
    says: f => `${f.object}: is changed in place, and what a Secret holds is never recorded, so the way back does not give it back.`,
    todo: 'Take the skip-versioning annotation away: a versioned Secret is made anew, and the old pods keep the old one.',
  }),
  SET_BY_HAND: kind<{ object: string; fields: string; managers: string }>({
    blame: 'user',
    says: f => `${f.object}: what was set by hand (${f.managers}) stands in no manifest, and goes with this version: ${f.fields}.`,
    todo: 'Write it into the manifests if it is to stay. The way back gives it back.',
  }),
  IMAGES_DIFFER: kind<{ workload: string; canary: string }>({
    blame: 'user',
    says: f => `${f.workload}: its new pods run another image than ${f.canary}: the tag was pushed again in between.`,
    todo: 'Run again, best by digest (--digest): only the image that the canary ran gets traffic.',
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
  FENCED: kind<{ object: string; execution: string; number: number }>({
    blame: 'world',
    says: f => `${f.object}: carries the mark ${f.execution}.${f.number} of a later goal, so this one stops.`,
    todo: 'Nothing: the later goal (the way back, or another process that took over) goes on.',
  }),
})
