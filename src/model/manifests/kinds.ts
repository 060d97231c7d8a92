// What is known about kinds without asking a cluster.
import type { KubernetesObject } from '#base/index.ts'

/** Well-known kinds that live in no namespace; any other kind is taken for one that does, unless its definition says otherwise. */
const clusterScoped = new Set(
  `APIService CertificateSigningRequest ClusterRole ClusterRoleBinding ClusterTrustBundle ComponentStatus CSIDriver CSINode
   CustomResourceDefinition DeviceClass FlowSchema GatewayClass IngressClass IPAddress MutatingAdmissionPolicy MutatingAdmissionPolicyBinding
   MutatingWebhookConfiguration Namespace Node PersistentVolume PodSecurityPolicy PriorityClass PriorityLevelConfiguration
   ResourceSlice RuntimeClass ServiceCIDR StorageClass StorageVersion ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
   ValidatingWebhookConfiguration VolumeAttachment VolumeAttributesClass VolumeSnapshotClass VolumeSnapshotContent
   ClusterAnalysisTemplate ClusterExternalSecret ClusterIssuer ClusterPolicy ClusterSecretStore ClusterTriggerAuthentication
   ClusterWorkflowTemplate NodePool`.split(/\s+/),
)

/** Does an object of this kind live in a namespace? Kinds that the manifests themselves define are asked first (`definedScopes`). */
export function isNamespaced(kind: string, defined: ReadonlyMap<string, boolean>): boolean {
  return defined.get(kind) ?? !clusterScoped.has(kind)
}

interface Definition {
  readonly scope?: string
  readonly names?: { readonly kind?: string }
}

/** Kinds that CustomResourceDefinitions among the objects define: whether they live in a namespace. */
export function definedScopes(objects: readonly KubernetesObject[]): ReadonlyMap<string, boolean> {
  const definitions = objects.filter(({ kind }) => kind === 'CustomResourceDefinition').map(({ spec }) => (spec ?? {}) as Definition)
  return new Map(definitions.map(({ scope, names }) => [names?.kind ?? '', scope !== 'Cluster']))
}

/** The group of an apiVersion; empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
}

/** Where pods are described, by kind: the path from the object to the pod template; a Pod is its own. */
export const podTemplatePaths: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  Pod: [],
}
