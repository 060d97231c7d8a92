import { defineFailures, kind } from '#base/index.ts'

/** What preflight can find. Where a case allows it, a finding says more exactly what to do than this table. */
export const failures = defineFailures('PREFLIGHT', {
  RIGHT_MISSING: kind<{ verbs: string; resource: string; where: string; steps: string }>({
    blame: 'user',
    says: f => `${f.resource} ${f.where}: we may not ${f.verbs}; needed by ${f.steps}.`,
    todo: 'Give this user or service account a Role with these verbs on that resource.',
  }),
  UNSEEN: kind<{ what: string; why: string; means: string }>({
    blame: 'user',
    says: f => `${f.what}: cannot be seen (${f.why}), so ${f.means}.`,
    todo: 'Give the right to list them, or look yourself.',
  }),
  ARRIVAL_BY_WAITING: kind<{ why: string }>({
    blame: 'user',
    says: f => `The mesh: arrival of a change cannot be asked for, so every change waits a fixed time instead: ${f.why}.`,
    todo: 'Give the right that is missing, or let every istiod show all that the route reaches; or set settle: seconds in the Infrastructure if this is meant.',
  }),
  ROLL_LOSES: kind<{ workload: string; waits: string }>({
    blame: 'user',
    says: f =>
      `${f.workload}: traffic: reset replaces pods while they have requests, and they stop ${f.waits} after they are told to: some requests meet a pod that is gone.`,
    todo: 'Take traffic: canary, or give every container a preStop sleep of 12 s: by then every proxy has forgotten the pod.',
  }),
  PLAIN_ROLL_LOSES: kind<{ workload: string; why: string }>({
    blame: 'user',
    says: f => `${f.workload}: its pods are replaced while they have requests, and some may be lost: ${f.why}.`,
    todo: 'Give every container a readinessProbe and a preStop sleep, and let the strategy keep pods; or release it by a canary workflow.',
  }),
  NOT_COUNTED: kind<{ places: string }>({
    blame: 'user',
    says: f => `Request counts: the gateways in ${f.places} may not be asked (create pods/portforward), so lost requests are not measured.`,
    todo: 'Give the right to create pods/portforward where the gateways run, or name a Prometheus in the Infrastructure.',
  }),
  CALLERS_NOT_COUNTED: kind<Record<never, never>>({
    blame: 'user',
    says: () => 'Request counts: callers inside the mesh choose by their own sidecars, so their requests are not measured.',
    todo: 'Name a Prometheus that scrapes the sidecars: spec.prometheus.url of the Infrastructure.',
  }),
  PROMETHEUS_SILENT: kind<{ says: string }>({
    blame: 'user',
    says: f => `${f.says}; requests that it should count are not measured.`,
    todo: 'Check spec.prometheus of the Infrastructure: it is asked from where the delegate runs.',
  }),
  PROMETHEUS_EMPTY: kind<{ url: string; service: string }>({
    blame: 'user',
    says: f =>
      `Prometheus ${f.url}: has no proxy that sent requests to ${f.service} in the last 5 minutes, so what it will count is unknown.`,
    todo: 'Check that it scrapes gateways and sidecars (istio_requests_total with reporter="source"), and its labels where it knows several clusters. Without any traffic this is as it should be.',
  }),
  NOTHING_TO_JUDGE_BY: kind<{ steps: string; service: string; why: string }>({
    blame: 'user',
    says: f => `${f.steps}: nobody could tell how requests to ${f.service} went: ${f.why}.`,
    todo: 'Name a Prometheus that scrapes the proxies of the mesh (spec.prometheus of the Infrastructure), or leave the check out.',
  }),
  NO_WAYPOINT: kind<{ service: string }>({
    blame: 'user',
    says: f => `${f.service}: its namespace is in the ambient mesh without a waypoint, so callers inside the mesh pass every route by.`,
    todo: 'Give the namespace or the Service a waypoint (label istio.io/use-waypoint), or move traffic at gateways only.',
  }),
  HOST_CLAIMED: kind<{ other: string; hosts: string; at: string }>({
    blame: 'user',
    says: f => `${f.other}: has ${f.hosts} at ${f.at} too; its entries are mixed with those of the managed route.`,
    todo: 'Keep the paths of the two apart, or move both into one VirtualService: the order between them is not defined.',
  }),
  NOWHERE: kind<{ step: string; what: string }>({
    blame: 'user',
    says: f => `Step "${f.step}": ${f.what}, so the share that it gives there would be answered 503.`,
    todo: 'Put the destination right in the step, or make what is missing first.',
  }),
  HOST_TAKEN: kind<{ other: string; hosts: string; at: string }>({
    blame: 'user',
    says: f => `${f.other}: is older and takes every request for ${f.hosts} at ${f.at}, so the managed route gets none.`,
    todo: 'Remove the host from it, or let it be the managed one: shares written into the other move nobody.',
  }),
  ROUTERS_MIXED: kind<{ httpRoute: string; route: string }>({
    blame: 'user',
    says: f => `${f.httpRoute}: claims the same host in the mesh as ${f.route}; the older of the two wins, whole.`,
    todo: 'Keep one of the two for this host.',
  }),
  ROUTE_NOT_EXPORTED: kind<{ route: string; to: string; namespaces: string }>({
    blame: 'user',
    says: f =>
      `${f.route}: is exported to ${f.to}, so the gateways' pods in namespace ${f.namespaces} are not led by it, and nothing that is written there would reach them.`,
    todo: 'Let it be exported to the namespace of the gateways (exportTo).',
  }),
  ENTRY_HIDDEN: kind<{ route: string; entry: string; by: string }>({
    blame: 'user',
    says: f => `${f.route}: entry ${f.by} takes every request before the managed entry ${f.entry} is asked.`,
    todo: 'Move the managed entry before it, or give that entry a match.',
  }),
  INGRESS_CLASS: kind<{ ingress: string; served: string }>({
    blame: 'user',
    says: f => `${f.ingress}: ${f.served}, and the canary annotations are those of ingress-nginx.`,
    todo: 'Give it a class of ingress-nginx (controller k8s.io/ingress-nginx), or let a VirtualService or HTTPRoute be managed.',
  }),
  INGRESS_STICKY: kind<{ ingress: string; by: string }>({
    blame: 'user',
    says: f => `${f.ingress}: ${f.by} keeps users where they are, whatever the weight of the canary says, at 0 and at 100 too.`,
    todo: 'Add nginx.ingress.kubernetes.io/affinity-canary-behavior: legacy, or take the affinity away for the release.',
  }),
  INGRESS_ASKED_FOR: kind<{ canary: string; by: string }>({
    blame: 'user',
    says: f => `${f.canary}: requests with ${f.by} choose the canary themselves, whatever its weight is, from its first ready pod on.`,
    todo: 'Leave it where this is meant; else take the annotation away before the run.',
  }),
  INGRESS_PATHS_TAKEN: kind<{ ingress: string; taken: string }>({
    blame: 'user',
    says: f => `${f.ingress}: older Ingresses have part of its hosts and paths, and a split moves nobody there: ${f.taken}.`,
    todo: 'Take the host or path out of one of the two.',
  }),
  INGRESS_PATHS_MOVE: kind<{ ingress: string }>({
    blame: 'user',
    says: f =>
      `${f.ingress}: the manifests move hosts or paths of it, so that the canary Ingress would be heeded no more once they are applied, in the middle of the roll.`,
    todo: 'Release the change of the Ingress by itself first: with apply, or a basic workflow.',
  }),
  INGRESS_STABLE_EMPTIES: kind<{ workload: string; strategy: string }>({
    blame: 'user',
    says: f =>
      `${f.workload}: ${f.strategy} takes its last pod away before another is ready, and ingress-nginx answers 503 to everybody while stable has none, though the canary has all the weight.`,
    todo: 'Let it roll with maxUnavailable: 0 and maxSurge: 1.',
  }),
  REJECTED_ALREADY: kind<{ proxy: string; type: string; words: string }>({
    blame: 'user',
    says: f => `${f.proxy}: refuses its ${f.type} configuration already, before this run: ${f.words}`,
    todo: 'Mend the object that the words name: until then no change reaches this proxy, the way back included. It is not of this run.',
  }),
  REJECTED_ELSEWHERE: kind<{ proxy: string; type: string; why: string; words: string }>({
    blame: 'user',
    says: f => `${f.proxy}: refuses its ${f.type} configuration (${f.why}): ${f.words}`,
    todo: 'Mend the object that the words name. It is not of this run, and does not stop it.',
  }),
  BYPASSED: kind<{ service: string; by: string; get: string }>({
    blame: 'user',
    says: f => `${f.service}: can be reached past the managed route by ${f.by}: they get ${f.get}.`,
    todo: 'Lead them through the managed route, or state bypass: accept in the Environment.',
  }),
  SUBSET_HIDDEN: kind<{ clients: string; rule: string; subsets: string }>({
    blame: 'user',
    says: f => `${f.clients}: uses ${f.rule} for this host, which would not have the subsets ${f.subsets}: they would be answered 503.`,
    todo: 'The managed DestinationRule must be the one that these clients use: take another one away or narrow its exportTo, and let the managed one be exported to them.',
  }),
  POLICY_CHANGES: kind<{ clients: string; changes: string; gone: string }>({
    blame: 'user',
    says: f => `${f.clients}: ${f.gone} no longer counts once the managed one is there, so the traffic policy changes: ${f.changes}.`,
    todo: 'Say in the managed DestinationRule what the other one said: rules for a host and for a wildcard are not merged.',
  }),
  REMOTE_ENDPOINTS: kind<{ service: string; clusters: string }>({
    blame: 'user',
    says: f => `${f.service}: has endpoints in several clusters (${f.clusters}); a route written here moves nothing there.`,
    todo: 'Release in the cluster that holds the configuration, or state remoteEndpoints: accept in the Infrastructure.',
  }),
  ZONES_DROPPED: kind<{ rule: string; from: string; zones: string }>({
    blame: 'user',
    says: f => `${f.rule}: callers in ${f.from} are sent to listed localities only, and pods in ${f.zones} are in none of them.`,
    todo: 'List every locality that pods may run in (localityLbSetting.distribute), or spread the pods over the listed ones.',
  }),
  FEW_FOR_ZONES: kind<{ rule: string; pods: number; zones: number }>({
    blame: 'user',
    says: f =>
      `${f.rule}: distributes by locality, and the first share meets ${f.pods} canary ${f.pods === 1 ? 'pod' : 'pods'} for ${f.zones} zones: callers whose zones have none get 503.`,
    todo: 'Begin with a pod for every zone (canaryDeployment: { instances: … }), or use failover in place of distribute.',
  }),
  FEW_FOR_OUTLIERS: kind<{ rule: string; pods: number }>({
    blame: 'user',
    says: f =>
      `${f.rule}: ejects outliers, and the canary begins with ${f.pods} ${f.pods === 1 ? 'pod' : 'pods'}: one ejected pod takes a great part of its share with it.`,
    todo: 'Begin with at least 3 pods (canaryDeployment: { instances: 3 }).',
  }),
  SEVERAL_AUTOSCALERS: kind<{ workload: string; autoscalers: string }>({
    blame: 'user',
    says: f => `${f.workload}: is scaled by several autoscalers at once: ${f.autoscalers}.`,
    todo: 'Keep one: they write over each other, and only one floor is held for the run.',
  }),
  BUDGET_COUNTS_CANARY: kind<{ budget: string; says: string }>({
    blame: 'user',
    says: f => `${f.budget}: ${f.says} counts canary pods too, so more of the old pods may be evicted during the run.`,
    todo: 'Write it in percent, or let its selector leave pods with the label sluice.dev/track out.',
  }),
  BUDGETS_OVERLAP: kind<{ budgets: string; pods: string }>({
    blame: 'user',
    says: f => `${f.budgets}: all select the ${f.pods} pods; with more than one budget on a pod no eviction is allowed at all.`,
    todo: 'Keep one budget per pod: node drains would hang otherwise.',
  }),
  SELECTOR_CHANGES: kind<{ object: string; stable: string; canary: string }>({
    blame: 'user',
    says: f => `${f.object}: selects ${f.stable} and ${f.canary}.`,
    todo: 'Select by a label that both versions have.',
  }),
  QUOTA_SHORT: kind<{ quota: string; resource: string; needs: string; left: string; pods: number; at: string }>({
    blame: 'user',
    says: f =>
      `${f.quota}: ${f.resource} has ${f.left} left, ${f.pods} canary ${f.pods === 1 ? 'pod needs' : 'pods need'} ${f.needs} ${f.at}.`,
    todo: 'Raise the quota for the run, or roll without extra pods: rolloutDeployment: { traffic: reset }.',
  }),
  NODES_SHORT: kind<{ pods: number; fit: number; asks: string; at: string }>({
    blame: 'user',
    says: f =>
      `The nodes: ${f.fit} more pods with ${f.asks} fit even if nothing else ran there, ${f.pods} canary ${f.pods === 1 ? 'pod is' : 'pods are'} needed ${f.at}.`,
    todo: 'Add nodes (an autoscaler of nodes may do it), or roll without extra pods: rolloutDeployment: { traffic: reset }.',
  }),
  GITOPS: kind<{ tool: string; owner: string; objects: string; freezes: string }>({
    blame: 'user',
    says: f => `${f.tool} ${f.owner}: deploys ${f.objects}, and would write over what the run changes there. ${f.freezes}`,
    todo: 'Let it leave these fields alone.',
  }),
  HELM: kind<{ release: string; objects: string }>({
    blame: 'user',
    says: f => `Helm release ${f.release}: deploys ${f.objects}; a helm upgrade during the run would write image and replicas over.`,
    todo: 'Let nobody run helm upgrade for this release while a run holds it. Afterwards, going back to Helm takes one --force-conflicts.',
  }),
  WAY_BACK_REFUSED: kind<{ object: string; words: string }>({
    blame: 'user',
    says: f => `${f.object}: the API server would refuse the way back: ${f.words}`,
    todo: 'Mend what the words name (a right, a policy, a webhook) before users depend on the way back. Nothing has been written.',
  }),
})
