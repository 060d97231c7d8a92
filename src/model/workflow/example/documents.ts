/** What the files are made of. */
export interface ExampleFacts {
  readonly name: string
  readonly repository: string
  readonly tag: string
  readonly context: string | undefined
  readonly namespace: string
  readonly port: number
}

/** The four documents, in one file. */
export function documents(facts: ExampleFacts): string {
  return [service(facts), environment, infrastructure(facts), workflow(facts)].join('---\n')
}

function service({ name, repository }: ExampleFacts): string {
  return `# What Sluice is to do. Check it with: sluice lint
# See what it would change, and change nothing: sluice plan canary --tag TAG
apiVersion: sluice.dev/v1
kind: Service
metadata:
  name: ${name}
spec:
  # Containers of this image get the run's tag or digest: sluice run canary --tag TAG
  image: ${repository}
  # Files, folders and patterns: Kubernetes objects with Go templates, read as Helm reads them.
  manifests: [manifests/]
  # What the templates call .Values; later files win over earlier ones.
  values: [values.yaml]
  # Names for \${variables.NAME}. An environment, a workflow and a run may give them other values.
  # variables: { team: shop }
`
}

const environment = `apiVersion: sluice.dev/v1
kind: Environment
metadata:
  name: production
spec:
  production: true
  # Callers that reach the pods past the managed route get the canary by its share of pods: accept it, or refuse to run.
  bypass: accept
  # Values of this environment, over those of the service.
  # values: [values-production.yaml]
`

function infrastructure({ context, namespace }: ExampleFacts): string {
  return `apiVersion: sluice.dev/v1
kind: Infrastructure
metadata:
  name: main
spec:
  environment: production
${cluster(context)}
  namespace: ${namespace}
  # How it is known that every proxy has a change: auto asks the mesh where it can tell, and waits some seconds where it cannot.
  settle: { mode: auto }
  # How long pods without traffic are kept for requests under way.
  drain: 30s
  # With remote delegates: which of them. A delegate must have all of these.
  # delegates: [eu, "\${env.name}"]
`
}

function workflow({ name }: ExampleFacts): string {
  return `apiVersion: sluice.dev/v1
kind: Workflow
metadata:
  name: canary
spec:
  strategy: canary
  service: ${name}
  # Where all phases run; a phase may name its own.
  infrastructure: main
  # Users are taken back to the old version, then the rollback steps run. Also: rollbackPhase, hold (asks a person), abort, ignore.
  onFailure: rollbackWorkflow
  phases:
    - name: Canary
      deploy:
        # A number of pods, or a share of the present ones. The canary grows with its share of the traffic; fixed: true keeps it.
        - canaryDeployment: { instances: 25% }
      verify:
        # So many percent to the canary, the rest to the old version.
        - trafficSplit: { canary: 10 }
        - name: Does it answer well?
          # Too many errors: the run fails and goes back. Fewer requests than minRequests: it goes on (or: fail, hold, which asks a person).
          check:
            errorRate: { max: 1% }
            # latency: { percentile: 99, max: 250ms }
            over: 2m
            minRequests: 100
            onFewRequests: pass
        - trafficSplit: { canary: 50 }
        - name: Go on?
          # Who may answer, how long the question stands, and what silence means: sluice approve EXECUTION --why TEXT
          approval: { groups: [], expires: 2h, onExpiry: reject }
    - name: Primary
      deploy:
        # The canary takes all traffic while the pods of the old version are replaced; traffic: reset does it without extra pods.
        - rolloutDeployment: { traffic: auto }
      wrapUp:
        - canaryDelete: {}
`
}

function cluster(context: string | undefined): string {
  return context === undefined
    ? `  # A context of your kubeconfig: name it, so that nobody's present context decides (kubectl config get-contexts).
  cluster: {}`
    : `  # A context of your kubeconfig. Inside a cluster: { inCluster: true }
  cluster: { context: ${JSON.stringify(context)} }`
}
