import { expect } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { casesOf, type Case } from '../../../../../test/cases.ts'
import { validateIstio } from './validate-istio.ts'

interface ValidityCase extends Case {
  readonly kind: string
  readonly manifest: KubernetesObject
  readonly expect: { readonly valid: boolean; readonly warning?: boolean }
  readonly generate?: { readonly field: string; readonly rawRepeat: string; readonly rawLength: number }
}

const ours = ['VirtualService', 'DestinationRule', 'Gateway']

const notExpressible = [
  {
    reason: 'no run writes a Sidecar or a ServiceEntry, and lint leaves what is wrong with them to the server',
    when: (each: ValidityCase) => !ours.includes(each.kind),
  },
  {
    reason: 'a null item of a list is a nil pointer of Go: the schema of the CRD refuses it before the webhook can accept it',
    when: (each: ValidityCase) => each.expect.valid && hasNullItem(each.manifest.spec),
  },
  {
    reason: 'the schema of the CRD refuses a third certificate before the webhook can warn about it',
    when: (each: ValidityCase) =>
      each.expect.valid &&
      validateIstio(each.manifest).errors.some(error => error.path.endsWith('.tlsCertificates') && error.by === 'schema'),
  },
]

casesOf<ValidityCase>('validity.json', {
  notExpressible: each => notExpressible.find(row => row.when(each))?.reason,
  run(each) {
    const { errors, warnings } = validateIstio(generated(each))
    expect({ valid: errors.length === 0, errors }).toMatchObject({ valid: each.expect.valid })
    if (each.expect.warning !== undefined)
      expect({ warning: warnings.length > 0, warnings }).toMatchObject({ warning: each.expect.warning })
  },
})

function hasNullItem(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(item => item === null || hasNullItem(item))
  return typeof value === 'object' && value !== null && Object.values(value).some(hasNullItem)
}

/** The manifest with its long field filled; a field of bytes gets them in base64. */
function generated({ manifest, generate }: ValidityCase): KubernetesObject {
  if (!generate) return manifest
  const copy = structuredClone(manifest)
  const raw = generate.rawRepeat.repeat(generate.rawLength)
  const keys = generate.field.split(/[.[\]]+/).filter(Boolean)
  const last = keys.pop()!
  const parent = keys.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], copy) as Record<string, unknown>
  parent[last] = last === 'bytes' ? btoa(raw) : raw
  return copy
}
