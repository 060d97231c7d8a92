/** The other kinds of core/v1. Notation: ../parse.ts. */
export const core = `
Pod
  metadata:ObjectMeta+ spec:PodSpec+ status:PodStatus+
PodStatus
  observedGeneration:int#17 phase#1 conditions[PodCondition]{type}~type message reason nominatedNodeName#11 hostIP#5
  hostIPs[HostIP]~ip#16 podIP#6 podIPs[PodIP]{ip}~ip#12 startTime:Time*#7 initContainerStatuses[ContainerStatus]#10
  containerStatuses[ContainerStatus]#8 qosClass ephemeralContainerStatuses[ContainerStatus]#13 resize
  resourceClaimStatuses[PodResourceClaimStatus]{name}~name% extendedResourceClaimStatus:PodExtendedResourceClaimStatus*#18
  allocatedResources<Quantity> resources:ResourceRequirements*
PodCondition
  type+ observedGeneration:int#7 status+#2 lastProbeTime:Time+ lastTransitionTime:Time+ reason message
HostIP
  ip+
PodIP
  ip+
ContainerStatus
  name+ state:ContainerState+ lastState:ContainerState+ ready:bool+ restartCount:int+ image+ imageID+ containerID started:bool*
  allocatedResources<Quantity> resources:ResourceRequirements* volumeMounts[VolumeMountStatus]{mountPath}~mountPath
  user:ContainerUser* allocatedResourcesStatus[ResourceStatus]{name}~name stopSignal*
ContainerState
  waiting:ContainerStateWaiting* running:ContainerStateRunning* terminated:ContainerStateTerminated*
ContainerStateWaiting
  reason message
ContainerStateRunning
  startedAt:Time+
ContainerStateTerminated
  exitCode:int+ signal:int reason message startedAt:Time+ finishedAt:Time+ containerID
VolumeMountStatus
  name+ mountPath+ readOnly:bool recursiveReadOnly*
ContainerUser
  linux:LinuxContainerUser*
LinuxContainerUser
  uid:int+ gid:int+ supplementalGroups[int]
ResourceStatus
  name+ resources[ResourceHealth]{resourceID}
ResourceHealth
  resourceID+ health
PodResourceClaimStatus
  name+ resourceClaimName*
PodExtendedResourceClaimStatus
  requestMappings[ContainerExtendedResourceRequest]+ resourceClaimName+
ContainerExtendedResourceRequest
  containerName+ resourceName+ requestName+
PodTemplate
  metadata:ObjectMeta+ template:PodTemplateSpec+
ReplicationController
  metadata:ObjectMeta+ spec:ReplicationControllerSpec+ status:ReplicationControllerStatus+
ReplicationControllerSpec
  replicas:int*=1 minReadySeconds:int#4=0 selector<>^#2 template:PodTemplateSpec*
ReplicationControllerStatus
  replicas:int+ fullyLabeledReplicas:int readyReplicas:int#4 availableReplicas:int observedGeneration:int#3
  conditions[ReplicationControllerCondition]{type}~type#6
ReplicationControllerCondition
  type+ status+ lastTransitionTime:Time+ reason message
Namespace
  metadata:ObjectMeta+ spec:NamespaceSpec+ status:NamespaceStatus+
NamespaceSpec
  finalizers[]
NamespaceStatus
  phase=Active conditions[NamespaceCondition]{type}~type
NamespaceCondition
  type+ status+ lastTransitionTime:Time+#4 reason message
Node
  metadata:ObjectMeta+ spec:NodeSpec+ status:NodeStatus+
NodeSpec
  podCIDR podCIDRs[]{}~#7 providerID#3 unschedulable:bool taints[Taint] configSource:NodeConfigSource* externalID#2
Taint
  key+ value effect+ timeAdded:Time*
NodeConfigSource
  configMap:ConfigMapNodeConfigSource*#2
ConfigMapNodeConfigSource
  namespace+ name+ uid resourceVersion kubeletConfigKey+
NodeStatus
  capacity<Quantity> allocatable<Quantity> phase conditions[NodeCondition]{type}~type addresses[NodeAddress]{type}~type
  daemonEndpoints:NodeDaemonEndpoints+ nodeInfo:NodeSystemInfo+ images[ContainerImage] volumesInUse[] volumesAttached[AttachedVolume]
  config:NodeConfigStatus* runtimeHandlers[NodeRuntimeHandler] features:NodeFeatures* declaredFeatures[]
NodeCondition
  type+ status+ lastHeartbeatTime:Time+ lastTransitionTime:Time+ reason message
NodeAddress
  type+ address+
NodeDaemonEndpoints
  kubeletEndpoint:DaemonEndpoint+
DaemonEndpoint
  Port:int+
NodeSystemInfo
  machineID+ systemUUID+ bootID+ kernelVersion+ osImage+ containerRuntimeVersion+ kubeletVersion+ kubeProxyVersion+ operatingSystem+
  architecture+ swap:NodeSwapStatus*
NodeSwapStatus
  capacity:int*
ContainerImage
  names[]+ sizeBytes:int
AttachedVolume
  name+ devicePath+
NodeConfigStatus
  assigned:NodeConfigSource* active:NodeConfigSource* lastKnownGood:NodeConfigSource* error
NodeRuntimeHandler
  name+ features:NodeRuntimeHandlerFeatures*
NodeRuntimeHandlerFeatures
  recursiveReadOnlyMounts:bool* userNamespaces:bool*
NodeFeatures
  supplementalGroupsPolicy:bool*
Service
  metadata:ObjectMeta+ spec:ServiceSpec+ status:ServiceStatus+
ServiceSpec
  ports[ServicePort]{port,protocol}~port selector<>^ clusterIP clusterIPs[]#18 type#4=ClusterIP externalIPs[] sessionAffinity#7=None
  loadBalancerIP loadBalancerSourceRanges[] externalName externalTrafficPolicy healthCheckNodePort:int publishNotReadyAddresses:bool
  sessionAffinityConfig:SessionAffinityConfig* ipFamilies[]#19 ipFamilyPolicy*#17 allocateLoadBalancerNodePorts:bool*#20
  loadBalancerClass* internalTrafficPolicy* trafficDistribution*
ServicePort
  name protocol=TCP appProtocol*#6 port:int+#3 targetPort:IntOrString+ nodePort:int
SessionAffinityConfig
  clientIP:ClientIPConfig*
ClientIPConfig
  timeoutSeconds:int*
ServiceStatus
  loadBalancer:LoadBalancerStatus+ conditions[Condition]{type}~type
LoadBalancerStatus
  ingress[LoadBalancerIngress]
LoadBalancerIngress
  ip hostname ipMode* ports[PortStatus]
PortStatus
  port:int+ protocol+ error*
ConfigMap
  metadata:ObjectMeta+ immutable:bool*#4 data<>#2 binaryData<bytes>
Secret
  metadata:ObjectMeta+ immutable:bool*#5 data<bytes>#2 stringData<>#4 type#3=Opaque
Event
  metadata:ObjectMeta+ involvedObject:ObjectReference+ reason message source:EventSource+ firstTimestamp:Time+ lastTimestamp:Time+
  count:int type eventTime:MicroTime+ series:EventSeries* action related:ObjectReference* reportingComponent+ reportingInstance+
ObjectReference^
  kind namespace name uid apiVersion resourceVersion fieldPath
EventSource
  component host
EventSeries
  count:int lastObservedTime:MicroTime+
Endpoints
  metadata:ObjectMeta+ subsets[EndpointSubset]
EndpointSubset
  addresses[EndpointAddress] notReadyAddresses[EndpointAddress] ports[EndpointsPort]
EndpointAddress^
  ip+ hostname#3 nodeName* targetRef:ObjectReference*#2
EndpointsPort^
  name port:int+ protocol=TCP appProtocol*
ServiceAccount
  metadata:ObjectMeta+ secrets[ObjectReference]{name}~name imagePullSecrets[LocalObjectReference] automountServiceAccountToken:bool*
ResourceQuota
  metadata:ObjectMeta+ spec:ResourceQuotaSpec+ status:ResourceQuotaStatus+
ResourceQuotaSpec
  hard<Quantity> scopes[] scopeSelector:ScopeSelector*
ScopeSelector^
  matchExpressions[ScopedResourceSelectorRequirement]
ScopedResourceSelectorRequirement
  scopeName+ operator+ values[]
ResourceQuotaStatus
  hard<Quantity> used<Quantity>
LimitRange
  metadata:ObjectMeta+ spec:LimitRangeSpec+
LimitRangeSpec
  limits[LimitRangeItem]+
LimitRangeItem
  type+ max<Quantity> min<Quantity> default<Quantity> defaultRequest<Quantity> maxLimitRequestRatio<Quantity>
PersistentVolumeClaim
  metadata:ObjectMeta+ spec:PersistentVolumeClaimSpec+ status:PersistentVolumeClaimStatus+
PersistentVolumeClaimStatus
  phase=Pending accessModes[] capacity<Quantity> conditions[PersistentVolumeClaimCondition]{type}~type allocatedResources<Quantity>
  allocatedResourceStatuses<>#7 currentVolumeAttributesClassName* modifyVolumeStatus:ModifyVolumeStatus*
PersistentVolumeClaimCondition
  type+ status+ lastProbeTime:Time+ lastTransitionTime:Time+ reason message
ModifyVolumeStatus
  targetVolumeAttributesClassName status+
`
