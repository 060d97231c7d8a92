/** discovery.k8s.io, coordination.k8s.io, networking.k8s.io, rbac and authorization, all v1. Notation: ../parse.ts. */
export const others = `
EndpointSlice
  metadata:ObjectMeta+ addressType+#4 endpoints[Endpoint]+#2 ports[EndpointPort]+
Endpoint
  addresses[]{}+ conditions:EndpointConditions+ hostname* targetRef:ObjectReference* deprecatedTopology<> nodeName* zone*
  hints:EndpointHints*
EndpointConditions
  ready:bool* serving:bool* terminating:bool*
EndpointHints
  forZones[ForZone] forNodes[ForNode]
ForZone
  name+
ForNode
  name+
EndpointPort^
  name*="" protocol*=TCP port:int* appProtocol*
Lease
  metadata:ObjectMeta+ spec:LeaseSpec+
LeaseSpec
  holderIdentity* leaseDurationSeconds:int* acquireTime:MicroTime* renewTime:MicroTime* leaseTransitions:int* strategy*
  preferredHolder*
Ingress
  metadata:ObjectMeta+ spec:IngressSpec+ status:IngressStatus+
IngressSpec
  ingressClassName*#4 defaultBackend:IngressBackend*#1 tls[IngressTLS] rules[IngressRule]
IngressBackend
  service:IngressServiceBackend*#4 resource:TypedLocalObjectReference*#3
IngressServiceBackend
  name+ port:ServiceBackendPort+
ServiceBackendPort^
  name number:int
IngressTLS
  hosts[] secretName
IngressRule
  host http:HTTPIngressRuleValue*#2.1
HTTPIngressRuleValue
  paths[HTTPIngressPath]+
HTTPIngressPath
  path pathType*+#3 backend:IngressBackend+#2
IngressStatus
  loadBalancer:IngressLoadBalancerStatus+
IngressLoadBalancerStatus
  ingress[IngressLoadBalancerIngress]
IngressLoadBalancerIngress
  ip hostname ports[IngressPortStatus]#4
IngressPortStatus
  port:int+ protocol+ error*
IngressClass
  metadata:ObjectMeta+ spec:IngressClassSpec+
IngressClassSpec
  controller parameters:IngressClassParametersReference*
IngressClassParametersReference
  apiGroup* kind+ name+ scope*+ namespace*
NetworkPolicy
  metadata:ObjectMeta+ spec:NetworkPolicySpec+
NetworkPolicySpec
  podSelector:LabelSelector+ ingress[NetworkPolicyIngressRule] egress[NetworkPolicyEgressRule] policyTypes[]
NetworkPolicyIngressRule
  ports[NetworkPolicyPort] from[NetworkPolicyPeer]
NetworkPolicyPort
  protocol*=TCP port:IntOrString* endPort:int*
NetworkPolicyPeer
  podSelector:LabelSelector* namespaceSelector:LabelSelector* ipBlock:IPBlock*
IPBlock
  cidr+ except[]
NetworkPolicyEgressRule
  ports[NetworkPolicyPort] to[NetworkPolicyPeer]
Role
  metadata:ObjectMeta+ rules[PolicyRule]+
PolicyRule
  verbs[]+ apiGroups[] resources[] resourceNames[] nonResourceURLs[]
ClusterRole
  metadata:ObjectMeta+ rules[PolicyRule]+ aggregationRule:AggregationRule*
AggregationRule
  clusterRoleSelectors[LabelSelector]
RoleBinding
  metadata:ObjectMeta+ subjects[Subject] roleRef:RoleRef+
Subject^
  kind+ apiGroup name+ namespace
RoleRef^
  apiGroup+=rbac.authorization.k8s.io kind+ name+
ClusterRoleBinding
  metadata:ObjectMeta+ subjects[Subject] roleRef:RoleRef+
SelfSubjectReview
  metadata:ObjectMeta+
SelfSubjectAccessReview
  metadata:ObjectMeta+ spec:SelfSubjectAccessReviewSpec+ status:SubjectAccessReviewStatus+
SelfSubjectAccessReviewSpec
  resourceAttributes:ResourceAttributes* nonResourceAttributes:NonResourceAttributes*
ResourceAttributes
  namespace verb group version resource subresource name fieldSelector:FieldSelectorAttributes* labelSelector:LabelSelectorAttributes*
FieldSelectorAttributes
  rawSelector requirements[]
LabelSelectorAttributes
  rawSelector requirements[LabelSelectorRequirement]
NonResourceAttributes
  path verb
SubjectAccessReviewStatus
  allowed:bool+ denied:bool#4 reason#2 evaluationError
SelfSubjectRulesReview
  metadata:ObjectMeta+ spec:SelfSubjectRulesReviewSpec+ status:SubjectRulesReviewStatus+
SelfSubjectRulesReviewSpec
  namespace
SubjectRulesReviewStatus
  resourceRules[ResourceRule]+ nonResourceRules[NonResourceRule]+ incomplete:bool+ evaluationError
ResourceRule
  verbs[]+ apiGroups[] resources[] resourceNames[]
NonResourceRule
  verbs[]+ nonResourceURLs[]
`
