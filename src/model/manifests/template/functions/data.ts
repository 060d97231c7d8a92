// Helm and sprig: YAML, JSON, base64 and hashes.
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import type { Json } from '#base/index.ts'
import { readDocuments, writeYaml } from '#model/documents/index.ts'
import { bytesOf, textOf } from '../bytes.ts'
import { dict, fromJson, isDict, isList, list, toWritable, type Value } from '../value.ts'
import { refuse, takes, type Functions } from './function.ts'
import { goJson, type JsonStyle } from './json.ts'

/** The column behind which helm continues long texts in the next line. */
const helmFolds = 80

function yaml(value: Value): string {
  return writeYaml(toWritable(value), { foldAt: helmFolds }).replace(/\n$/, '')
}

function json(value: Value, style: JsonStyle): string {
  return goJson(value, style) ?? refuse('a number that is none cannot be JSON')
}

/** Helm tells what is wrong with a text in the value: a map with `Error`, a list with the message. */
function readYaml(text: string, wanted: 'map' | 'list'): Value {
  const { documents, problems } = readDocuments(text, 'text')
  const problem = problems.find(each => each.severity === 'error')
  if (problem) return wrong(problem.message, wanted)
  return read(documents[0]?.value ?? null, wanted)
}

function readJson(text: string, wanted: 'map' | 'list'): Value {
  try {
    return read(JSON.parse(text) as Json, wanted)
  } catch {
    return wrong('the text is not JSON', wanted)
  }
}

function read(parsed: Json, wanted: 'map' | 'list'): Value {
  const value = fromJson(parsed)
  if (value === null) return wanted === 'map' ? dict() : list([])
  if (wanted === 'map' ? isDict(value) : isList(value)) return value
  return wrong(`the text holds no ${wanted}`, wanted)
}

const wrong = (says: string, wanted: 'map' | 'list'): Value => (wanted === 'map' ? dict([['Error', says]]) : list([says]))

/** Sprig gives the text of the error where the text is no base64. */
function fromBase64(text: string): string {
  const bad = firstBad(text)
  if (bad !== undefined) return `illegal base64 data at input byte ${bad}`
  return textOf(Uint8Array.from(atob(text.replaceAll(/[\r\n]/g, '')), character => character.charCodeAt(0)))
}

/** Where Go's decoder gives up: at the character that does not fit, or at the group of four that is not full. */
function firstBad(text: string): number | undefined {
  const letters = [...text.matchAll(/[^\r\n]/g)].map(found => ({ letter: found[0], at: found.index }))
  const wrong = letters.findIndex(({ letter }) => !/[A-Za-z0-9+/]/.test(letter))
  if (wrong === -1) return letters.length % 4 === 0 ? undefined : text.length - (letters.length % 4)
  const { letter, at } = letters[wrong] ?? { letter: '', at: 0 }
  const inGroup = wrong % 4
  if (letter !== '=' || inGroup < 2) return at
  const second = letters[wrong + 1]
  if (inGroup === 2 && second?.letter !== '=') return second ? second.at - 1 : text.length
  return letters[wrong + (inGroup === 2 ? 2 : 1)]?.at
}

function toBase64(text: string): string {
  return btoa(Array.from(bytesOf(text), byte => String.fromCharCode(byte)).join(''))
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
const plain: JsonStyle = { escapeHtml: true, pretty: false }

export const data: Functions = {
  toYaml: takes(['any'], ([value]) => yaml(value)),
  mustToYaml: takes(['any'], ([value]) => yaml(value)),
  fromYaml: takes(['string'], ([text]) => readYaml(text, 'map')),
  fromYamlArray: takes(['string'], ([text]) => readYaml(text, 'list')),
  toJson: takes(['any'], ([value]) => json(value, plain)),
  mustToJson: takes(['any'], ([value]) => json(value, plain)),
  toPrettyJson: takes(['any'], ([value]) => json(value, { escapeHtml: true, pretty: true })),
  toRawJson: takes(['any'], ([value]) => json(value, { escapeHtml: false, pretty: false })),
  fromJson: takes(['string'], ([text]) => readJson(text, 'map')),
  fromJsonArray: takes(['string'], ([text]) => readJson(text, 'list')),
  b64enc: takes(['string'], ([text]) => toBase64(text)),
  b64dec: takes(['string'], ([text]) => fromBase64(text)),
  sha256sum: takes(['string'], ([text]) => hex(sha256(bytesOf(text)))),
  sha512sum: takes(['string'], ([text]) => hex(sha512(bytesOf(text)))),
}
