import { expect, it } from 'vitest'
import { readSettings, readyDescriptor } from './settings.ts'

it('is durable and ends after ten idle minutes, where nobody says otherwise', () => {
  expect(readSettings([], {})).toEqual({ store: 'embedded', idle: 600_000 })
})

it('takes flags before the environment', () => {
  const env = { SLUICE_HOST_STORE: 'memory', SLUICE_HOST_IDLE: '1h' }

  expect(readSettings([], env)).toMatchObject({ store: 'memory', idle: 3_600_000 })
  expect(readSettings(['--store', 'embedded', '--idle', '3s'], env)).toEqual({ store: 'embedded', idle: 3_000 })
})

it.each([
  [['--store', 'floppy'], 'host: store is "floppy", and should be embedded or memory'],
  [['--idle', 'soon'], 'host: idle is "soon", and should be a duration like 10m'],
])('refuses %j', (args, message) => {
  expect(() => readSettings(args, {})).toThrow(message)
})

it('tells its starter how the start went, where the starter says', () => {
  expect(readyDescriptor(['--ready-fd', '3', '--idle', 'soon'])).toBe(3)
  expect(readyDescriptor([])).toBeUndefined()
})
