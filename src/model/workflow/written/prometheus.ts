import { z } from 'zod'
import { workflow } from '../failures.ts'
import { complain, fields, isMapping, leaf, readEither, words } from './leaf.ts'
import { token } from './request-match.ts'

/** An address without credentials: whatever stands in a document is read by many. */
function readUrl(written: unknown): string | undefined {
  const url = typeof written === 'string' && URL.canParse(written.trim()) ? new URL(written.trim()) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username + url.password + url.search + url.hash !== '') return undefined
  return url.href.replace(/\/+$/, '')
}

const address = leaf({
  wants: 'an http or https address without user, query and fragment, such as http://prometheus.monitoring:9090',
  shapes: ['text'],
  read: readUrl,
})

const secretName = leaf({
  wants: 'the name of a Secret of the namespace',
  shapes: ['text'],
  read: written =>
    typeof written === 'string' &&
    written.length <= 253 &&
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(written)
      ? written
      : undefined,
})

const secretKey = fields({
  secret: secretName.describe('Name of a Secret in the namespace of the infrastructure.'),
  key: leaf({
    wants: 'a key of a Secret',
    shapes: ['text'],
    read: written => (typeof written === 'string' && /^[-._a-zA-Z0-9]{1,253}$/.test(written) ? written : undefined),
  }).describe('Which of its keys.'),
})
type SecretKey = z.infer<typeof secretKey>

const headerValue: z.ZodType<string | SecretKey> = readEither<string | SecretKey>(
  written => (isMapping(written) ? secretKey : words),
  [words, secretKey],
)

const headers = z.record(z.string(), headerValue).superRefine((all, context) => {
  for (const [name, value] of Object.entries(all)) {
    const wants = !token.test(name)
      ? 'the name of a header'
      : name.toLowerCase() === 'authorization' && typeof value === 'string'
        ? 'a reference to a Secret, such as { secret: prometheus, key: authorization }'
        : undefined
    if (wants === undefined) continue
    const is = token.test(name) ? 'written out' : `named "${name}"`
    complain(context, { tell: where => workflow.WRONG_VALUE({ where, is, wants }) }, [name])
  }
})

const labels = z.record(z.string(), words).superRefine((all, context) => {
  for (const name of Object.keys(all).filter(each => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(each))) {
    complain(context, { tell: where => workflow.WRONG_VALUE({ where, is: `named "${name}"`, wants: 'the name of a label' }) }, [name])
  }
})

/** A Prometheus that scrapes the proxies of the mesh. */
export const prometheus = fields({
  url: address.describe('As the delegate reaches it.'),
  headers: headers.default({}).describe('Sent with every question, such as X-Scope-OrgID; a value may be a reference to a Secret.'),
  bearerToken: secretKey.optional().describe('Sent as Authorization: Bearer …'),
  labels: labels.default({}).describe('What its series of this cluster have, where it knows several clusters: { cluster: eu-1 }.'),
})
