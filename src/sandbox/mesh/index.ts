// The mesh: istiods that read configuration and push it, and gateways that route requests by what they were last told.
export type { Propagation } from './connection.ts'
export type { DebounceOptions } from './debounce.ts'
export type { Forwarded, ResponseFlag } from './forward.ts'
export { GatewayProxy, type Asked } from './gateway-proxy.ts'
export { openIngress, type Ingress } from './ingress.ts'
export { Mesh, usualVersion, type MeshOptions, type ProxyShares } from './mesh.ts'
export { istioWebhook } from './webhook.ts'
export type { XdsType } from './push-rules.ts'
