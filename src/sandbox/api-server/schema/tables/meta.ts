/** meta/v1: what all objects share. Notation: ../parse.ts. */
export const meta = `
ObjectMeta
  name generateName namespace selfLink uid resourceVersion generation:int creationTimestamp:Time deletionTimestamp:Time*
  deletionGracePeriodSeconds:int* labels<> annotations<> ownerReferences[OwnerReference]{uid}~uid finalizers[]{}~
  managedFields[ManagedFieldsEntry]
OwnerReference^
  apiVersion+ kind+ name+ uid+ controller:bool* blockOwnerDeletion:bool*
ManagedFieldsEntry
  manager operation apiVersion time:Time* fieldsType fieldsV1:any* subresource
LabelSelector^
  matchLabels<> matchExpressions[LabelSelectorRequirement]
LabelSelectorRequirement
  key+ operator+ values[]
Condition
  type+ status+ observedGeneration:int lastTransitionTime:Time+ reason+ message+
`
