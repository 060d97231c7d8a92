import { defineFailures, kind } from '#base/index.ts'

export const application = defineFailures('APPLICATION', {
  SEVERAL_VIRTUAL_SERVICES: kind<{ release: string; names: readonly string[] }>({
    blame: 'user',
    says: f => `Release ${f.release}: its steps name several VirtualServices (${f.names.join(', ')}); a run holds one.`,
    todo: 'Name the same one in every Traffic Split of the release, or leave the name out.',
  }),
  NO_MANIFESTS: kind<{ service: string; patterns: string }>({
    blame: 'user',
    says: f => `Service ${f.service}: no file is there for its manifests (${f.patterns}).`,
    todo: 'Put the path right in the Service document (manifests); it is relative to the application folder.',
  }),
  NO_VALUES: kind<{ service: string; file: string }>({
    blame: 'user',
    says: f => `Service ${f.service}: its values file ${f.file} is not there.`,
    todo: 'Put the path right (values); it is relative to the application folder.',
  }),
  ISTIO_INVALID: kind<{ object: string; path: string; words: string }>({
    blame: 'user',
    says: f => `${f.object}: ${f.path}: ${f.words}`,
    todo: 'istiod would refuse it: mend the manifest.',
  }),
  ISTIO_WARNING: kind<{ object: string; path: string; words: string }>({
    blame: 'user',
    says: f => `${f.object}: ${f.path}: ${f.words}`,
    todo: 'It is accepted, and hardly meant: look at it again.',
  }),
})
