/** apps/v1, batch/v1, autoscaling, policy/v1. Notation: ../parse.ts. */
export const workloads = `
Deployment
  metadata:ObjectMeta+ spec:DeploymentSpec+ status:DeploymentStatus+
DeploymentSpec
  replicas:int*=1 selector:LabelSelector*+ template:PodTemplateSpec+ strategy:DeploymentStrategy%+ minReadySeconds:int
  revisionHistoryLimit:int*=10 paused:bool progressDeadlineSeconds:int*#9=600
DeploymentStrategy
  type=RollingUpdate rollingUpdate:RollingUpdateDeployment*
RollingUpdateDeployment
  maxUnavailable:IntOrString* maxSurge:IntOrString*
DeploymentStatus
  observedGeneration:int replicas:int updatedReplicas:int readyReplicas:int#7 availableReplicas:int#4 unavailableReplicas:int
  terminatingReplicas:int*#9 conditions[DeploymentCondition]{type}~type#6 collisionCount:int*#8
DeploymentCondition
  type+ status+ lastUpdateTime:Time+#6 lastTransitionTime:Time+ reason#4 message
ReplicaSet
  metadata:ObjectMeta+ spec:ReplicaSetSpec+ status:ReplicaSetStatus+
ReplicaSetSpec
  replicas:int*=1 minReadySeconds:int#4 selector:LabelSelector*+#2 template:PodTemplateSpec+
ReplicaSetStatus
  replicas:int+ fullyLabeledReplicas:int readyReplicas:int#4 availableReplicas:int terminatingReplicas:int*#7 observedGeneration:int#3
  conditions[ReplicaSetCondition]{type}~type#6
ReplicaSetCondition
  type+ status+ lastTransitionTime:Time+ reason message
StatefulSet
  metadata:ObjectMeta+ spec:StatefulSetSpec+ status:StatefulSetStatus+
StatefulSetSpec
  replicas:int*=1 selector:LabelSelector*+ template:PodTemplateSpec+ volumeClaimTemplates[PersistentVolumeClaim] serviceName+
  podManagementPolicy=OrderedReady updateStrategy:StatefulSetUpdateStrategy+ revisionHistoryLimit:int*=10 minReadySeconds:int
  persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy*={} ordinals:StatefulSetOrdinals*
StatefulSetUpdateStrategy
  type=RollingUpdate rollingUpdate:RollingUpdateStatefulSetStrategy*
RollingUpdateStatefulSetStrategy
  partition:int* maxUnavailable:IntOrString*
StatefulSetPersistentVolumeClaimRetentionPolicy
  whenDeleted=Retain whenScaled=Retain
StatefulSetOrdinals
  start:int+
StatefulSetStatus
  observedGeneration:int replicas:int+ readyReplicas:int currentReplicas:int updatedReplicas:int currentRevision updateRevision
  collisionCount:int*#9 conditions[StatefulSetCondition]{type}~type availableReplicas:int+
StatefulSetCondition
  type+ status+ lastTransitionTime:Time+ reason message
DaemonSet
  metadata:ObjectMeta+ spec:DaemonSetSpec+ status:DaemonSetStatus+
DaemonSetSpec
  selector:LabelSelector*+ template:PodTemplateSpec+ updateStrategy:DaemonSetUpdateStrategy+ minReadySeconds:int
  revisionHistoryLimit:int*#6=10
DaemonSetUpdateStrategy
  type=RollingUpdate rollingUpdate:RollingUpdateDaemonSet*
RollingUpdateDaemonSet
  maxUnavailable:IntOrString* maxSurge:IntOrString*
DaemonSetStatus
  currentNumberScheduled:int+ numberMisscheduled:int+ desiredNumberScheduled:int+ numberReady:int+ observedGeneration:int
  updatedNumberScheduled:int numberAvailable:int numberUnavailable:int collisionCount:int* conditions[DaemonSetCondition]{type}~type
DaemonSetCondition
  type+ status+ lastTransitionTime:Time+ reason message
ControllerRevision
  metadata:ObjectMeta+ data:any+ revision:int+
HorizontalPodAutoscaler
  metadata:ObjectMeta+ spec:HorizontalPodAutoscalerSpec+ status:HorizontalPodAutoscalerStatus+
HorizontalPodAutoscalerSpec
  scaleTargetRef:CrossVersionObjectReference+ minReplicas:int*=1 maxReplicas:int+ metrics[MetricSpec]
  behavior:HorizontalPodAutoscalerBehavior*
CrossVersionObjectReference
  kind+ name+ apiVersion
MetricSpec
  type+ object:ObjectMetricSource* pods:PodsMetricSource* resource:ResourceMetricSource*
  containerResource:ContainerResourceMetricSource*#7 external:ExternalMetricSource*#5
ObjectMetricSource
  describedObject:CrossVersionObjectReference+ target:MetricTarget+ metric:MetricIdentifier+
MetricTarget
  type+ value:Quantity* averageValue:Quantity* averageUtilization:int*
MetricIdentifier
  name+ selector:LabelSelector*
PodsMetricSource
  metric:MetricIdentifier+ target:MetricTarget+
ResourceMetricSource
  name+ target:MetricTarget+
ContainerResourceMetricSource
  name+ target:MetricTarget+ container+
ExternalMetricSource
  metric:MetricIdentifier+ target:MetricTarget+
HorizontalPodAutoscalerBehavior
  scaleUp:HPAScalingRules* scaleDown:HPAScalingRules*
HPAScalingRules
  stabilizationWindowSeconds:int*#3 selectPolicy*#1 policies[HPAScalingPolicy] tolerance:Quantity*#4
HPAScalingPolicy
  type+ value:int+ periodSeconds:int+
HorizontalPodAutoscalerStatus
  observedGeneration:int* lastScaleTime:Time* currentReplicas:int desiredReplicas:int+ currentMetrics[MetricStatus]+
  conditions[HorizontalPodAutoscalerCondition]{type}~type
MetricStatus
  type+ object:ObjectMetricStatus* pods:PodsMetricStatus* resource:ResourceMetricStatus*
  containerResource:ContainerResourceMetricStatus*#7 external:ExternalMetricStatus*#5
ObjectMetricStatus
  metric:MetricIdentifier+ current:MetricValueStatus+ describedObject:CrossVersionObjectReference+
MetricValueStatus
  value:Quantity* averageValue:Quantity* averageUtilization:int*
PodsMetricStatus
  metric:MetricIdentifier+ current:MetricValueStatus+
ResourceMetricStatus
  name+ current:MetricValueStatus+
ContainerResourceMetricStatus
  name+ current:MetricValueStatus+ container+
ExternalMetricStatus
  metric:MetricIdentifier+ current:MetricValueStatus+
HorizontalPodAutoscalerCondition
  type+ status+ lastTransitionTime:Time+ reason message
HorizontalPodAutoscalerV1
  metadata:ObjectMeta+ spec:HorizontalPodAutoscalerSpecV1+ status:HorizontalPodAutoscalerStatusV1+
HorizontalPodAutoscalerSpecV1
  scaleTargetRef:CrossVersionObjectReferenceV1+ minReplicas:int*=1 maxReplicas:int+ targetCPUUtilizationPercentage:int*
CrossVersionObjectReferenceV1^
  kind+ name+ apiVersion
HorizontalPodAutoscalerStatusV1
  observedGeneration:int* lastScaleTime:Time* currentReplicas:int+ desiredReplicas:int+ currentCPUUtilizationPercentage:int*
Scale
  metadata:ObjectMeta+ spec:ScaleSpec+ status:ScaleStatus+
ScaleSpec
  replicas:int=0
ScaleStatus
  replicas:int+ selector
PodDisruptionBudget
  metadata:ObjectMeta+ spec:PodDisruptionBudgetSpec+ status:PodDisruptionBudgetStatus+
PodDisruptionBudgetSpec
  minAvailable:IntOrString* selector:LabelSelector* maxUnavailable:IntOrString* unhealthyPodEvictionPolicy*
PodDisruptionBudgetStatus
  observedGeneration:int disruptedPods<Time> disruptionsAllowed:int+ currentHealthy:int+ desiredHealthy:int+ expectedPods:int+
  conditions[Condition]{type}~type
Job
  metadata:ObjectMeta+ spec:JobSpec+ status:JobStatus+
JobSpec
  parallelism:int* completions:int* activeDeadlineSeconds:int* podFailurePolicy:PodFailurePolicy*#11 successPolicy:SuccessPolicy*#16
  backoffLimit:int*#7=6 backoffLimitPerIndex:int*#12 maxFailedIndexes:int* selector:LabelSelector*#4 manualSelector:bool*
  template:PodTemplateSpec+ ttlSecondsAfterFinished:int*#8 completionMode*=NonIndexed suspend:bool*=false
  podReplacementPolicy*#14=TerminatingOrFailed managedBy*
PodFailurePolicy
  rules[PodFailurePolicyRule]+
PodFailurePolicyRule
  action+ onExitCodes:PodFailurePolicyOnExitCodesRequirement* onPodConditions[PodFailurePolicyOnPodConditionsPattern]
PodFailurePolicyOnExitCodesRequirement
  containerName* operator+ values[int]{}+
PodFailurePolicyOnPodConditionsPattern
  type+ status+
SuccessPolicy
  rules[SuccessPolicyRule]+
SuccessPolicyRule
  succeededIndexes* succeededCount:int*
JobStatus
  conditions[JobCondition]~type startTime:Time* completionTime:Time* active:int succeeded:int failed:int terminating:int*#11
  completedIndexes#7 failedIndexes*#10 uncountedTerminatedPods:UncountedTerminatedPods*#8 ready:int*
JobCondition
  type+ status+ lastProbeTime:Time+ lastTransitionTime:Time+ reason message
UncountedTerminatedPods
  succeeded[]{} failed[]{}
CronJob
  metadata:ObjectMeta+ spec:CronJobSpec+ status:CronJobStatus+
CronJobSpec
  schedule+ timeZone*#8 startingDeadlineSeconds:int*#2 concurrencyPolicy=Allow suspend:bool*=false jobTemplate:JobTemplateSpec+
  successfulJobsHistoryLimit:int*=3 failedJobsHistoryLimit:int*=1
JobTemplateSpec
  metadata:ObjectMeta+ spec:JobSpec+
CronJobStatus
  active[ObjectReference] lastScheduleTime:Time*#4 lastSuccessfulTime:Time*
`
