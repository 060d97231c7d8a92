// Reads what decides where requests go, and explains it: one request, or every way past the managed routes.
export { explainBypass } from './explain-bypass.ts'
export { explainRequest } from './explain-request.ts'
export { seePodsOf, seeRouting } from './see-routing.ts'
