// A stand-in for ingress-nginx: a second data plane, which routes requests by Ingresses and their canary annotations.
export { createIngressNginx, type IngressNginx, type IngressNginxOptions } from './ingress-nginx.ts'
export type { NginxDestination, NginxForwarded, NginxProxy } from './nginx-proxy.ts'
