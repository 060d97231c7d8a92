import { defineFailures, kind } from '#base/index.ts'

export const explainFailures = defineFailures('EXPLAIN', {
  NO_GATEWAY: kind<{ gateway: string; gateways: string }>({
    blame: 'user',
    says: f => `Gateway ${f.gateway}: is not among those that are seen: ${f.gateways || 'none'}.`,
    todo: 'Name one of them (--gateway NAMESPACE/NAME), or leave it out to look at all.',
  }),
  NO_SERVICE: kind<{ service: string; namespace: string }>({
    blame: 'user',
    says: f => `Service ${f.namespace}/${f.service}: is not there.`,
    todo: 'Name a Service of the namespace (-n), or leave the name out for every Service that a managed route leads to.',
  }),
  NO_ROUTE: kind<{ namespace: string; service: string }>({
    blame: 'user',
    says: f => `Namespace ${f.namespace}: no managed route leads to ${f.service}.`,
    todo: 'Annotate the VirtualService or HTTPRoute of the Service with sluice.dev/managed: "true", or look in the right namespace (-n).',
  }),
})
