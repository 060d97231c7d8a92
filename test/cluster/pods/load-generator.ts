// What runs in the load generator's pod on a real cluster: the same generator that the sandbox plays, over real sockets.
import { createServer, request as httpRequest } from 'node:http'
import { systemClock } from '#base/index.ts'
import { generateLoad, LOAD_PORT, loadSettings, type LoadSettings, type SentRequest } from '#sandbox/load/index.ts'

const settings = loadSettings(process.env)
if (!settings) throw new Error('LOAD_URL is no URL')
const program = generateLoad({ clock: systemClock, perSecond: settings.perSecond, send: sender(settings) })

/** A connection for each request: a kept one would stay with the pod or proxy that it once found. */
function sender({ url, host }: LoadSettings): SentRequest {
  return signal =>
    new Promise((resolve, reject) => {
      const sent = httpRequest(url, { agent: false, signal, ...(host === undefined ? {} : { headers: { host } }) }, answer => {
        const { 'x-version': version } = answer.headers
        answer.resume()
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, version: typeof version === 'string' ? version : undefined }))
        answer.once('error', reject)
      })
      sent.once('error', reject)
      sent.end()
    })
}

createServer((asked, answer) => {
  void program
    .answer({ method: asked.method ?? 'GET', path: asked.url ?? '/', headers: {} }, LOAD_PORT)
    .then(({ status, headers, body }) => {
      answer.writeHead(status, headers)
      answer.end(body)
    })
}).listen(LOAD_PORT)

// As process 1 of its container, node would not end by itself.
process.once('SIGTERM', () => process.exit(0))
