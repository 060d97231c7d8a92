import { RE2JS } from 're2js'
import { z } from 'zod'
import { workflow } from '../failures.ts'
import { complain, choice, fields, isMapping, leaf, readEither, sayValue } from './leaf.ts'

/** A text as a whole, its beginning, or a regular expression (RE2) for all of it. */
export const TextMatch = z.union([
  z.strictObject({ exact: z.string().min(1) }),
  z.strictObject({ prefix: z.string().min(1) }),
  z.strictObject({ regex: z.string().min(1) }),
])
export type TextMatch = z.infer<typeof TextMatch>

/** Conditions on a request that must all hold. */
export const RequestMatch = z.strictObject({
  headers: z.record(z.string(), TextMatch).exactOptional(),
  /** Only there, where it has no value. */
  cookie: z.strictObject({ name: z.string(), value: z.string().exactOptional() }).exactOptional(),
  uri: TextMatch.exactOptional(),
  method: z.string().exactOptional(),
})
export type RequestMatch = z.infer<typeof RequestMatch>

/** istiod refuses longer ones. */
const longestRegex = 1024

/** What tokens are made of (RFC 9110): names of headers, cookies. */
export const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

const wantsText = 'a text, or one of { exact: … }, { prefix: … } and { regex: … }'

const text: z.ZodType<TextMatch> = leaf({
  wants: wantsText,
  shapes: ['text', 'object'],
  read: written => readText(typeof written === 'string' ? { exact: written } : written),
})

function readText(written: unknown): TextMatch | undefined {
  const read = TextMatch.safeParse(written).data
  return read && 'regex' in read && !isRegex(read.regex) ? undefined : read
}

function isRegex(regex: string): boolean {
  try {
    RE2JS.compile(regex)
    return regex.length <= longestRegex
  } catch {
    return false
  }
}

const tokenText = leaf({
  wants: 'a name without blanks and separators',
  shapes: ['text'],
  read: written => (typeof written === 'string' && token.test(written) ? written : undefined),
})

const headers = z.record(z.string(), text).superRefine((all, context) => {
  for (const name of Object.keys(all).filter(each => !token.test(each))) {
    const tell = (where: string) => workflow.WRONG_VALUE({ where, is: `named "${name}"`, wants: 'the name of a header' })
    complain(context, { tell, atKey: name })
  }
})

const cookieValue = leaf({
  wants: 'the value of a cookie: no blanks, quotes, commas and semicolons',
  shapes: ['text'],
  read: written => (typeof written === 'string' && /^[^\s",;\\]+$/.test(written) ? written : undefined),
})

type Cookie = NonNullable<RequestMatch['cookie']>

const namedCookie: z.ZodType<Cookie> = tokenText.transform(name => ({ name }))
const fullCookie: z.ZodType<Cookie> = fields({ name: tokenText, value: cookieValue.optional() }).transform(({ name, value }) => ({
  name,
  ...(value === undefined ? {} : { value }),
}))

/** A name alone: the cookie is there. */
const cookie = readEither<Cookie>(written => (isMapping(written) ? fullCookie : namedCookie), [namedCookie, fullCookie])

const conditions = fields({
  headers: headers.optional(),
  cookie: cookie.optional(),
  uri: text.optional(),
  method: choice('GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE').optional(),
})
  .superRefine((written, context) => {
    const tell = (is: string) => (where: string) =>
      workflow.WRONG_VALUE({ where, is, wants: 'at least one of headers, cookie, uri and method' })
    const said = Object.values(written).filter(each => each !== undefined)
    if (said.length === 0 || (said.length === 1 && written.headers && Object.keys(written.headers).length === 0))
      complain(context, { tell: tell(sayValue(written)) })
    const ofCookie = Object.keys(written.headers ?? {}).find(name => name.toLowerCase() === 'cookie')
    if (!written.cookie || ofCookie === undefined) return
    complain(
      context,
      { tell: where => workflow.WRONG_VALUE({ where, is: 'there beside a header of that name', wants: 'one of the two' }) },
      ['cookie'],
    )
  })
  .transform(({ headers: wanted, cookie: carried, uri, method }): RequestMatch => ({
    ...(wanted ? { headers: wanted } : {}),
    ...(carried ? { cookie: carried } : {}),
    ...(uri ? { uri } : {}),
    ...(method ? { method } : {}),
  }))

const several = z.array(conditions).min(1)

/** One match, or a list of which one is enough. */
export const requestMatches = readEither<RequestMatch[]>(
  written => (isMapping(written) ? conditions.transform(each => [each]) : several),
  [conditions, several],
)

/** The name of a cookie. */
export const cookieName = tokenText
