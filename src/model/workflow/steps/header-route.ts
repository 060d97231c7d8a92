import { z } from 'zod'
import { workflow } from '../failures.ts'
import { complain, dnsName, fields, flag } from '../written/leaf.ts'
import { RequestMatch, requestMatches } from '../written/request-match.ts'
import { defineStepType } from './step-type.ts'

/** Requests that fulfil one of `match` see the canary, whatever its share; an empty list takes the header route of that name away. */
export const HeaderRoute = z.strictObject({ name: z.string(), match: z.array(RequestMatch) })
export type HeaderRoute = z.infer<typeof HeaderRoute>

const written = fields({ name: dnsName, match: requestMatches.optional(), remove: flag.optional() })
  .superRefine(({ match, remove = false }, context) => {
    if (remove && match)
      complain(context, { tell: where => workflow.WRONG_VALUE({ where, is: 'there beside match', wants: 'one of the two' }) }, ['remove'])
    if (!remove && !match)
      complain(context, { tell: where => workflow.MISSING({ where, wants: 'which requests see the canary, or remove: true' }) }, ['match'])
  })
  .transform(({ name, match = [] }): HeaderRoute => ({ name, match }))

export const headerRoute = defineStepType<HeaderRoute>({
  type: 'headerRoute',
  title: 'Header Route',
  nameOf: ({ name, match }) => `Header Route ${name}${match.length > 0 ? '' : ' off'}`,
  about: 'Leads requests with a header, a cookie, a path or a method to the canary, whatever its share; or stops that.',
  input: HeaderRoute,
  written,
  strategies: ['canary', 'blueGreen'],
})
