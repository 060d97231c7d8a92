import { anyDuration, boolean, duration, int32, list, oneOf, record, text, textMap, texts, uint32, uint64, type Shape } from './shape.ts'

const failover = list(record({ from: text, to: text }))
const percent: Shape = { is: 'number', min: 0, max: 100 }

const consistentHash = record(
  {
    httpHeaderName: text,
    httpCookie: record(
      { name: text, path: text, ttl: anyDuration, attributes: list(record({ name: text, value: text }, { required: ['name'] })) },
      { required: ['name'] },
    ),
    useSourceIp: boolean,
    httpQueryParameterName: text,
    ringHash: record({ minimumRingSize: uint64 }),
    maglev: record({ tableSize: uint64 }),
    minimumRingSize: uint64,
  },
  {
    alternatives: [
      ['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'],
      ['ringHash', 'maglev'],
    ],
  },
)

const loadBalancer = record(
  {
    simple: oneOf('UNSPECIFIED', 'LEAST_CONN', 'RANDOM', 'PASSTHROUGH', 'ROUND_ROBIN', 'LEAST_REQUEST'),
    consistentHash,
    backendUtilization: record({
      errorUtilizationPenaltyPercent: uint32,
      metricNamesForComputingUtilization: texts,
      weightExpirationPeriod: anyDuration,
      weightStabilizationPeriod: anyDuration,
      weightUpdatePeriod: anyDuration,
    }),
    localityLbSetting: record({
      distribute: list(record({ from: text, to: { is: 'map', of: uint32 } })),
      failover,
      failoverPriority: texts,
      enabled: boolean,
    }),
    zoneAwareLbSetting: record({
      enabled: boolean,
      failover,
      failoverPriority: texts,
      minClusterSize: { is: 'integer', min: 1, max: 2 ** 32 - 1 },
    }),
    warmupDurationSecs: duration,
    warmup: record({ duration, minimumPercent: percent, aggression: { is: 'number', min: 0 } }, { required: ['duration'] }),
  },
  { alternatives: [['simple', 'consistentHash', 'backendUtilization']] },
)

const connectionPool = record({
  tcp: record({
    maxConnections: int32,
    connectTimeout: duration,
    tcpKeepalive: record({ probes: uint32, time: duration, interval: duration }),
    maxConnectionDuration: duration,
    idleTimeout: anyDuration,
  }),
  http: record({
    http1MaxPendingRequests: int32,
    http2MaxRequests: int32,
    maxRequestsPerConnection: int32,
    maxRetries: int32,
    idleTimeout: duration,
    h2UpgradePolicy: oneOf('DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE'),
    useClientProtocol: boolean,
    maxConcurrentStreams: int32,
    http2KeepAlive: record({ interval: duration, timeout: duration }),
  }),
})

const outlierDetection = record({
  consecutiveErrors: int32,
  splitExternalLocalOriginErrors: boolean,
  consecutiveLocalOriginFailures: uint32,
  consecutiveGatewayErrors: uint32,
  consecutive5xxErrors: uint32,
  interval: duration,
  baseEjectionTime: duration,
  maxEjectionPercent: int32,
  minHealthPercent: int32,
  outlierDetectionHttpErrorCodes: list({ is: 'integer', min: 100, max: 599 }),
})

const tls = record({
  mode: oneOf('DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'),
  clientCertificate: text,
  privateKey: text,
  caCertificates: text,
  caCrl: text,
  credentialName: text,
  subjectAltNames: texts,
  sni: text,
  insecureSkipVerify: boolean,
})

const perPort = { loadBalancer, connectionPool, outlierDetection, tls }

const trafficPolicy = record({
  ...perPort,
  portLevelSettings: list(record({ port: record({ number: uint32 }), ...perPort }), { max: 4096 }),
  tunnel: record({ protocol: text, targetHost: text, targetPort: uint32 }, { required: ['targetHost', 'targetPort'] }),
  proxyProtocol: record({ version: oneOf('V1', 'V2') }),
  retryBudget: record({ percent, minRetryConcurrency: uint32, budgetInterval: anyDuration }),
})

/** The spec of a DestinationRule, as the CRD of Istio 1.32 has it; `number` limits and `only one of` are its own rules (CEL). */
export const destinationRuleShape = record(
  {
    host: text,
    trafficPolicy,
    subsets: list(record({ name: text, labels: textMap, trafficPolicy }, { required: ['name'] })),
    exportTo: texts,
    workloadSelector: record({ matchLabels: textMap }),
  },
  { required: ['host'] },
)
