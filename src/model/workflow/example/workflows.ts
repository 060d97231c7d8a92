import type { Strategy } from '../strategy.ts'

/** What a workflow needs to know of the application. */
interface WorkflowFacts {
  readonly name: string
  readonly strategy: Strategy
}

/** The workflow of an example, and its steps with what one may want to know of each. */
export function workflow({ name, strategy }: WorkflowFacts): string {
  return `apiVersion: sluice.dev/v1
kind: Workflow
metadata:
  name: ${workflowNames[strategy]}
spec:
  strategy: ${strategy}
  service: ${name}
  # Where all phases run; a phase may name its own.
  infrastructure: main
  # Users are taken back to the old version, then the rollback steps run. Also: rollbackPhase, hold (asks a person), abort, ignore.
  onFailure: rollbackWorkflow
  phases:
${phases(name)[strategy]}`
}

/** As people write them. */
export const workflowNames: Readonly<Record<Strategy, string>> = {
  canary: 'canary',
  blueGreen: 'blue-green',
  rolling: 'rolling',
  basic: 'basic',
}

const check = `        - name: Does it answer well?
          # Too many errors: the run fails and goes back. Fewer requests than minRequests: it goes on (or: fail, hold, which asks a person).
          check:
            errorRate: { max: 1% }
            # latency: { percentile: 99, max: 250ms }
            over: 2m
            minRequests: 100
            onFewRequests: pass
`

const approval = `          # Who may answer, how long the question stands, and what silence means: sluice approve EXECUTION --why TEXT
          approval: { groups: [], expires: 2h, onExpiry: reject }
`

const plainDeploy = `      deploy:
        # What must be done before, such as a migration: a file that begins with # sluice.dev/skip-file-for-deploy
        # - apply: { files: [manifests/migrate.yaml] }
`

const phases = (name: string): Readonly<Record<Strategy, string>> => ({
  canary: `    - name: Canary
      deploy:
        # A number of pods, or a share of the present ones. The canary grows with its share of the traffic; fixed: true keeps it.
        - canaryDeployment: { instances: 25% }
      verify:
        # So many percent to the canary, the rest to the old version.
        - trafficSplit: { canary: 10 }
${check}        - trafficSplit: { canary: 50 }
        - name: Go on?
${approval}    - name: Primary
      deploy:
        # The canary takes all traffic while the pods of the old version are replaced; traffic: reset does it without extra pods.
        - rolloutDeployment: { traffic: auto }
      wrapUp:
        - canaryDelete: {}
`,
  blueGreen: `    - name: Release
      deploy:
        # As many pods of the new version as the present one has, behind a Service of their own that no user reaches.
        - stageDeployment: {}
      verify:
        # Look at the new version, at its Service (${name}-svc-canary), before anybody uses it.
        - name: Is it good?
${approval}      routeUpdate:
        # Everybody in one move. The former version keeps its pods until the end of the run, so going back is one move, too.
        - swapServices: {}
        - bake: { for: 10m }
`,
  rolling: `    - name: Rolling
${plainDeploy}        # Applies the manifests; every workload replaces its pods by its own strategy, all workloads at once, and is waited for.
        - rolloutDeployment: {}
`,
  basic: `    - name: Basic
${plainDeploy}        # Applies the manifests, one object after the other; each is waited for.
        - rolloutDeployment: {}
`,
})
