import { defineFailures, kind } from '#base/index.ts'

/** What can be wrong with YAML before anybody asks what it means. */
export const documents = defineFailures('DOCUMENTS', {
  SYNTAX: kind<{ says: string }>({
    blame: 'user',
    says: f => `YAML: ${f.says}`,
    todo: 'Mend the YAML at this place.',
  }),
  DUPLICATE_KEY: kind<{ key: string; line: number }>({
    blame: 'user',
    says: f => `Key ${f.key}: stands here a second time, first in line ${f.line}; kubectl would silently take the last`,
    todo: 'Keep one of the two.',
  }),
  KEY_NOT_TEXT: kind<{ is: string }>({
    blame: 'user',
    says: f => `Key: is ${f.is}, where JSON knows only text`,
    todo: 'Write the key as text; text that begins with {{ needs quotes around it.',
  }),
  BOOLEAN_KEY: kind<{ key: string; becomes: string }>({
    blame: 'user',
    says: f => `Key ${f.key}: is read as the boolean ${f.becomes}, as kubectl and helm read it`,
    todo: 'Put the key in quotes to keep it as it is.',
  }),
  MERGE: kind<{ is: string }>({
    blame: 'user',
    says: f => `Merge key <<: wants a mapping or a list of mappings, this is ${f.is}`,
    todo: 'Name an anchor that stands at a mapping, as in `<<: *defaults`.',
  }),
  ANCHOR_UNKNOWN: kind<{ anchor: string }>({
    blame: 'user',
    says: f => `Alias *${f.anchor}: no anchor &${f.anchor} stands before it in this document`,
    todo: 'Correct the name; text that begins with * needs quotes.',
  }),
  ANCHOR_CIRCLE: kind<{ anchor: string }>({
    blame: 'user',
    says: f => `Anchor &${f.anchor}: contains itself`,
    todo: 'Take the alias out of its own anchor.',
  }),
  ANCHOR_EXPANSION: kind<{ limit: number }>({
    blame: 'user',
    says: f => `Aliases: expand to more than ${f.limit} values`,
    todo: 'Use fewer aliases, or nest them less.',
  }),
  NUMBER_NOT_JSON: kind<{ text: string }>({
    blame: 'user',
    says: f => `Number ${f.text}: JSON and the API server cannot hold it`,
    todo: 'Put it in quotes if it is text.',
  }),
  NUMBER_INEXACT: kind<{ text: string; becomes: string }>({
    blame: 'user',
    says: f => `Number ${f.text}: is kept as ${f.becomes}, exact are whole numbers up to 9007199254740991`,
    todo: 'Put it in quotes if it is a name or an id.',
  }),
  TAG: kind<{ tag: string; text: string }>({
    blame: 'user',
    says: f => `Tag ${f.tag}: ${f.text} cannot be read as that`,
    todo: 'Take the tag away, or correct the value.',
  }),
  TAG_UNKNOWN: kind<{ tag: string }>({
    blame: 'user',
    says: f => `Tag ${f.tag}: is not known, the value is taken as it stands`,
    todo: 'Take the tag away.',
  }),
})
