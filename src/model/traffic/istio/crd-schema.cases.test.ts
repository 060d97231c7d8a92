import { expect } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { casesOf, type Case } from '../../../../test/cases.ts'
import { validateIstio } from './validation/validate-istio.ts'

interface SchemaCase extends Case {
  readonly kind: string
  readonly manifest: KubernetesObject
  readonly expect: { readonly valid: boolean }
}

casesOf<SchemaCase>('crd-schema.json', {
  notExpressible: ({ kind }) =>
    ['VirtualService', 'DestinationRule', 'Gateway'].includes(kind)
      ? undefined
      : `no run writes a ${kind}, and lint leaves what is wrong with it to the server`,
  run: ({ manifest, expect: { valid } }) => expect(validateIstio(manifest).errors.length === 0).toBe(valid),
})
