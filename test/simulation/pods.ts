import type { Sandbox } from '#sandbox/index.ts'
import { versionName } from '#model/release/index.ts'
import { shop } from './application.ts'

const versions = new WeakMap<Sandbox, Map<string, string>>()

/** The version that a pod of the application runs, also when its object is gone already. */
export function imageVersion(sandbox: Sandbox, name: string): string {
  const known = versions.get(sandbox) ?? new Map<string, string>()
  versions.set(sandbox, known)
  const found = known.get(name)
  if (found !== undefined) return found
  const pod = sandbox.apiServer.objects.get('pods', { namespace: shop, name })
  const version = pod ? versionName(pod as never) : '?'
  if (pod) known.set(name, version)
  return version
}
