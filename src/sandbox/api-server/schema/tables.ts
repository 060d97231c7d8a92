import { parseSchema } from './parse.ts'
import { core } from './tables/core.ts'
import { gatewayApi } from './tables/gateway-api.ts'
import { istio } from './tables/istio.ts'
import { meta } from './tables/meta.ts'
import { others } from './tables/others.ts'
import { pods } from './tables/pods.ts'
import { volumes } from './tables/volumes.ts'
import { workloads } from './tables/workloads.ts'
import type { StructType } from './type.ts'

const builtIn = parseSchema(meta, pods, volumes, core, workloads, others)
const istioKinds = parseSchema(meta, istio)
const gatewayKinds = parseSchema(meta, gatewayApi)

const from =
  (schema: typeof builtIn) =>
  (name: string): StructType => {
    const found = schema.get(name)
    if (!found) throw new Error(`schema: no type ${name}`)
    return found
  }

/** The type of a built-in kind (Go's rules), by its name in the tables. */
export const builtInType = from(builtIn)

/** The type of an Istio kind (structural schema). */
export const istioType = from(istioKinds)

/** The type of a Gateway API kind (structural schema). */
export const gatewayType = from(gatewayKinds)
