import { expect, it } from 'vitest'
import type { Terminal } from '../terminal.ts'
import { explain } from './explain.ts'

const terminal: Terminal = { live: false, columns: 80, json: false, out: () => undefined, err: () => undefined }
const options = { path: '/', method: 'GET', namespace: 'default', host: 'shop.test' }

for (const [what, wrong, code] of [
  ['no host', { host: undefined }, 'SL-CLI-NO-HOST-NAMED'],
  ['a URL in place of a host', { host: 'https://shop.test/cart' }, 'SL-CLI-HOST-NAME'],
  ['a header without a colon', { header: ['x-user'] }, 'SL-CLI-HEADER'],
  ['a caller without a namespace', { from: '/app=cart' }, 'SL-CLI-CALLER'],
  ['a label of a caller without a value', { from: 'shop/app' }, 'SL-CLI-CALLER'],
  ['a port that is none', { port: '0' }, 'SL-CLI-PORT'],
] as const)
  it(`${what} is told before any cluster is asked`, async () => {
    const given = { ...options, ...wrong } as unknown as Parameters<typeof explain>[1]
    await expect(explain([], given, terminal)).rejects.toMatchObject({ code, blame: 'user' })
  })
