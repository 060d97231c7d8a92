// The stories, in the order in which they are told.
import type { Story } from '../story.ts'
import { abort } from './abort.ts'
import { approved } from './approved.ts'
import { badVersion } from './bad-version.ts'
import { blueGreen } from './blue-green.ts'
import { canary } from './canary.ts'
import { gatewayApi } from './gateway-api.ts'
import { ingressNginx } from './ingress-nginx.ts'
import { podDies } from './pod-dies.ts'
import { powerLost } from './power-lost.ts'
import { rollback } from './rollback.ts'
import { withoutMesh } from './without-mesh.ts'

export const stories: readonly Story[] = [
  canary,
  approved,
  abort,
  badVersion,
  podDies,
  powerLost,
  rollback,
  blueGreen,
  gatewayApi,
  ingressNginx,
  withoutMesh,
]
