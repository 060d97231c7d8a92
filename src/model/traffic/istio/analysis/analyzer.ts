// What `istioctl analyze` says about objects beside each other. istiod accepts all of it, whatever its level.
import type { KubernetesObject } from '#base/index.ts'
import { isIstio, type DestinationRule, type Gateway, type VirtualService } from '../objects.ts'

/** Istio's own names and levels. */
export const istioCodes = {
  IST0101: { name: 'ReferencedResourceNotFound', level: 'Error' },
  IST0106: { name: 'SchemaValidationError', level: 'Error' },
  IST0109: { name: 'ConflictingMeshGatewayVirtualServiceHosts', level: 'Error' },
  IST0112: { name: 'VirtualServiceDestinationPortSelectorRequired', level: 'Error' },
  IST0128: { name: 'NoServerCertificateVerificationDestinationLevel', level: 'Warning' },
  IST0129: { name: 'NoServerCertificateVerificationPortLevel', level: 'Warning' },
  IST0130: { name: 'VirtualServiceUnreachableRule', level: 'Warning' },
  IST0131: { name: 'VirtualServiceIneffectiveMatch', level: 'Info' },
  IST0132: { name: 'VirtualServiceHostNotFoundInGateway', level: 'Warning' },
  IST0133: { name: 'SchemaWarning', level: 'Warning' },
  IST0138: { name: 'GatewayDuplicateCertificate', level: 'Warning' },
  IST0145: { name: 'ConflictingGateways', level: 'Error' },
  IST0162: { name: 'GatewayPortNotDefinedOnService', level: 'Warning' },
  IST0165: { name: 'ReferencedInternalGateway', level: 'Warning' },
  IST0173: { name: 'DestinationRuleSubsetNotSelectPods', level: 'Error' },
  IST0174: { name: 'UnknownDestinationRuleHost', level: 'Warning' },
} as const
export type IstioCode = keyof typeof istioCodes

/** Objects that are looked at together: a cluster's, or those of some manifests. */
export interface AnalyzedConfig {
  readonly objects: readonly KubernetesObject[]
  /** The cluster's domain; `cluster.local` where left out. */
  readonly domain?: string
}

/** What cannot be found, so that whoever knows only a part of the cluster can tell how much the message is worth. */
export interface Missing {
  readonly kind: string
  /** Undefined where it might be in any. */
  readonly namespace?: string
}

export interface AnalyzerMessage {
  readonly code: IstioCode
  readonly object: KubernetesObject
  /** `spec.http[0].route[1].destination.host`; empty for the object as a whole. */
  readonly path: string
  readonly words: string
  /** There where the message rests on something that is not among the objects. */
  readonly missing?: Missing
}

export type Analyzer = (config: AnalyzedConfig) => readonly AnalyzerMessage[]

export function virtualServicesOf({ objects }: AnalyzedConfig): readonly VirtualService[] {
  return objects.filter((object): object is VirtualService => isIstio(object, 'VirtualService'))
}

export function destinationRulesOf({ objects }: AnalyzedConfig): readonly DestinationRule[] {
  return objects.filter((object): object is DestinationRule => isIstio(object, 'DestinationRule'))
}

export function gatewaysOf({ objects }: AnalyzedConfig): readonly Gateway[] {
  return objects.filter((object): object is Gateway => isIstio(object, 'Gateway'))
}
