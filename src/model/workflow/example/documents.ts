import { movesTraffic, type Strategy } from '../strategy.ts'
import { workflow, workflowNames } from './workflows.ts'

/** What the files are made of. */
export interface ExampleFacts {
  readonly name: string
  readonly repository: string
  readonly tag: string
  readonly context: string | undefined
  readonly namespace: string
  readonly port: number
  readonly strategy: Strategy
}

/** The four documents, in one file. */
export function documents(facts: ExampleFacts): string {
  return [service(facts), environment(facts), infrastructure(facts), workflow(facts)].join('---\n')
}

function service({ name, repository, strategy }: ExampleFacts): string {
  const run = workflowNames[strategy]
  return `# What Sluice is to do. Check it with: sluice lint
# See what it would change, and change nothing: sluice plan ${run} --tag TAG
apiVersion: sluice.dev/v1
kind: Service
metadata:
  name: ${name}
spec:
  # Containers of this image get the run's tag or digest: sluice run ${run} --tag TAG
  image: ${repository}
  # Files, folders and patterns: Kubernetes objects with Go templates, read as Helm reads them.
  manifests: [manifests/]
  # What the templates call .Values; later files win over earlier ones.
  values: [values.yaml]
  # Names for \${variables.NAME}. An environment, a workflow and a run may give them other values.
  # variables: { team: shop }
`
}

function environment(facts: ExampleFacts): string {
  const bypass = `  # Callers that reach the pods past the managed route get the canary by its share of pods: accept it, or refuse to run.
  bypass: accept
`
  return `apiVersion: sluice.dev/v1
kind: Environment
metadata:
  name: production
spec:
  production: true
${movesTraffic(facts.strategy) ? bypass : ''}  # Values of this environment, over those of the service.
  # values: [values-production.yaml]
`
}

function infrastructure(facts: ExampleFacts): string {
  const { context, namespace } = facts
  const traffic = `  # How it is known that every proxy has a change: auto asks the mesh where it can tell, and waits some seconds where it cannot.
  settle: { mode: auto }
  # How long pods without traffic are kept for requests under way.
  drain: 30s
  # Who counts requests for checks and the report where gateways do not see them: a Prometheus that scrapes the mesh's proxies.
  # prometheus: { url: "http://localhost:9090" }
`
  return `apiVersion: sluice.dev/v1
kind: Infrastructure
metadata:
  name: main
spec:
  environment: production
${cluster(context)}
  namespace: ${namespace}
${movesTraffic(facts.strategy) ? traffic : ''}  # With remote delegates: which of them. A delegate must have all of these.
  # delegates: [eu, "\${env.name}"]
`
}

function cluster(context: string | undefined): string {
  return context === undefined
    ? `  # A context of your kubeconfig: name it, so that nobody's present context decides (kubectl config get-contexts).
  cluster: {}`
    : `  # A context of your kubeconfig. Inside a cluster: { inCluster: true }
  cluster: { context: ${JSON.stringify(context)} }`
}
