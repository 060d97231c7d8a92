import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { VirtualClock } from '#base/index.ts'
import type { ExecutionView, HostView } from '#protocol/http/index.ts'
import { newScreen } from './screen.ts'
import type { Terminal } from './terminal.ts'
import { tellTrouble, watchTrouble, type Troubled } from './trouble.ts'

const about = {
  version: '1.0.0',
  pid: 1,
  folder: '/',
  store: 'embedded',
  startedAt: '2026-01-01T00:00:00Z',
  log: '/log',
  running: 1,
} as const

const failure = {
  code: 'SL-STORE-DISK-FULL',
  blame: 'world' as const,
  message: 'Data folder /: the disk has 0 MB left.',
  todo: 'Make room.',
  facts: {},
}
const troubled: Troubled = { trouble: { failure, since: '2026-01-01T00:00:00Z' } }
const sentence = /Every execution stands still since .+\. Data folder \/: the disk has 0 MB left\.[^]*Make room\.[^]*SL-STORE-DISK-FULL/

const terminalOf = (err: (text: string) => void, more: Partial<Terminal> = {}): Terminal => ({
  live: false,
  columns: 200,
  json: false,
  out: () => undefined,
  err,
  ...more,
})

const told = (said: Troubled, json = false): string => {
  const lines: string[] = []
  tellTrouble(
    said,
    terminalOf(text => lines.push(text), { json }),
  )
  return lines.join('\n')
}

it('says that everything stands still, since when, why, and what to do', () => {
  expect(told(troubled)).toMatch(sentence)
  expect(told(troubled, true)).toBe('')
  expect(told({})).toBe('')
})

const running = { id: 'k3f9', service: 'cart', status: 'running', started: about.startedAt, releases: [], phases: [], around: [] }

it('stands below the live view of a run as long as it lasts', () => {
  const drawn: string[] = []
  const screen = newScreen(
    terminalOf(() => undefined, { live: true }),
    text => drawn.push(stripVTControlCharacters(text)),
  )
  const drawnNow = (): string => {
    screen.show(running as unknown as ExecutionView)
    return drawn.at(-1) ?? ''
  }
  expect(drawnNow()).not.toMatch(sentence)
  screen.about(troubled)
  expect(drawnNow()).toMatch(/execution k3f9[^]*stands still/)
  expect(drawnNow()).toMatch(sentence)
  screen.about({})
  expect(drawnNow()).not.toMatch(sentence)
  screen.end()
})

it('is told once where a run is told in lines, and again when it comes again', () => {
  const lines: string[] = []
  const screen = newScreen(terminalOf(text => lines.push(text)))
  for (const said of [{}, troubled, troubled, {}]) screen.about(said)
  expect(lines).toEqual([expect.stringMatching(sentence)])
  screen.about(troubled)
  expect(lines.length).toBe(2)
})

it('is asked for again and again until nobody looks any more, past questions without an answer', async () => {
  const clock = new VirtualClock()
  const looking = new AbortController()
  const answers: (Troubled | Error)[] = [troubled, new Error('gone'), {}]
  const host = async (): Promise<HostView> => {
    const answer = answers.shift() ?? {}
    if (answer instanceof Error) throw answer
    return { ...about, ...answer }
  }
  const heard: boolean[] = []
  const ended = watchTrouble({ host }, ({ trouble }) => void heard.push(trouble !== undefined), clock, looking.signal)
  await clock.advance(8_000)
  expect(heard).toEqual([true, false])
  looking.abort()
  await ended
  await clock.advance(60_000)
  expect(heard).toEqual([true, false])
})
