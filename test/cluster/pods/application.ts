// What runs in the application's pods on a real cluster: it answers every path with its version, as the sandbox's pods do.
import { createServer } from 'node:http'

const { VERSION = 'unknown', ERRORS = '0', HOSTNAME = '' } = process.env

const server = createServer((request, response) => {
  const isError = request.url !== '/ready' && Math.random() * 100 < Number(ERRORS)
  response.writeHead(isError ? 500 : 200, { 'content-type': 'application/json', 'x-version': VERSION, 'x-pod': HOSTNAME })
  response.end(JSON.stringify({ version: VERSION, pod: HOSTNAME }))
})
server.listen(8080)

// What is being answered is answered; new connections are refused.
process.once('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections()
})
