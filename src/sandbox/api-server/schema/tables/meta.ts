/** meta/v1: what all objects share. Notation: ../parse.ts. */
export const meta = `
ObjectMeta
  name generateName namespace selfLink uid resourceVersion generation:int creationTimestamp:Time deletionTimestamp:Time*
  deletionGracePeriodSeconds:int* labels<> annotations<> ownerReferences[OwnerReference]{uid}~uid finalizers[]{}~
  managedFields[ManagedFieldsEntry]#17
OwnerReference^
  apiVersion+#5 kind+#1 name+#3 uid+ controller:bool*#6 blockOwnerDeletion:bool*
ManagedFieldsEntry
  manager operation apiVersion time:Time* fieldsType fieldsV1:any* subresource
LabelSelector^
  matchLabels<> matchExpressions[LabelSelectorRequirement]
LabelSelectorRequirement
  key+ operator+ values[]
DeleteOptions
  gracePeriodSeconds:int* preconditions:Preconditions* orphanDependents:bool* propagationPolicy* dryRun[]
Preconditions
  uid* resourceVersion*
Condition
  type+ status+ observedGeneration:int lastTransitionTime:Time+ reason+ message+
`
