// Helm: templates inside of templates, and refusals.
import { Refusal } from '../stop.ts'
import { failures } from '../failures.ts'
import { dict, type Value } from '../value.ts'
import { takes, type Functions } from './function.ts'

function required(message: string, value: Value): Value {
  if (value === undefined || value === null || value === '') throw new Refusal(message, failures.REQUIRED({ says: message }))
  return value
}

export const helm: Functions = {
  include: takes(['string', 'any'], ([name, dot], context) => context.include(name, dot)),
  tpl: takes(['string', 'any'], ([text, dot], context) => context.tpl(text, dot)),
  required: takes(['string', 'any'], ([message, value]) => required(message, value)),
  fail: takes(['string'], ([message]) => {
    throw new Refusal(message, failures.REFUSED({ says: message }))
  }),
  // Rendering never asks a cluster: what is rendered depends on the files alone.
  lookup: takes(['string', 'string', 'string', 'string'], () => dict()),
}
