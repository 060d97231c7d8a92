// What istiod's controllers write into the Gateway API's objects: the status of classes, Gateways and routes.
export { gatewayClassController } from './gateway-classes.ts'
export { gatewayController } from './gateways.ts'
export { routeController } from './routes.ts'
