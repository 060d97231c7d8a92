import type { IstioDestination, VirtualService } from '../objects.ts'

/** A destination of a VirtualService, with its place. */
export interface PlacedDestination {
  readonly path: string
  readonly is: 'route' | 'mirror'
  readonly destination: IstioDestination
}

interface Route {
  readonly route?: readonly { readonly destination?: IstioDestination }[]
  readonly mirror?: IstioDestination
  readonly mirrors?: readonly { readonly destination?: IstioDestination }[]
}

/** A row without a destination goes nowhere. */
const nowhere: IstioDestination = { host: '' }

/** Every destination, mirrors included, of http, tls and tcp. */
export function destinationsOf({ spec }: VirtualService): readonly PlacedDestination[] {
  return (['http', 'tls', 'tcp'] as const).flatMap(protocol =>
    ((spec[protocol] ?? []) as readonly Route[]).flatMap(({ route, mirror, mirrors }, index) => {
      const path = `spec.${protocol}[${index}]`
      return [
        ...(route ?? []).map((row, at) => placed(`${path}.route[${at}].destination`, 'route', row.destination)),
        ...(mirror ? [placed(`${path}.mirror`, 'mirror', mirror)] : []),
        ...(mirrors ?? []).map((row, at) => placed(`${path}.mirrors[${at}].destination`, 'mirror', row.destination)),
      ]
    }),
  )
}

function placed(path: string, is: PlacedDestination['is'], destination: IstioDestination = nowhere): PlacedDestination {
  return { path, is, destination }
}
