import { expect, it } from 'vitest'
import type { HostView } from '#protocol/http/index.ts'
import type { Terminal } from './terminal.ts'
import { tellTrouble } from './trouble.ts'

const told = (view: Pick<HostView, 'trouble'>, json = false): string => {
  const lines: string[] = []
  const terminal: Terminal = { live: false, columns: 200, json, out: () => undefined, err: text => lines.push(text) }
  const about = {
    version: '1.0.0',
    pid: 1,
    folder: '/',
    store: 'embedded',
    startedAt: '2026-01-01T00:00:00Z',
    log: '/log',
    running: 1,
  } as const
  tellTrouble({ ...about, ...view }, terminal)
  return lines.join('\n')
}

it('says that everything stands still, since when, why, and what to do', () => {
  const failure = {
    code: 'SL-STORE-DISK-FULL',
    blame: 'world' as const,
    message: 'Data folder /: the disk has 0 MB left.',
    todo: 'Make room.',
    facts: {},
  }
  const trouble = { failure, since: '2026-01-01T00:00:00Z' }
  expect(told({ trouble })).toMatch(
    /Every execution stands still since .+\. Data folder \/: the disk has 0 MB left\.[^]*Make room\.[^]*SL-STORE-DISK-FULL/,
  )
  expect(told({ trouble }, true)).toBe('')
  expect(told({})).toBe('')
})
