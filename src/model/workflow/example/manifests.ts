import type { ApplicationFile } from '../documents/application.ts'
import { movesTraffic, type Strategy } from '../strategy.ts'

/** Kubernetes objects for any values: nothing in them knows which application it is. Routes where traffic is moved, subsets where pods share a Service. */
export function manifestsFor(strategy: Strategy): readonly ApplicationFile[] {
  const routes = [virtualService, gateway]
  const traffic = { canary: [destinationRule, ...routes], blueGreen: routes, rolling: [], basic: [] }
  return [deployment(strategy), service, ...traffic[strategy]]
}

const deployment = (strategy: Strategy): ApplicationFile => ({
  path: 'manifests/deployment.yaml',
  text: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Values.name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels:
      app: {{ .Values.name }}
  template:
    metadata:
      labels:
        app: {{ .Values.name }}
    spec:
      containers:
        - name: {{ .Values.name }}
          image: {{ .Values.image }}
          ports:
            - containerPort: {{ .Values.port }}
          # Only pods that answer here get traffic.
          readinessProbe:
            httpGet:
              path: /
              port: {{ .Values.port }}
${movesTraffic(strategy) ? '' : preStop}`,
})

/** Where pods are replaced while they have requests. */
const preStop = `          # A pod that is told to stop goes on until nobody sends it requests any more: 2 s and a little; in a mesh 12 s.
          lifecycle:
            preStop:
              sleep:
                seconds: 5
`

const service: ApplicationFile = {
  path: 'manifests/service.yaml',
  text: `apiVersion: v1
kind: Service
metadata:
  name: {{ .Values.name }}-svc
spec:
  selector:
    app: {{ .Values.name }}
  ports:
    - name: http
      port: 80
      targetPort: {{ .Values.port }}
`,
}

const destinationRule: ApplicationFile = {
  path: 'manifests/destinationrule.yaml',
  text: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: {{ .Values.name }}-destinationrule
  annotations:
    # Sluice adds its subsets here for the time of a run. The quotes are needed.
    sluice.dev/managed: "true"
spec:
  host: {{ .Values.name }}-svc
  trafficPolicy:
    loadBalancer:
      simple: RANDOM
`,
}

const virtualService: ApplicationFile = {
  path: 'manifests/virtualservice.yaml',
  text: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {{ .Values.name }}-virtualservice
  annotations:
    # Sluice splits this route. It needs no weights: at rest everything goes to the one destination.
    sluice.dev/managed: "true"
spec:
  gateways:
    - {{ .Values.name }}-gateway
  hosts:
    - {{ .Values.host | quote }}
  http:
    - route:
        - destination:
            host: {{ .Values.name }}-svc
`,
}

const gateway: ApplicationFile = {
  path: 'manifests/gateway.yaml',
  text: `apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: {{ .Values.name }}-gateway
spec:
  # The pods of your ingress gateway.
  selector:
    istio: ingressgateway
  servers:
    - port:
        number: 80
        name: http
        protocol: HTTP
      hosts:
        - {{ .Values.host | quote }}
`,
}
