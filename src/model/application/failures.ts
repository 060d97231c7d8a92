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
  VERSION_WRITTEN: kind<{ service: string; repository: string; version: string }>({
    blame: 'user',
    says: f => `Service ${f.service}: neither tag nor digest is given for ${f.repository}, so its manifests decide: ${f.version}.`,
    todo: 'Say which version you mean: --tag TAG, or --digest DIGEST.',
  }),
  NO_FILES: kind<{ step: string; pattern: string }>({
    blame: 'user',
    says: f => `Step "${f.step}": no file of the application is ${f.pattern}.`,
    todo: 'Put the path right (files); it is relative to the application folder.',
  }),
  APPLIED_TWICE: kind<{ step: string; object: string }>({
    blame: 'user',
    says: f => `${f.object}: step "${f.step}" applies it, and it is among the manifests too.`,
    todo: 'Keep its file out of the manifests: begin it with the line # sluice.dev/skip-file-for-deploy',
  }),
  APPLIED_ELSEWHERE: kind<{ step: string; object: string; namespace: string }>({
    blame: 'user',
    says: f => `${f.object}: step "${f.step}" applies it outside of namespace ${f.namespace}.`,
    todo: 'An apply step writes to the namespace of its release only: apply this one by another way.',
  }),
  NO_VALUES: kind<{ service: string; file: string }>({
    blame: 'user',
    says: f => `Service ${f.service}: its values file ${f.file} is not there.`,
    todo: 'Put the path right (values); it is relative to the application folder.',
  }),
  ISTIO_INVALID: kind<{ about: string; words: string; code: string }>({
    blame: 'user',
    says: f => `${f.about}: ${f.words} (${f.code})`,
    todo: 'istiod would refuse it: mend the manifest.',
  }),
  ISTIO_BROKEN: kind<{ about: string; words: string; code: string }>({
    blame: 'user',
    says: f => `${f.about}: ${f.words} (${f.code})`,
    todo: 'istiod accepts it, and requests fail or go elsewhere: mend the manifest.',
  }),
  ISTIO_WARNING: kind<{ about: string; words: string; code: string }>({
    blame: 'user',
    says: f => `${f.about}: ${f.words} (${f.code})`,
    todo: 'It is accepted, and hardly meant: look at it again.',
  }),
  NOT_IN_MANIFESTS: kind<{ about: string; words: string; code: string }>({
    blame: 'user',
    says: f => `${f.about}: ${f.words} (${f.code})`,
    todo: 'Put the name right, or see to it that the cluster has it: it is not among these manifests.',
  }),
  ROUTE_REMARK: kind<{ about: string; words: string }>({
    blame: 'user',
    says: f => `${f.about}: ${f.words}`,
    todo: 'istiod accepts it without a word: look whether it is meant.',
  }),
  SESSIONS_DIVIDED: kind<{ about: string; says: string; service: string }>({
    blame: 'user',
    says: f => `${f.about} ${f.says}, but nothing keeps users of ${f.service} on a version: a split draws each request anew.`,
    todo: 'Write stickySession: { cookie: NAME, maxAge: 1d } in the Service document: else a page of one version asks the other for its scripts.',
  }),
})
