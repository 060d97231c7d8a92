import type { Place } from '#base/index.ts'
import { find, type Application } from '../documents/application.ts'

/** Where a field of a Service's spec stands, or where the Service is named; undefined where there is no such Service. */
export function servicePlace(application: Application, service: string, field?: string): Place | undefined {
  const source = find(application, 'Service', service)
  if (!source) return undefined
  const path = field === undefined ? [] : ['spec', field]
  return source.place(field !== undefined && source.at(path) !== undefined ? path : ['metadata', 'name'])
}
