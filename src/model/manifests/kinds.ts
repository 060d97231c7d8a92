// What is known about kinds without asking a cluster.

/** Kinds of Kubernetes, Istio and Gateway API that live in no namespace; any other kind is taken for one that does. */
const clusterScoped = new Set(
  `APIService CertificateSigningRequest ClusterRole ClusterRoleBinding ClusterTrustBundle ComponentStatus CSIDriver CSINode
   CustomResourceDefinition DeviceClass FlowSchema GatewayClass IngressClass IPAddress MutatingAdmissionPolicy MutatingAdmissionPolicyBinding
   MutatingWebhookConfiguration Namespace Node PersistentVolume PodSecurityPolicy PriorityClass PriorityLevelConfiguration
   ResourceSlice RuntimeClass ServiceCIDR StorageClass StorageVersion ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding
   ValidatingWebhookConfiguration VolumeAttachment VolumeAttributesClass ClusterIssuer ClusterSecretStore`.split(/\s+/),
)

/** Does an object of this kind live in a namespace? */
export function isNamespaced(kind: string): boolean {
  return !clusterScoped.has(kind)
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
