/** Pods and their templates (core/v1). Notation: ../parse.ts. */
export const pods = `
PodTemplateSpec
  metadata:ObjectMeta+ spec:PodSpec+
PodSpec
  volumes[Volume]{name}~name% initContainers[Container]{name}~name#20 containers[Container]{name}~name+#2
  ephemeralContainers[EphemeralContainer]{name}~name#34 restartPolicy#3=Always terminationGracePeriodSeconds:int*=30
  activeDeadlineSeconds:int* dnsPolicy=ClusterFirst nodeSelector<>^ serviceAccountName serviceAccount
  automountServiceAccountToken:bool*#21 nodeName#10 hostNetwork:bool hostPID:bool hostIPC:bool shareProcessNamespace:bool*#27
  securityContext:PodSecurityContext*#14={} imagePullSecrets[LocalObjectReference]{name}~name hostname subdomain affinity:Affinity*
  schedulerName=default-scheduler tolerations[Toleration]#22 hostAliases[HostAlias]{ip}~ip priorityClassName priority:int*
  dnsConfig:PodDNSConfig* readinessGates[PodReadinessGate]#28 runtimeClassName* enableServiceLinks:bool* preemptionPolicy*
  overhead<Quantity> topologySpreadConstraints[TopologySpreadConstraint]{topologyKey,whenUnsatisfiable}~topologyKey
  setHostnameAsFQDN:bool*#35 os:PodOS* hostUsers:bool* schedulingGates[PodSchedulingGate]{name}~name
  resourceClaims[PodResourceClaim]{name}~name% resources:ResourceRequirements* hostnameOverride* workloadRef:WorkloadReference*
Container
  name+ image command[] args[] workingDir ports[ContainerPort]{containerPort,protocol}~containerPort envFrom[EnvFromSource]#19
  env[EnvVar]{name}~name#7 resources:ResourceRequirements+ resizePolicy[ContainerResizePolicy]#23 restartPolicy*
  restartPolicyRules[ContainerRestartRule] volumeMounts[VolumeMount]{mountPath}~mountPath#9
  volumeDevices[VolumeDevice]{devicePath}~devicePath#21 livenessProbe:Probe*#10 readinessProbe:Probe* startupProbe:Probe*#22
  lifecycle:Lifecycle*#12 terminationMessagePath=/dev/termination-log terminationMessagePolicy#20=File imagePullPolicy#14
  securityContext:SecurityContext* stdin:bool stdinOnce:bool tty:bool
ContainerPort
  name hostPort:int containerPort:int+ protocol=TCP hostIP
EnvFromSource
  prefix configMapRef:ConfigMapEnvSource* secretRef:SecretEnvSource*
ConfigMapEnvSource
  name#1.1 optional:bool*#2
SecretEnvSource
  name#1.1 optional:bool*#2
EnvVar
  name+ value valueFrom:EnvVarSource*
EnvVarSource
  fieldRef:ObjectFieldSelector* resourceFieldRef:ResourceFieldSelector* configMapKeyRef:ConfigMapKeySelector*
  secretKeyRef:SecretKeySelector* fileKeyRef:FileKeySelector*
ConfigMapKeySelector^
  name#1.1 key+#2 optional:bool*
SecretKeySelector^
  name#1.1 key+#2 optional:bool*
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
  name+ readOnly:bool recursiveReadOnly*#7 mountPath+#3 subPath mountPropagation* subPathExpr
VolumeDevice
  name+ devicePath+
Probe
  exec:ExecAction*#1.1 httpGet:HTTPGetAction* tcpSocket:TCPSocketAction* grpc:GRPCAction* initialDelaySeconds:int#2
  timeoutSeconds:int=1 periodSeconds:int=10 successThreshold:int=1 failureThreshold:int=3 terminationGracePeriodSeconds:int*
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
  capabilities:Capabilities* privileged:bool* seLinuxOptions:SELinuxOptions* windowsOptions:WindowsSecurityContextOptions*#10
  runAsUser:int*#4 runAsGroup:int*#8 runAsNonRoot:bool*#5 readOnlyRootFilesystem:bool* allowPrivilegeEscalation:bool* procMount*#9
  seccompProfile:SeccompProfile*#11 appArmorProfile:AppArmorProfile*
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
  name+#1.1 image command[] args[] workingDir ports[ContainerPort]{containerPort,protocol}~containerPort envFrom[EnvFromSource]#1.19
  env[EnvVar]{name}~name#1.7 resources:ResourceRequirements+ resizePolicy[ContainerResizePolicy]#1.23 restartPolicy*
  restartPolicyRules[ContainerRestartRule] volumeMounts[VolumeMount]{mountPath}~mountPath#1.9
  volumeDevices[VolumeDevice]{devicePath}~devicePath#1.21 livenessProbe:Probe*#1.10 readinessProbe:Probe* startupProbe:Probe*#1.22
  lifecycle:Lifecycle*#1.12 terminationMessagePath=/dev/termination-log terminationMessagePolicy#1.20=File imagePullPolicy#1.14
  securityContext:SecurityContext* stdin:bool stdinOnce:bool tty:bool targetContainerName#2
PodSecurityContext
  seLinuxOptions:SELinuxOptions* windowsOptions:WindowsSecurityContextOptions*#8 runAsUser:int*#2 runAsGroup:int*#6
  runAsNonRoot:bool*#3 supplementalGroups[int] supplementalGroupsPolicy*#12 fsGroup:int*#5 sysctls[Sysctl]#7 fsGroupChangePolicy*#9
  seccompProfile:SeccompProfile* appArmorProfile:AppArmorProfile* seLinuxChangePolicy*#13
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
  name+ resourceClaimName*#3 resourceClaimTemplateName*
WorkloadReference
  name+ podGroup+ podGroupReplicaKey
`
