// The sandbox: a Kubernetes cluster with a mesh in one process, in real time with real sockets or under a virtual clock.
export { contextName, kubeconfigText } from './kubeconfig.ts'
export type { PodHttp, PodHttpRequest, PodHttpResponse } from './pod-http.ts'
export { serveSandbox, type ServedSandbox, type ServeOptions } from './serve.ts'
export { createSandbox, type Sandbox, type SandboxOptions, type Switches } from './sandbox.ts'
export { openIngress, type Forwarded, type GatewayProxy, type Ingress, type MeshOptions } from '#sandbox/mesh/index.ts'
export type { Behaviour } from '#sandbox/pods/index.ts'
