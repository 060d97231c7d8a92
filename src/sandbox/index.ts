// The sandbox: a Kubernetes cluster with a mesh in one process, in real time with real sockets or under a virtual clock.
export type { PodHttp, PodHttpRequest, PodHttpResponse, PodName } from './pod-http.ts'
export type { ServedSandbox, ServeOptions } from './serve.ts'
export { createSandbox, type Sandbox, type SandboxCluster, type SandboxOptions, type SeenEvent, type Switches } from './sandbox.ts'
export type { Forwarded, GatewayProxy, Ingress, MeshOptions, ProxyShares } from '#sandbox/mesh/index.ts'
export type { Behaviour, Program } from '#sandbox/pods/index.ts'
export type { Attributes } from '#sandbox/api-server/index.ts'
export type { PrometheusOptions, SandboxPrometheus } from '#sandbox/prometheus/index.ts'
export type { IngressNginxOptions, NginxDestination, NginxForwarded, NginxProxy } from '#sandbox/ingress-nginx/index.ts'
