import { defineFailures, kind } from '#base/index.ts'

/** What is allowed in a workflow, and hardly meant. `step` names the step with its title or its own name. */
export const lint = defineFailures('WORKFLOW', {
  EARLY_DELETE: kind<{ step: string; weight: number }>({
    blame: 'user',
    says: f => `${f.step} runs while the split still sends ${f.weight} % to the canary.`,
    todo: 'Move it behind Rollout Deployment, or send all traffic to stable before it.',
  }),
  DELETE_MISSING: kind<{ workflow: string }>({
    blame: 'user',
    says: f => `${f.workflow} has no Canary Delete: the canary stays until the run ends.`,
    todo: 'Add canaryDelete: {} behind Rollout Deployment, so that everybody sees where the canary goes.',
  }),
  SPLIT_BEFORE_CANARY: kind<{ step: string }>({
    blame: 'user',
    says: f => `${f.step} sends traffic to a canary that no step before it has started.`,
    todo: 'Put a Canary Deployment (blue/green: a Stage Deployment) before it.',
  }),
  ROLLOUT_WITHOUT_CANARY: kind<{ step: string }>({
    blame: 'user',
    says: f => `${f.step} brings a version to everybody that no canary has tried.`,
    todo: 'Put a Canary Deployment before it.',
  }),
  ROLLOUT_MISSING: kind<{ workflow: string }>({
    blame: 'user',
    says: f => `${f.workflow} starts a canary and never rolls it out: at its end the old version runs everywhere.`,
    todo: 'Add rolloutDeployment: {} in a last phase.',
  }),
  EXPIRY_UNSTATED: kind<{ step: string; by: string }>({
    blame: 'user',
    says: f => `${f.step} does not say how long it waits: ${f.by}, then it is rejected.`,
    todo: 'Write expires and onExpiry.',
  }),
  AFTER_DELETE: kind<{ step: string }>({
    blame: 'user',
    says: f => `${f.step} needs the canary, which an earlier step deletes.`,
    todo: 'Move Canary Delete behind it.',
  }),
  NOTHING_TO_TAKE_AWAY: kind<{ step: string }>({
    blame: 'user',
    says: f => `${f.step} takes away what no step before it has set.`,
    todo: 'Correct the name of the header route, or take the step out.',
  }),
  NO_BAKE: kind<{ step: string }>({
    blame: 'user',
    says: f => `${f.step} follows at once when all traffic has come to the canary: from here on going back takes a rollout.`,
    todo: 'Put a bake, a check or an approval before it.',
  }),
  BAKE_LATE: kind<{ step: string }>({
    blame: 'user',
    says: f => `${f.step} stands behind the end of instant return: whatever it shows, going back takes a rollout.`,
    todo: 'Move it before Rollout Deployment, behind the split that gives all traffic to the canary.',
  }),
  BAKE_PARTIAL: kind<{ step: string; weight: number }>({
    blame: 'user',
    says: f => `${f.step} bakes with ${f.weight} % of the traffic: nobody has seen the version carry all of it.`,
    todo: 'Give all traffic to the canary before it: trafficSplit: { canary: 100 }.',
  }),
  LONE_CANARY: kind<{ step: string; lasts: string; weight: number }>({
    blame: 'user',
    says: f => `${f.step} may wait ${f.lasts} with ${f.weight} % of the traffic on one canary pod: when it is evicted, the run goes back.`,
    todo: 'Start the canary with two instances or more.',
  }),
  EMBEDDED_PRODUCTION: kind<{ workflow: string; environment: string; meanwhile: string }>({
    blame: 'user',
    says: f => `${f.workflow} releases to production (${f.environment}) from this machine: while it sleeps, ${f.meanwhile}.`,
    todo: 'Keep this machine awake until the run has ended, or run it where nobody closes a lid (a build agent); sluice restore goes back from the cluster alone.',
  }),
  STEP_SELECTORS: kind<{ step: string; infrastructure: string }>({
    blame: 'user',
    says: f =>
      `${f.step} names delegates of its own, beside those of Infrastructure ${f.infrastructure}: a delegate must have all of them.`,
    todo: 'Leave delegates to the infrastructure.',
  }),
  BYPASS_UNSTATED: kind<{ environment: string }>({
    blame: 'user',
    says: f => `Environment ${f.environment} is production and does not say what to do about callers that bypass the managed route.`,
    todo: 'Write bypass: accept or bypass: refuse.',
  }),
  CONTEXT_UNSTATED: kind<{ infrastructure: string }>({
    blame: 'user',
    says: f => `Infrastructure ${f.infrastructure} is production and takes whatever cluster the kubeconfig points at.`,
    todo: 'Write cluster: { context: NAME }.',
  }),
  SECTION_LIKE: kind<{ section: string; near: string }>({
    blame: 'user',
    says: f => `Section ${f.section} looks like ${f.near}, misspelt.`,
    todo: 'Correct its name, or give a section of your own a name that nobody mistakes.',
  }),
})
