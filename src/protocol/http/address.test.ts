import { expect, it } from 'vitest'
import { hostAddress } from './address.ts'

const person = { home: '/home/ada', cwd: '/place', uid: 1000 }

it('takes SLUICE_HOME before the XDG state folder before the home folder', () => {
  expect(hostAddress({ ...person, env: { SLUICE_HOME: '/data', XDG_STATE_HOME: '/state' } }).folder).toBe('/data')
  expect(hostAddress({ ...person, env: { XDG_STATE_HOME: '/state' } }).folder).toBe('/state/sluice')
  expect(hostAddress({ ...person, env: { SLUICE_HOME: 'here/' } }).folder).toBe('/place/here')
  expect(hostAddress({ ...person, env: {} }).folder).toBe('/home/ada/.local/state/sluice')
})

it('puts the socket into the data folder as long as its path fits', () => {
  const folder = `/${'d'.repeat(103 - '/host.sock'.length - 1)}`

  expect(hostAddress({ ...person, env: { SLUICE_HOME: folder } }).socket).toBe(`${folder}/host.sock`)
})

it('puts the socket elsewhere, one place per folder, when bytes of the path exceed the limit', () => {
  const at = (folder: string): string => hostAddress({ ...person, env: { SLUICE_HOME: folder } }).socket
  const long = `/${'ä'.repeat(60)}`

  expect(at(long)).toMatch(/^\/tmp\/sluice-1000-[0-9a-f]{8}\/host\.sock$/)
  expect(at(long)).toBe(at(long))
  expect(at(`${long}b`)).not.toBe(at(long))
})
