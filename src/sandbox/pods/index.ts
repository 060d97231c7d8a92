// Pods: what runs in them (real HTTP servers, or plain functions under a virtual clock), how it behaves, and the network between them.
export { usualBehaviour, type Behaviour } from './behaviour.ts'
export { fromLocalhost, json, NoAnswer, text, type Address, type Headers, type HttpAnswer, type HttpRequest } from './http.ts'
export type { Program } from './line.ts'
export { imageOf, imageTag, isPodReady, podAddress } from './pod-object.ts'
export { PodRuntime, type PodNews, type ProgramFor, type RuntimeOptions } from './runtime.ts'
export { cutServer, listen, type SocketServer } from './socket-server.ts'
