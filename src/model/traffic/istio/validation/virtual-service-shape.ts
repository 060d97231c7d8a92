import { boolean, duration, int32, list, number, oneOf, record, text, textMap, texts, uint32 } from './shape.ts'

const stringMatch = record({ exact: text, prefix: text, regex: text }, { alternatives: [['exact', 'prefix', 'regex']] })
const stringMatches = { is: 'map', of: stringMatch } as const
/** Here null means "is there"; in `headers` it is told by a rule of its own. */
const nullableMatches = { is: 'map', of: stringMatch, nullable: true } as const
const percent = record({ value: number })
const destination = record({ host: text, subset: text, port: record({ number: uint32 }) }, { required: ['host'] })
const operation = record({ set: textMap, add: textMap, remove: texts })
const headers = record({ request: operation, response: operation })

const httpMatch = record({
  name: text,
  uri: stringMatch,
  scheme: stringMatch,
  method: stringMatch,
  authority: stringMatch,
  headers: nullableMatches,
  withoutHeaders: nullableMatches,
  queryParams: stringMatches,
  port: uint32,
  sourceLabels: textMap,
  sourceNamespace: text,
  gateways: texts,
  ignoreUriCase: boolean,
  statPrefix: text,
})

const redirect = record(
  {
    uri: text,
    authority: text,
    port: uint32,
    derivePort: oneOf('FROM_PROTOCOL_DEFAULT', 'FROM_REQUEST_PORT'),
    scheme: text,
    redirectCode: uint32,
    prefixRewrite: text,
  },
  { alternatives: [['port', 'derivePort']] },
)

const directResponse = record(
  {
    status: uint32,
    body: record({ string: text, bytes: { is: 'text', base64: true } }, { alternatives: [['string', 'bytes']] }),
  },
  { required: ['status'] },
)

const retries = record({
  attempts: int32,
  perTryTimeout: duration,
  retryOn: text,
  retryRemoteLocalities: boolean,
  retryIgnorePreviousHosts: boolean,
  backoff: duration,
})

const fault = record({
  delay: record(
    { percentage: percent, percent: int32, fixedDelay: duration, exponentialDelay: duration },
    { alternatives: [['fixedDelay', 'exponentialDelay']] },
  ),
  abort: record(
    { percentage: percent, httpStatus: int32, grpcStatus: text, http2Error: text },
    { alternatives: [['httpStatus', 'grpcStatus', 'http2Error']] },
  ),
})

const corsPolicy = record({
  allowOrigins: list(stringMatch),
  allowOrigin: texts,
  allowMethods: texts,
  allowHeaders: texts,
  exposeHeaders: texts,
  maxAge: duration,
  allowCredentials: boolean,
  unmatchedPreflights: oneOf('UNSPECIFIED', 'FORWARD', 'IGNORE'),
})

const httpRoute = record({
  name: text,
  match: list(httpMatch),
  route: list(record({ destination, weight: int32, headers }, { required: ['destination'] })),
  redirect,
  directResponse,
  delegate: record({ name: text, namespace: text }),
  rewrite: record({ uri: text, authority: text, uriRegexRewrite: record({ match: text, rewrite: text }) }),
  timeout: duration,
  retries,
  fault,
  mirror: destination,
  mirrors: list(record({ destination, percentage: percent }, { required: ['destination'] })),
  mirrorPercent: uint32,
  mirror_percent: uint32,
  mirrorPercentage: percent,
  corsPolicy,
  headers,
})

const routes = list(record({ destination, weight: int32 }, { required: ['destination'] }))
const l4Match = {
  destinationSubnets: texts,
  port: uint32,
  sourceLabels: textMap,
  gateways: texts,
  sourceNamespace: text,
}

/** The spec of a VirtualService, as the CRD of Istio 1.32 has it. */
export const virtualServiceShape = record({
  hosts: texts,
  gateways: texts,
  http: list(httpRoute),
  tls: list(
    record({ match: list(record({ sniHosts: texts, ...l4Match }, { required: ['sniHosts'] })), route: routes }, { required: ['match'] }),
  ),
  tcp: list(record({ match: list(record({ ...l4Match, sourceSubnet: text })), route: routes })),
  exportTo: texts,
})
