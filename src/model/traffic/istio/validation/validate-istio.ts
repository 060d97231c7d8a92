import type { KubernetesObject } from '#base/index.ts'
import { isIstio, type DestinationRule, type Gateway, type VirtualService } from '../objects.ts'
import { checkDestinationRule } from './destination-rule.ts'
import { destinationRuleShape } from './destination-rule-shape.ts'
import { newReport, type Findings, type Report } from './findings.ts'
import { checkGateway } from './gateway.ts'
import { gatewayShape } from './gateway-shape.ts'
import { checkShape, dropNulls, type RecordShape } from './shape.ts'
import { checkVirtualService } from './virtual-service.ts'
import { virtualServiceShape } from './virtual-service-shape.ts'

type ValidatedKind = 'VirtualService' | 'DestinationRule' | 'Gateway'

const kinds: Readonly<
  Record<ValidatedKind, { readonly shape: RecordShape; readonly check: (object: KubernetesObject, report: Report) => void }>
> = {
  VirtualService: { shape: virtualServiceShape, check: (object, report) => checkVirtualService(object as VirtualService, report) },
  DestinationRule: { shape: destinationRuleShape, check: (object, report) => checkDestinationRule(object as DestinationRule, report) },
  Gateway: { shape: gatewayShape, check: (object, report) => checkGateway(object as Gateway, isConverted(object), report) },
}

/** What no object of these kinds may have beside these, by istiod's webhook. */
const topLevel = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status'])

/** Annotations by which istiod refuses an object. */
const refusedAnnotations = [
  'istio.io/dry-run',
  'internal.istio.io/webhook-always-reject',
  'internal.istio.io/parents',
  'internal.istio.io/parent-namespace',
]

/**
 * What a cluster with Istio says when it is given this object: the CRD's schema with its expressions, then istiod's webhook.
 * Facts about other objects (does the subset exist?) are never asked there, nor here. Objects of other kinds have no findings.
 */
export function validateIstio(object: KubernetesObject): Findings {
  const kind = (Object.keys(kinds) as ValidatedKind[]).find(each => isIstio(object, each))
  if (!kind) return { errors: [], warnings: [] }
  const { shape, check } = kinds[kind]
  const schema = newReport('schema')
  const spec = dropNulls(object.spec ?? {}, shape)
  const readable = checkShape(spec, shape, 'spec', schema)
  const rules = newReport('webhook')
  checkEnvelope(object, rules)
  if (readable) check({ ...object, spec }, rules)
  const known = new Set(schema.errors.map(error => error.path))
  return {
    errors: [...schema.errors, ...rules.errors.filter(error => !known.has(error.path))],
    warnings: [...schema.warnings, ...rules.warnings],
  }
}

function checkEnvelope(object: KubernetesObject, report: Report): void {
  for (const field of Object.keys(object)) if (!topLevel.has(field)) report.error(field, 'unknown field')
  const refused = refusedAnnotations.find(name => object.metadata.annotations?.[name] !== undefined)
  if (refused) report.error('metadata.annotations', `${refused} may not be set`)
}

/** Made by istiod itself from a Gateway of the Gateway API: some rules are looser. */
function isConverted(object: KubernetesObject): boolean {
  return object.metadata.annotations?.['internal.istio.io/gateway-semantics'] === 'gateway'
}
