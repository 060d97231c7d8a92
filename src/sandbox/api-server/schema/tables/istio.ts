/** networking.istio.io: the schemas of its CustomResourceDefinitions; v1, v1beta1 and v1alpha3 are the same. Notation: ../parse.ts. */
export const istio = `
VirtualServiceSpec
  exportTo[] gateways[] hosts[] http[HttpRoute] tcp[TcpRoute] tls[TlsRoute]
HttpRoute
  corsPolicy:CorsPolicy delegate:DelegateRef directResponse:DirectResponse fault:HttpFault headers:HttpHeaders match[HttpMatch]
  mirror:Destination mirror_percent:uint32 mirrorPercent:uint32 mirrorPercentage:Percent mirrors[HttpMirror] name
  redirect:HttpRedirect retries:HttpRetry rewrite:HttpRewrite route[HttpRouteDestination] timeout:duration
CorsPolicy
  allowCredentials:bool allowHeaders[] allowMethods[] allowOrigin[] allowOrigins[StringMatch] exposeHeaders[] maxAge:duration
  unmatchedPreflights:enum(UNSPECIFIED|FORWARD|IGNORE)
StringMatch oneOf(exact,prefix,regex)
  exact prefix regex
DelegateRef
  name namespace
DirectResponse
  body:DirectBody status:uint32!
DirectBody oneOf(string,bytes)
  bytes string
HttpFault
  abort:FaultAbort delay:FaultDelay
FaultAbort oneOf(httpStatus,grpcStatus,http2Error)
  grpcStatus http2Error httpStatus:int percentage:Percent
Percent
  value:number
FaultDelay oneOf(fixedDelay,exponentialDelay)
  exponentialDelay:duration fixedDelay:duration percent:int percentage:Percent
HttpHeaders
  request:HeaderOperations response:HeaderOperations
HeaderOperations
  add<> remove[] set<>
HttpMatch
  authority:StringMatch gateways[] headers<StringMatch> ignoreUriCase:bool method:StringMatch name port:uint32
  queryParams<StringMatch> scheme:StringMatch sourceLabels<> sourceNamespace statPrefix uri:StringMatch withoutHeaders<StringMatch>
Destination
  host! port:PortSelector subset
PortSelector
  number:uint32
HttpMirror
  destination:Destination! percentage:Percent
HttpRedirect oneOf(port,derivePort)
  authority derivePort:enum(FROM_PROTOCOL_DEFAULT|FROM_REQUEST_PORT) port:uint32 prefixRewrite redirectCode:uint32 scheme uri
HttpRetry
  attempts:int backoff:duration perTryTimeout:duration retryIgnorePreviousHosts:bool retryOn retryRemoteLocalities:bool
HttpRewrite
  authority uri uriRegexRewrite:UriRegexRewrite
UriRegexRewrite
  match rewrite
HttpRouteDestination
  destination:Destination! headers:HttpHeaders weight:int
TcpRoute
  match[L4Match] route[RouteDestination]
L4Match
  destinationSubnets[] gateways[] port:uint32 sourceLabels<> sourceNamespace sourceSubnet
RouteDestination
  destination:Destination! weight:int
TlsRoute
  match[TlsMatch]! route[RouteDestination]
TlsMatch
  destinationSubnets[] gateways[] port:uint32 sniHosts[]! sourceLabels<> sourceNamespace
DestinationRuleSpec
  exportTo[] host! subsets[Subset] trafficPolicy:TrafficPolicy workloadSelector:WorkloadSelector
Subset
  labels<> name! trafficPolicy:TrafficPolicy
TrafficPolicy
  connectionPool:ConnectionPool loadBalancer:LoadBalancer outlierDetection:OutlierDetection portLevelSettings[PortLevelSettings]
  proxyProtocol:ProxyProtocol retryBudget:RetryBudget tls:ClientTls tunnel:Tunnel
ConnectionPool
  http:ConnectionPoolHttp tcp:ConnectionPoolTcp
ConnectionPoolHttp
  h2UpgradePolicy:enum(DEFAULT|DO_NOT_UPGRADE|UPGRADE) http1MaxPendingRequests:int http2KeepAlive:Http2KeepAlive http2MaxRequests:int
  idleTimeout:duration maxConcurrentStreams:int maxRequestsPerConnection:int maxRetries:int useClientProtocol:bool
Http2KeepAlive
  interval:duration timeout:duration
ConnectionPoolTcp
  connectTimeout:duration idleTimeout maxConnectionDuration:duration maxConnections:int tcpKeepalive:TcpKeepalive
TcpKeepalive
  interval:duration probes:uint32 time:duration
LoadBalancer oneOf(simple,consistentHash)
  consistentHash:ConsistentHash localityLbSetting:LocalityLbSetting
  simple:enum(UNSPECIFIED|LEAST_CONN|RANDOM|PASSTHROUGH|ROUND_ROBIN|LEAST_REQUEST) warmup:Warmup warmupDurationSecs:duration
  zoneAwareLbSetting:ZoneAwareLbSetting
ConsistentHash oneOf(httpHeaderName,httpCookie,useSourceIp,httpQueryParameterName) oneOf(ringHash,maglev)
  httpCookie:HttpCookie httpHeaderName httpQueryParameterName maglev:Maglev minimumRingSize:int(0..) ringHash:RingHash
  useSourceIp:bool
HttpCookie
  attributes[CookieAttribute] name! path ttl
CookieAttribute
  name! value
Maglev
  tableSize:int(0..)
RingHash
  minimumRingSize:int(0..)
LocalityLbSetting
  distribute[Distribute] enabled:bool failover[Failover] failoverPriority[]
Distribute
  from to<uint32>
Failover
  from to
Warmup
  aggression:number(0..) duration:duration! minimumPercent:number(0..100)
ZoneAwareLbSetting
  enabled:bool failover[Failover] failoverPriority[] minClusterSize:int(1..)
OutlierDetection
  baseEjectionTime:duration consecutive5xxErrors:uint32 consecutiveErrors:int consecutiveGatewayErrors:uint32
  consecutiveLocalOriginFailures:uint32 interval:duration maxEjectionPercent:int minHealthPercent:int
  outlierDetectionHttpErrorCodes[int(100..599)] splitExternalLocalOriginErrors:bool
PortLevelSettings
  connectionPool:ConnectionPool loadBalancer:LoadBalancer outlierDetection:OutlierDetection port:PortSelector tls:ClientTls
ClientTls
  caCertificates caCrl clientCertificate credentialName insecureSkipVerify:bool mode:enum(DISABLE|SIMPLE|MUTUAL|ISTIO_MUTUAL)
  privateKey sni subjectAltNames[]
ProxyProtocol
  version:enum(V1|V2)
RetryBudget
  budgetInterval minRetryConcurrency:uint32 percent:number(0..100)
Tunnel
  protocol targetHost! targetPort:uint32!
WorkloadSelector
  matchLabels<>
IstioGatewaySpec
  selector<> servers[Server]
Server
  bind defaultEndpoint hosts[]! name port:ServerPort! tls:ServerTls
ServerPort
  name! number:uint32! protocol! targetPort:uint32
ServerTls
  caCertCredentialName caCertificates caCrl cipherSuites[] credentialName credentialNames[] httpsRedirect:bool insecureSkipVerify:bool
  maxProtocolVersion:enum(TLS_AUTO|TLSV1_0|TLSV1_1|TLSV1_2|TLSV1_3) minProtocolVersion:enum(TLS_AUTO|TLSV1_0|TLSV1_1|TLSV1_2|TLSV1_3)
  mode:enum(PASSTHROUGH|SIMPLE|MUTUAL|AUTO_PASSTHROUGH|ISTIO_MUTUAL|OPTIONAL_MUTUAL) privateKey serverCertificate subjectAltNames[]
  tlsCertificates[TlsCertificates] verifyCertificateHash[] verifyCertificateSpki[]
TlsCertificates
  caCertificates privateKey serverCertificate
ServiceEntrySpec
  addresses[] endpoints[WorkloadEntry] exportTo[] hosts[]! location:enum(MESH_EXTERNAL|MESH_INTERNAL) ports[ServiceEntryPort]{name}
  resolution:enum(NONE|STATIC|DNS|DNS_ROUND_ROBIN|DYNAMIC_DNS) subjectAltNames[] workloadSelector:LabelsSelector
WorkloadEntry
  address labels<> locality network ports<uint32> serviceAccount weight:uint32
ServiceEntryPort
  name! number:uint32! protocol targetPort:uint32
LabelsSelector
  labels<>
SidecarSpec
  egress[SidecarEgress] inboundConnectionPool:ConnectionPool ingress[SidecarIngress] outboundTrafficPolicy:OutboundTrafficPolicy
  workloadSelector:LabelsSelector
SidecarEgress
  bind captureMode:enum(DEFAULT|IPTABLES|NONE) hosts[]! port:SidecarPort
SidecarPort
  name number:uint32 protocol targetPort:uint32
SidecarIngress
  bind captureMode:enum(DEFAULT|IPTABLES|NONE) connectionPool:ConnectionPool defaultEndpoint port:SidecarPort! tls:ServerTls
OutboundTrafficPolicy
  egressProxy:Destination mode:enum(REGISTRY_ONLY|ALLOW_ANY)
VirtualService
  metadata:ObjectMeta+ spec:VirtualServiceSpec status:any
DestinationRule
  metadata:ObjectMeta+ spec:DestinationRuleSpec status:any
IstioGateway
  metadata:ObjectMeta+ spec:IstioGatewaySpec status:any
ServiceEntry
  metadata:ObjectMeta+ spec:ServiceEntrySpec! status:any
Sidecar
  metadata:ObjectMeta+ spec:SidecarSpec status:any
`
