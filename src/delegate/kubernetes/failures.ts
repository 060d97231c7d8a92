import { defineFailures, kind } from '#base/index.ts'

/** `about` names the object or collection that was asked for, `cluster` the context and server. */
export interface Asked {
  readonly about: string
  readonly verb: string
  readonly cluster: string
}

/** What a cluster can refuse, and what can stand between us and it. */
export const failures = defineFailures('KUBERNETES', {
  UNREACHABLE: kind<{ cluster: string; reason: string }>({
    blame: 'world',
    says: f => `cluster ${f.cluster}: no answer from the API server: ${f.reason}`,
    todo: 'Check that the server of the kubeconfig is right and can be reached from here (network, VPN, proxy), then run the command again.',
  }),
  UNAUTHORIZED: kind<{ cluster: string; words: string }>({
    blame: 'user',
    says: f => `cluster ${f.cluster}: the API server does not accept our credentials: ${f.words}`,
    todo: 'Log in again, or give the kubeconfig a user whose token or certificate is valid: `kubectl auth whoami` tells who you are.',
  }),
  FORBIDDEN: kind<Asked & { resource: string; namespace: string; words: string }>({
    blame: 'user',
    says: f => `${f.about}: we may not ${f.verb} ${f.resource}${f.namespace ? ` in namespace ${f.namespace}` : ''} (cluster ${f.cluster})`,
    todo: 'Give this user or service account a Role with that verb on that resource.',
  }),
  DENIED: kind<Asked & { words: string; by: string }>({
    blame: 'user',
    says: f => `${f.about}: ${f.by} refuses to let us ${f.verb} it: ${f.words}`,
    todo: 'Mend the manifest as the words say, or ask who runs that policy.',
  }),
  ADMISSION_DOWN: kind<Asked & { words: string }>({
    blame: 'world',
    says: f => `${f.about}: an admission webhook does not answer, so the API server refuses to ${f.verb} it: ${f.words}`,
    todo: 'See why that webhook is down (for Istio: is istiod running?). Sluice tries again.',
  }),
  INVALID: kind<Asked & { words: string }>({
    blame: 'user',
    says: f => `${f.about}: not valid: ${f.words}`,
    todo: 'Correct the fields that are named.',
  }),
  NAMESPACE_MISSING: kind<Asked & { namespace: string }>({
    blame: 'user',
    says: f => `${f.about}: namespace ${f.namespace} does not exist (cluster ${f.cluster})`,
    todo: 'Create the namespace, or correct `namespace` in the Infrastructure.',
  }),
  KIND_NOT_SERVED: kind<{ cluster: string; kind: string; apiVersion: string }>({
    blame: 'user',
    says: f => `${f.kind} (${f.apiVersion}): cluster ${f.cluster} does not serve this kind`,
    todo: 'Install what brings this kind (for VirtualService and DestinationRule: Istio), or correct apiVersion and kind. Where its CustomResourceDefinition is among the manifests: release that in a run before.',
  }),
  BUSY: kind<Asked & { status: number; words: string }>({
    blame: 'world',
    says: f => `${f.about}: the API server is too busy to ${f.verb} it (${f.status}): ${f.words}`,
    todo: 'Try again in a while.',
  }),
  SERVER_ERROR: kind<Asked & { status: number; words: string }>({
    blame: 'world',
    says: f => `${f.about}: the API server failed to ${f.verb} it (${f.status}): ${f.words}`,
    todo: 'Look at the API server; Sluice tries again where that is safe.',
  }),
  REFUSED: kind<Asked & { status: number; words: string }>({
    blame: 'bug',
    says: f => `${f.about}: the API server does not understand our request to ${f.verb} it (${f.status}): ${f.words}`,
    todo: 'This is a bug of Sluice, or the API server is older than Sluice supports: report it with the text of `sluice logs`.',
  }),
  POD_UNREACHABLE: kind<{ cluster: string; pod: string; port: number; reason: string }>({
    blame: 'world',
    says: f => `Pod ${f.pod}: no answer on port ${f.port} (cluster ${f.cluster}): ${f.reason}`,
    todo: 'Check that the pod runs, and that port-forwarding works: `kubectl port-forward`.',
  }),
  KUBECONFIG_MISSING: kind<{ file: string }>({
    blame: 'user',
    says: f => `kubeconfig ${f.file}: there is no such file`,
    todo: 'Set KUBECONFIG, or give a file with --kubeconfig. For a cluster on this machine: `sluice sandbox --kubeconfig FILE`.',
  }),
  KUBECONFIG_INVALID: kind<{ file: string; reason: string }>({
    blame: 'user',
    says: f => `kubeconfig ${f.file}: ${f.reason}`,
    todo: 'Correct the file: `kubectl config view` should be able to read it.',
  }),
  CONTEXT_MISSING: kind<{ file: string; context: string; known: string }>({
    blame: 'user',
    says: f => `kubeconfig ${f.file}: it has no context "${f.context}"${f.known ? `, only ${f.known}` : ''}`,
    todo: 'Correct `context` in the Infrastructure, or add the context to the kubeconfig.',
  }),
  CREDENTIALS: kind<{ cluster: string; reason: string }>({
    blame: 'user',
    says: f => `cluster ${f.cluster}: the kubeconfig's credentials cannot be had: ${f.reason}`,
    todo: 'Run the credential plugin or read the token file by hand: what fails there fails here.',
  }),
})
