// The CLI's way to the host: start it on demand, talk to it over its Unix socket.
export { hostClientAt, type HostClient } from './client.ts'
export { ensureHost, findHost, localAddress, type HostProgram } from './ensure-host.ts'
