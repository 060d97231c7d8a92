import { z } from 'zod'

/** Any JSON value, kept as it is, not copied: one walk through it, where `z.json()` tries six schemas at each of its parts. */
export const AnyJson = z.custom<z.core.util.JSONType>(isJson, 'not a JSON value')

function isJson(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value)
    case 'object':
      return value === null || (Array.isArray(value) ? value.every(isJson) : isPlain(value) && Object.values(value).every(isJson))
    default:
      return false
  }
}

/** Made by a literal or a parser, not an instance of something. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
