/**
 * Texts as they lie in a database: AES-256 in GCM, so that whoever copies it reads no Secret of the manifests in it.
 * 1. Every sealing has a nonce of its own, drawn at random: one key is good for far more texts than anybody keeps (2^32).
 * 2. A text is bound to its name: one row cannot stand in for another.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { store as failures } from './failures.ts'

/** AES-256. */
export const keyBytes = 32
/** What GCM is made for. */
const nonceBytes = 12
const tagBytes = 16
const cipher = 'aes-256-gcm'

/** What every sealed text begins with: how it is sealed. Texts without it were kept before there was a key. */
const sealed = 'sealed:1:'

export interface Seal {
  close(text: string, name: string): string
  /** Fails with SL-STORE-KEY where the text was sealed with another key, or is not the one of that name. */
  open(body: string, name: string): string
}

export function sealWith(key: Uint8Array): Seal {
  return {
    close(text, name) {
      const nonce = randomBytes(nonceBytes)
      const into = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(name))
      const body = Buffer.concat([into.update(text, 'utf8'), into.final()])
      return sealed + Buffer.concat([nonce, into.getAuthTag(), body]).toString('base64')
    },
    open(body, name) {
      if (!body.startsWith(sealed)) return body
      const bytes = Buffer.from(body.slice(sealed.length), 'base64')
      const from = createDecipheriv(cipher, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes }).setAAD(Buffer.from(name))
      from.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
      try {
        return from.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + from.final('utf8')
      } catch (error) {
        throw failures.KEY({ name }, error)
      }
    },
  }
}
