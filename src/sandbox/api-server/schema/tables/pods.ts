/** Pods and their templates (core/v1). Notation: ../parse.ts. */
export const pods = `
PodTemplateSpec
  metadata:ObjectMeta+ spec:PodSpec+
PodSpec
  volumes[Volume]{name}~name% initContainers[Container]{name}~name containers[Container]{name}~name+
  ephemeralContainers[EphemeralContainer]{name}~name restartPolicy=Always terminationGracePeriodSeconds:int*=30
  activeDeadlineSeconds:int* dnsPolicy=ClusterFirst nodeSelector<>^ serviceAccountName serviceAccount
  automountServiceAccountToken:bool* nodeName hostNetwork:bool hostPID:bool hostIPC:bool shareProcessNamespace:bool*
  securityContext:PodSecurityContext*={} imagePullSecrets[LocalObjectReference]{name}~name hostname subdomain affinity:Affinity*
  schedulerName=default-scheduler tolerations[Toleration] hostAliases[HostAlias]{ip}~ip priorityClassName priority:int*
  dnsConfig:PodDNSConfig* readinessGates[PodReadinessGate] runtimeClassName* enableServiceLinks:bool* preemptionPolicy*
  overhead<Quantity> topologySpreadConstraints[TopologySpreadConstraint]{topologyKey,whenUnsatisfiable}~topologyKey
  setHostnameAsFQDN:bool* os:PodOS* hostUsers:bool* schedulingGates[PodSchedulingGate]{name}~name
  resourceClaims[PodResourceClaim]{name}~name% resources:ResourceRequirements* hostnameOverride* workloadRef:WorkloadReference*
Container
  name+ image command[] args[] workingDir ports[ContainerPort]{containerPort,protocol}~containerPort envFrom[EnvFromSource]
  env[EnvVar]{name}~name resources:ResourceRequirements+ resizePolicy[ContainerResizePolicy] restartPolicy*
  restartPolicyRules[ContainerRestartRule] volumeMounts[VolumeMount]{mountPath}~mountPath
  volumeDevices[VolumeDevice]{devicePath}~devicePath livenessProbe:Probe* readinessProbe:Probe* startupProbe:Probe*
  lifecycle:Lifecycle* terminationMessagePath=/dev/termination-log terminationMessagePolicy=File imagePullPolicy
  securityContext:SecurityContext* stdin:bool stdinOnce:bool tty:bool
ContainerPort
  name hostPort:int containerPort:int+ protocol=TCP hostIP
EnvFromSource
  prefix configMapRef:ConfigMapEnvSource* secretRef:SecretEnvSource*
ConfigMapEnvSource
  name optional:bool*
SecretEnvSource
  name optional:bool*
EnvVar
  name+ value valueFrom:EnvVarSource*
EnvVarSource
  fieldRef:ObjectFieldSelector* resourceFieldRef:ResourceFieldSelector* configMapKeyRef:ConfigMapKeySelector*
  secretKeyRef:SecretKeySelector* fileKeyRef:FileKeySelector*
ConfigMapKeySelector^
  name key+ optional:bool*
SecretKeySelector^
  name key+ optional:bool*
FileKeySelector^
  volumeName+ path+ key+ optional:bool*=false
ResourceRequirements
  limits<Quantity> requests<Quantity> claims[ResourceClaim]{name}
ResourceClaim
  name+ request
ContainerResizePolicy
  resourceName+ restartPolicy+
ContainerRestartRule
  action exitCodes:ContainerRestartRuleOnExitCodes*
ContainerRestartRuleOnExitCodes
  operator values[int]{}
VolumeMount
  name+ readOnly:bool recursiveReadOnly* mountPath+ subPath mountPropagation* subPathExpr
VolumeDevice
  name+ devicePath+
Probe
  exec:ExecAction* httpGet:HTTPGetAction* tcpSocket:TCPSocketAction* grpc:GRPCAction* initialDelaySeconds:int timeoutSeconds:int=1
  periodSeconds:int=10 successThreshold:int=1 failureThreshold:int=3 terminationGracePeriodSeconds:int*
ExecAction
  command[]
HTTPGetAction
  path=/ port:IntOrString+ host scheme=HTTP httpHeaders[HTTPHeader]
HTTPHeader
  name+ value+
TCPSocketAction
  port:IntOrString+ host
GRPCAction
  port:int+ service*+=""
Lifecycle
  postStart:LifecycleHandler* preStop:LifecycleHandler* stopSignal*
LifecycleHandler
  exec:ExecAction* httpGet:HTTPGetAction* tcpSocket:TCPSocketAction* sleep:SleepAction*
SleepAction
  seconds:int+
SecurityContext
  capabilities:Capabilities* privileged:bool* seLinuxOptions:SELinuxOptions* windowsOptions:WindowsSecurityContextOptions*
  runAsUser:int* runAsGroup:int* runAsNonRoot:bool* readOnlyRootFilesystem:bool* allowPrivilegeEscalation:bool* procMount*
  seccompProfile:SeccompProfile* appArmorProfile:AppArmorProfile*
Capabilities
  add[] drop[]
SELinuxOptions
  user role type level
WindowsSecurityContextOptions
  gmsaCredentialSpecName* gmsaCredentialSpec* runAsUserName* hostProcess:bool*
SeccompProfile
  type+ localhostProfile*
AppArmorProfile
  type+ localhostProfile*
EphemeralContainer
  name+ image command[] args[] workingDir ports[ContainerPort]{containerPort,protocol}~containerPort envFrom[EnvFromSource]
  env[EnvVar]{name}~name resources:ResourceRequirements+ resizePolicy[ContainerResizePolicy] restartPolicy*
  restartPolicyRules[ContainerRestartRule] volumeMounts[VolumeMount]{mountPath}~mountPath
  volumeDevices[VolumeDevice]{devicePath}~devicePath livenessProbe:Probe* readinessProbe:Probe* startupProbe:Probe*
  lifecycle:Lifecycle* terminationMessagePath=/dev/termination-log terminationMessagePolicy=File imagePullPolicy
  securityContext:SecurityContext* stdin:bool stdinOnce:bool tty:bool targetContainerName
PodSecurityContext
  seLinuxOptions:SELinuxOptions* windowsOptions:WindowsSecurityContextOptions* runAsUser:int* runAsGroup:int* runAsNonRoot:bool*
  supplementalGroups[int] supplementalGroupsPolicy* fsGroup:int* sysctls[Sysctl] fsGroupChangePolicy* seccompProfile:SeccompProfile*
  appArmorProfile:AppArmorProfile* seLinuxChangePolicy*
Sysctl
  name+ value+
Affinity
  nodeAffinity:NodeAffinity* podAffinity:PodAffinity* podAntiAffinity:PodAntiAffinity*
NodeAffinity
  requiredDuringSchedulingIgnoredDuringExecution:NodeSelector*
  preferredDuringSchedulingIgnoredDuringExecution[PreferredSchedulingTerm]
NodeSelector^
  nodeSelectorTerms[NodeSelectorTerm]+
NodeSelectorTerm^
  matchExpressions[NodeSelectorRequirement] matchFields[NodeSelectorRequirement]
NodeSelectorRequirement
  key+ operator+ values[]
PreferredSchedulingTerm
  weight:int+ preference:NodeSelectorTerm+
PodAffinity
  requiredDuringSchedulingIgnoredDuringExecution[PodAffinityTerm]
  preferredDuringSchedulingIgnoredDuringExecution[WeightedPodAffinityTerm]
PodAffinityTerm
  labelSelector:LabelSelector* namespaces[] topologyKey+ namespaceSelector:LabelSelector* matchLabelKeys[] mismatchLabelKeys[]
WeightedPodAffinityTerm
  weight:int+ podAffinityTerm:PodAffinityTerm+
PodAntiAffinity
  requiredDuringSchedulingIgnoredDuringExecution[PodAffinityTerm]
  preferredDuringSchedulingIgnoredDuringExecution[WeightedPodAffinityTerm]
Toleration
  key operator value effect tolerationSeconds:int*
HostAlias
  ip+ hostnames[]
PodDNSConfig
  nameservers[] searches[] options[PodDNSConfigOption]
PodDNSConfigOption
  name value*
PodReadinessGate
  conditionType+
TopologySpreadConstraint
  maxSkew:int+ topologyKey+ whenUnsatisfiable+ labelSelector:LabelSelector* minDomains:int* nodeAffinityPolicy* nodeTaintsPolicy*
  matchLabelKeys[]
PodOS
  name+
PodSchedulingGate
  name+
PodResourceClaim
  name+ resourceClaimName* resourceClaimTemplateName*
WorkloadReference
  name+ podGroup+ podGroupReplicaKey
`
