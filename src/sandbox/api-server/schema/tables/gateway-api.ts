/** gateway.networking.k8s.io: fields, lists and defaults of its CustomResourceDefinitions (standard channel); of its CEL rules the usual ones stand in ../../kinds/gateway-api-rules.ts. Notation: ../parse.ts. */
export const gatewayApi = `
HTTPRouteSpec
  hostnames[] parentRefs[ParentReference] rules[HTTPRouteRule]=[{"matches":[{"path":{"type":"PathPrefix","value":"/"}}]}]
ParentReference
  group=gateway.networking.k8s.io kind=Gateway name! namespace port:int(1..65535) sectionName
HTTPRouteRule
  backendRefs[HTTPBackendRef] filters[HTTPRouteFilter] matches[HTTPRouteMatch]=[{"path":{"type":"PathPrefix","value":"/"}}] name
  timeouts:HTTPRouteTimeouts
HTTPBackendRef
  filters[HTTPRouteFilter] group="" kind=Service name! namespace port:int(1..65535) weight:int(0..1000000)=1
HTTPRouteFilter
  cors:HTTPCORSFilter extensionRef:LocalObjectReference requestHeaderModifier:HTTPHeaderFilter requestMirror:HTTPRequestMirrorFilter
  requestRedirect:HTTPRequestRedirectFilter responseHeaderModifier:HTTPHeaderFilter
  type:enum(RequestHeaderModifier|ResponseHeaderModifier|RequestMirror|RequestRedirect|URLRewrite|ExtensionRef|CORS)!
  urlRewrite:HTTPURLRewriteFilter
HTTPCORSFilter
  allowCredentials:bool allowHeaders[] allowMethods[enum(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|*)] allowOrigins[]
  exposeHeaders[] maxAge:int(1..)=5
LocalObjectReference
  group! kind! name!
HTTPHeaderFilter
  add[HTTPHeader]{name} remove[] set[HTTPHeader]{name}
HTTPHeader
  name! value!
HTTPRequestMirrorFilter
  backendRef:BackendObjectReference! fraction:Fraction percent:int(0..100)
BackendObjectReference
  group="" kind=Service name! namespace port:int(1..65535)
Fraction
  denominator:int(1..)=100 numerator:int(0..)!
HTTPRequestRedirectFilter
  hostname path:HTTPPathModifier port:int(1..65535) scheme:enum(http|https) statusCode:int=302
HTTPPathModifier
  replaceFullPath replacePrefixMatch type:enum(ReplaceFullPath|ReplacePrefixMatch)!
HTTPURLRewriteFilter
  hostname path:HTTPPathModifier
HTTPRouteMatch
  headers[HTTPHeaderMatch]{name} method:enum(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH)
  path:HTTPPathMatch={"type":"PathPrefix","value":"/"} queryParams[HTTPQueryParamMatch]{name}
HTTPHeaderMatch
  name! type:enum(Exact|RegularExpression)=Exact value!
HTTPPathMatch
  type:enum(Exact|PathPrefix|RegularExpression)=PathPrefix value=/
HTTPQueryParamMatch
  name! type:enum(Exact|RegularExpression)=Exact value!
HTTPRouteTimeouts
  backendRequest request
HTTPRouteStatus
  parents[RouteParentStatus]!
RouteParentStatus
  conditions[Condition]{type}! controllerName! parentRef:ParentReference!
GRPCRouteSpec
  hostnames[] parentRefs[ParentReference] rules[GRPCRouteRule]
GRPCRouteRule
  backendRefs[GRPCBackendRef] filters[GRPCRouteFilter] matches[GRPCRouteMatch] name
GRPCBackendRef
  filters[GRPCRouteFilter] group="" kind=Service name! namespace port:int(1..65535) weight:int(0..1000000)=1
GRPCRouteFilter
  extensionRef:LocalObjectReference requestHeaderModifier:HTTPHeaderFilter requestMirror:HTTPRequestMirrorFilter
  responseHeaderModifier:HTTPHeaderFilter type:enum(ResponseHeaderModifier|RequestHeaderModifier|RequestMirror|ExtensionRef)!
GRPCRouteMatch
  headers[HTTPHeaderMatch]{name} method:GRPCMethodMatch
GRPCMethodMatch
  method service type:enum(Exact|RegularExpression)=Exact
GatewaySpec
  addresses[GatewaySpecAddress] allowedListeners:AllowedListeners gatewayClassName! infrastructure:GatewayInfrastructure
  listeners[Listener]{name}! tls:any
GatewaySpecAddress
  type=IPAddress value
AllowedListeners
  namespaces:ListenerNamespaces={"from":"None"}
ListenerNamespaces
  from:enum(All|Selector|Same|None)=None selector:LabelSelector
GatewayInfrastructure
  annotations<> labels<> parametersRef:LocalObjectReference
Listener
  allowedRoutes:AllowedRoutes={"namespaces":{"from":"Same"}} hostname name! port:int(1..65535)! protocol! tls:ListenerTLSConfig
AllowedRoutes
  kinds[RouteGroupKind] namespaces:RouteNamespaces={"from":"Same"}
RouteGroupKind
  group=gateway.networking.k8s.io kind!
RouteNamespaces
  from:enum(All|Selector|Same)=Same selector:LabelSelector
ListenerTLSConfig
  certificateRefs[SecretObjectReference] mode:enum(Terminate|Passthrough)=Terminate options<>
SecretObjectReference
  group="" kind=Secret name! namespace
ObjectReference
  group! kind! name! namespace
GatewayStatus
  addresses[GatewayStatusAddress] attachedListenerSets:int
  conditions[Condition]{type} listeners[ListenerStatus]{name}
GatewayStatusAddress
  type=IPAddress value!
ListenerStatus
  attachedRoutes:int! conditions[Condition]{type}! name! supportedKinds[RouteGroupKind]
GatewayClassSpec
  controllerName! description parametersRef:ObjectReference
GatewayClassStatus
  conditions[Condition]{type} supportedFeatures[SupportedFeature]{name}
SupportedFeature
  name!
ReferenceGrantSpec
  from[ReferenceGrantFrom]! to[ReferenceGrantTo]!
ReferenceGrantFrom
  group! kind! namespace!
ReferenceGrantTo
  group! kind! name
HTTPRoute
  metadata:ObjectMeta+ spec:HTTPRouteSpec! status:HTTPRouteStatus
GRPCRoute
  metadata:ObjectMeta+ spec:GRPCRouteSpec! status:HTTPRouteStatus
Gateway
  metadata:ObjectMeta+ spec:GatewaySpec! status:GatewayStatus
GatewayClass
  metadata:ObjectMeta+ spec:GatewayClassSpec! status:GatewayClassStatus
ReferenceGrant
  metadata:ObjectMeta+ spec:ReferenceGrantSpec!
`
