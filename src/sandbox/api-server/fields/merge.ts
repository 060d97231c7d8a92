import { isList, isObject } from '../json.ts'
import { typeOfKey, type ListType, type Type } from '../schema/type.ts'
import { fieldStep, type FieldSet } from './field-set.ts'
import { shapeOf, stepOf, stepsOf } from './typed.ts'

/** Lays an applied configuration over the live value: fields by name, items by key, units replaced. */
export function merge(type: Type, live: unknown, config: unknown): unknown {
  if (config === undefined) return live
  if (live === undefined || live === null || config === null) return config
  const shape = shapeOf(type, config)
  if (shape.is === 'fields' && isObject(live)) return mergeFields(type, live, shape.value ?? {})
  if (shape.is === 'items' && isList(live)) return mergeItems(shape.type, live, shape.items ?? [])
  return config
}

function mergeFields(type: Type, live: Readonly<Record<string, unknown>>, config: Readonly<Record<string, unknown>>): unknown {
  const made = { ...live }
  for (const key of Object.keys(config)) made[key] = merge(typeOfKey(type, key), live[key], config[key])
  return made
}

/**
 * The order of a merged list: items of both keep the order of the configuration; those of one side keep their place
 * among their neighbours, the live ones before the new ones.
 */
function mergeItems(type: ListType, live: readonly unknown[], config: readonly unknown[]): unknown {
  const liveSteps = stepsOf(type, live)
  const configSteps = stepsOf(type, config)
  const liveBy = new Map(liveSteps.map((step, i) => [step, live[i]]))
  const wanted = new Set(configSteps)
  const made: unknown[] = []
  let next = 0
  const takeConfig = (): void => {
    made.push(merge(type.item, liveBy.get(configSteps[next] ?? ''), config[next]))
    next++
  }
  for (const [place, step] of liveSteps.entries()) {
    if (!wanted.has(step)) {
      made.push(live[place])
      continue
    }
    const target = configSteps.indexOf(step)
    if (
      liveSteps
        .slice(place + 1)
        .some(later => wanted.has(later) && configSteps.indexOf(later) < target && configSteps.indexOf(later) >= next)
    )
      continue
    while (next <= target) takeConfig()
  }
  while (next < config.length) takeConfig()
  return made
}

/** The value without the members of a set; a part that this empties stays, empty. */
export function removeFields(type: Type, value: unknown, set: FieldSet): unknown {
  if (set.children.size === 0) return value
  const shape = shapeOf(type, value)
  if (shape.is === 'fields' && shape.value) return removeFromFields(type, shape.value, set)
  if (shape.is === 'items' && shape.items) return removeFromItems(shape.type, shape.items, set)
  return value
}

function removeFromFields(type: Type, value: Readonly<Record<string, unknown>>, set: FieldSet): unknown {
  const made: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    const below = set.children.get(fieldStep(key))
    if (below?.member) continue
    made[key] = below ? removeFields(typeOfKey(type, key), item, below) : item
  }
  return made
}

function removeFromItems(type: ListType, items: readonly unknown[], set: FieldSet): unknown {
  const made = items.flatMap(item => {
    const below = set.children.get(stepOf(type, item))
    if (below?.member) return []
    return [below ? removeFields(type.item, item, below) : item]
  })
  return made
}
