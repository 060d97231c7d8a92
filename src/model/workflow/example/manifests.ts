import type { ApplicationFile } from '../documents/application.ts'

/** Kubernetes objects for any values: nothing in them knows which application it is. */
export const manifests: readonly ApplicationFile[] = [
  {
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
`,
  },
  {
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
  },
  {
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
  },
  {
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
  },
  {
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
  },
]
