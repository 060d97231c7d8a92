import { defineFailures, kind } from '#base/index.ts'

/** What can be wrong with manifests after they are rendered. */
export const manifests = defineFailures('MANIFESTS', {
  NOT_AN_OBJECT: kind<{ is: string }>({
    blame: 'user',
    says: f => `Manifest: is ${f.is}, where an object of Kubernetes is a mapping`,
    todo: 'Write apiVersion, kind and metadata.name; a file without objects may hold definitions and comments.',
  }),
  FIELD_MISSING: kind<{ object: string; field: string }>({
    blame: 'user',
    says: f => `${f.object}: ${f.field} is missing`,
    todo: 'Write it as text that is not empty.',
  }),
  DUPLICATE: kind<{ object: string; first: string }>({
    blame: 'user',
    says: f => `${f.object}: stands in the manifests a second time, first in ${f.first}`,
    todo: 'Take one of the two out: whichever is applied last would win.',
  }),
  NAMESPACE: kind<{ object: string; namespace: string }>({
    blame: 'user',
    says: f => `${f.object}: is not in the namespace ${f.namespace} of the infrastructure, and stays where it says`,
    todo: 'Take metadata.namespace out, unless that is meant.',
  }),
  MANAGED_UNQUOTED: kind<{ object: string; annotation: string; value: string }>({
    blame: 'user',
    says: f => `${f.object}: annotation ${f.annotation} is the boolean ${f.value}, Kubernetes wants text`,
    todo: 'Put the value in quotes.',
  }),
  MANAGED_INVALID: kind<{ object: string; annotation: string; value: string }>({
    blame: 'user',
    says: f => `${f.object}: annotation ${f.annotation} is ${f.value}, which counts as absent`,
    todo: 'Write "true" or "false".',
  }),
  TEXT_WANTED: kind<{ object: string; field: string; value: string }>({
    blame: 'user',
    says: f => `${f.object}: ${f.field} is ${f.value}, Kubernetes wants text`,
    todo: 'Put the value in quotes.',
  }),
  HOOK: kind<{ object: string; hook: string }>({
    blame: 'user',
    says: f => `${f.object}: is a Helm hook (${f.hook}), and would be applied with everything else`,
    todo: 'Take it out of the manifests, or take the annotation helm.sh/hook away if it may be applied like any other object.',
  }),
  IMAGE_UNUSED: kind<{ repository: string }>({
    blame: 'user',
    says: f => `Image ${f.repository}: no container of the manifests has it, so the tag of the run changes nothing`,
    todo: 'Write the repository as it stands in the containers.',
  }),
  OVERRIDE: kind<{ override: string; says: string }>({
    blame: 'user',
    says: f => `Override ${f.override}: ${f.says}`,
    todo: 'Write it as in `replicas=3`, `image.tag=1.4.0`, `list[0]=a` or `list={a,b}`.',
  }),
  NOT_VERSIONED: kind<{ object: string; by: string; field: string }>({
    blame: 'user',
    says: f => `${f.object}: keeps its name, because ${f.by} names it in ${f.field}, where a new name would not be noticed`,
    todo: 'Nothing, if its changes may reach running pods; else name it in pod specs only. sluice.dev/skip-versioning: "true" silences this.',
  }),
  CANARY_KIND: kind<{ object: string; reason: string }>({
    blame: 'user',
    says: f => `${f.object}: cannot have a canary: ${f.reason}`,
    todo: 'Deliver it with the rolling strategy.',
  }),
  CANARY_NAME: kind<{ object: string; length: number; most: number }>({
    blame: 'user',
    says: f => `${f.object}: its name has ${f.length} characters, with "-canary" behind it more than the ${f.most} that are allowed`,
    todo: 'Shorten the name.',
  }),
})
