import type { KubernetesObject } from '#base/index.ts'
import { age, nameColumn, text, wide, type Column } from '../table/column.ts'
import { invalidValue, when } from '../validation/field-errors.ts'
import { builtIn } from './define.ts'

interface Event extends KubernetesObject {
  readonly involvedObject: { readonly kind?: string; readonly name?: string; readonly namespace?: string; readonly fieldPath?: string }
  readonly reason?: string
  readonly message?: string
  readonly type?: string
  readonly count?: number
  readonly firstTimestamp?: string | null
  readonly lastTimestamp?: string | null
  readonly eventTime?: string | null
  readonly source?: { readonly component?: string; readonly host?: string }
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string }
}

const asEvent = (object: KubernetesObject): Event => object as Event

const first = (event: Event): unknown => event.firstTimestamp ?? event.eventTime
const last = (event: Event): unknown => event.series?.lastObservedTime ?? event.lastTimestamp ?? first(event)

const columns: readonly Column[] = [
  text('Last Seen', (object, now) => age(last(asEvent(object)), now)),
  text('Type', object => asEvent(object).type ?? ''),
  text('Reason', object => asEvent(object).reason ?? ''),
  text('Object', object => {
    const { kind = '', name = '' } = asEvent(object).involvedObject
    return `${kind.toLowerCase()}/${name}`
  }),
  wide(text('Subobject', object => asEvent(object).involvedObject.fieldPath ?? '')),
  wide(text('Source', object => [asEvent(object).source?.component, asEvent(object).source?.host].filter(Boolean).join(', '))),
  text('Message', object => asEvent(object).message?.trim() ?? ''),
  wide(text('First Seen', (object, now) => age(first(asEvent(object)), now))),
  wide(text('Count', object => String(asEvent(object).series?.count ?? asEvent(object).count ?? 1))),
  wide(nameColumn),
]

export const events = builtIn('', {
  kind: 'Event',
  short: 'ev',
  selectable: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  rules: {
    check: object => {
      const { namespace = '' } = asEvent(object).involvedObject
      const differs = namespace ? namespace !== object.metadata.namespace : object.metadata.namespace !== 'default'
      return when(differs, () => invalidValue('involvedObject.namespace', namespace, 'does not match event.namespace'))
    },
  },
  columns,
})
