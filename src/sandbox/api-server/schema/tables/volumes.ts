/** Volumes of pods (core/v1). Notation: ../parse.ts. */
export const volumes = `
Volume
  name+ hostPath:HostPathVolumeSource*#2.1 emptyDir:EmptyDirVolumeSource* gcePersistentDisk:GCEPersistentDiskVolumeSource*
  awsElasticBlockStore:AWSElasticBlockStoreVolumeSource* gitRepo:GitRepoVolumeSource* secret:SecretVolumeSource* nfs:NFSVolumeSource*
  iscsi:ISCSIVolumeSource* glusterfs:GlusterfsVolumeSource* persistentVolumeClaim:PersistentVolumeClaimVolumeSource*
  rbd:RBDVolumeSource* flexVolume:FlexVolumeSource* cinder:CinderVolumeSource* cephfs:CephFSVolumeSource* flocker:FlockerVolumeSource*
  downwardAPI:DownwardAPIVolumeSource* fc:FCVolumeSource* azureFile:AzureFileVolumeSource* configMap:ConfigMapVolumeSource*
  vsphereVolume:VsphereVirtualDiskVolumeSource* quobyte:QuobyteVolumeSource* azureDisk:AzureDiskVolumeSource*
  photonPersistentDisk:PhotonPersistentDiskVolumeSource* projected:ProjectedVolumeSource*#2.26
  portworxVolume:PortworxVolumeSource*#2.24 scaleIO:ScaleIOVolumeSource* storageos:StorageOSVolumeSource*#2.27 csi:CSIVolumeSource*
  ephemeral:EphemeralVolumeSource* image:ImageVolumeSource*
HostPathVolumeSource
  path+ type*=""
EmptyDirVolumeSource
  medium sizeLimit:Quantity*
GCEPersistentDiskVolumeSource
  pdName+ fsType partition:int readOnly:bool
AWSElasticBlockStoreVolumeSource
  volumeID+ fsType partition:int readOnly:bool
GitRepoVolumeSource
  repository+ revision directory
SecretVolumeSource
  secretName items[KeyToPath] defaultMode:int*=420 optional:bool*
KeyToPath
  key+ path+ mode:int*
NFSVolumeSource
  server+ path+ readOnly:bool
ISCSIVolumeSource
  targetPortal+ iqn+ lun:int+ iscsiInterface=default fsType readOnly:bool portals[] chapAuthDiscovery:bool chapAuthSession:bool#11
  secretRef:LocalObjectReference*#10 initiatorName*#12
LocalObjectReference^
  name
GlusterfsVolumeSource
  endpoints+ path+ readOnly:bool
PersistentVolumeClaimVolumeSource
  claimName+ readOnly:bool
RBDVolumeSource
  monitors[]+ image+ fsType pool=rbd user=admin keyring=/etc/ceph/keyring secretRef:LocalObjectReference* readOnly:bool
FlexVolumeSource
  driver+ fsType secretRef:LocalObjectReference* readOnly:bool options<>
CinderVolumeSource
  volumeID+ fsType readOnly:bool secretRef:LocalObjectReference*
CephFSVolumeSource
  monitors[]+ path user secretFile secretRef:LocalObjectReference* readOnly:bool
FlockerVolumeSource
  datasetName datasetUUID
DownwardAPIVolumeSource
  items[DownwardAPIVolumeFile] defaultMode:int*=420
DownwardAPIVolumeFile
  path+ fieldRef:ObjectFieldSelector* resourceFieldRef:ResourceFieldSelector* mode:int*
ObjectFieldSelector^
  apiVersion=v1 fieldPath+
ResourceFieldSelector^
  containerName resource+ divisor:Quantity+
FCVolumeSource
  targetWWNs[] lun:int* fsType readOnly:bool wwids[]
AzureFileVolumeSource
  secretName+ shareName+ readOnly:bool
ConfigMapVolumeSource
  name#1.1 items[KeyToPath]#2 defaultMode:int*=420 optional:bool*
VsphereVirtualDiskVolumeSource
  volumePath+ fsType storagePolicyName storagePolicyID
QuobyteVolumeSource
  registry+ volume+ readOnly:bool user group tenant
AzureDiskVolumeSource
  diskName+ diskURI+ cachingMode* fsType*=ext4 readOnly:bool*=false kind*
PhotonPersistentDiskVolumeSource
  pdID+ fsType
ProjectedVolumeSource
  sources[VolumeProjection]+ defaultMode:int*=420
VolumeProjection
  secret:SecretProjection* downwardAPI:DownwardAPIProjection* configMap:ConfigMapProjection*
  serviceAccountToken:ServiceAccountTokenProjection* clusterTrustBundle:ClusterTrustBundleProjection*
  podCertificate:PodCertificateProjection*
SecretProjection
  name#1.1 items[KeyToPath]#2 optional:bool*#4
DownwardAPIProjection
  items[DownwardAPIVolumeFile]
ConfigMapProjection
  name#1.1 items[KeyToPath]#2 optional:bool*#4
ServiceAccountTokenProjection
  audience expirationSeconds:int*=3600 path+
ClusterTrustBundleProjection
  name* signerName* labelSelector:LabelSelector* optional:bool*#5 path+#4
PodCertificateProjection
  signerName keyType maxExpirationSeconds:int* credentialBundlePath keyPath certificateChainPath userAnnotations<>
PortworxVolumeSource
  volumeID+ fsType readOnly:bool
ScaleIOVolumeSource
  gateway+ system+ secretRef:LocalObjectReference*+ sslEnabled:bool protectionDomain storagePool storageMode=ThinProvisioned
  volumeName fsType=xfs readOnly:bool
StorageOSVolumeSource
  volumeName volumeNamespace fsType readOnly:bool secretRef:LocalObjectReference*
CSIVolumeSource
  driver+ readOnly:bool* fsType* volumeAttributes<> nodePublishSecretRef:LocalObjectReference*
EphemeralVolumeSource
  volumeClaimTemplate:PersistentVolumeClaimTemplate*
PersistentVolumeClaimTemplate
  metadata:ObjectMeta+ spec:PersistentVolumeClaimSpec+
PersistentVolumeClaimSpec
  accessModes[] selector:LabelSelector*#4 resources:VolumeResourceRequirements+#2 volumeName storageClassName*#5
  volumeMode*=Filesystem dataSource:TypedLocalObjectReference* dataSourceRef:TypedObjectReference* volumeAttributesClassName*
VolumeResourceRequirements
  limits<Quantity> requests<Quantity>
TypedLocalObjectReference^
  apiGroup*+ kind+ name+
TypedObjectReference
  apiGroup*+ kind+ name+ namespace*
ImageVolumeSource
  reference pullPolicy
`
