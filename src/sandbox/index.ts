// The sandbox: a Kubernetes cluster with a mesh in one process, in real time with real sockets or under a virtual clock.
export type { PodHttp, PodHttpRequest, PodHttpResponse } from './pod-http.ts'
export type { ServedSandbox, ServeOptions } from './serve.ts'
export { createSandbox, type Sandbox, type SandboxOptions, type Switches } from './sandbox.ts'
export type { Forwarded, GatewayProxy, Ingress, MeshOptions } from '#sandbox/mesh/index.ts'
export type { Behaviour } from '#sandbox/pods/index.ts'
