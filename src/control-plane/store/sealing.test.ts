import { expect, it } from 'vitest'
import { keyBytes, sealWith } from './sealing.ts'

const key = new Uint8Array(keyBytes).fill(7)
const text = 'kind: Secret # ä, and a password: hunter2'

it('a sealed text says nothing, and is opened by the key again', () => {
  const seal = sealWith(key)
  const body = seal.close(text, 'name')
  expect(Buffer.from(body, 'base64').toString('latin1')).not.toContain('hunter2')
  expect(body).not.toContain('hunter2')
  expect(seal.open(body, 'name')).toBe(text)
})

it('no two sealings are the same', () => {
  const seal = sealWith(key)
  expect(seal.close(text, 'name')).not.toBe(seal.close(text, 'name'))
})

it('is opened by no other key, under no other name, and not when it was changed', () => {
  const seal = sealWith(key)
  const body = seal.close(text, 'name')
  const changed = body.slice(0, -4) + (body.endsWith('AAAA') ? 'BBBB' : 'AAAA')
  const refused = expect.objectContaining({ code: 'SL-STORE-KEY' })
  expect(() => sealWith(new Uint8Array(keyBytes)).open(body, 'name')).toThrow(refused)
  expect(() => seal.open(body, 'other')).toThrow(refused)
  expect(() => seal.open(changed, 'name')).toThrow(refused)
})

it('a text that was kept before there was a key is read as it stands', () => expect(sealWith(key).open(text, 'name')).toBe(text))
