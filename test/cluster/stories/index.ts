// The stories, in the order in which they are told.
import type { Story } from '../story.ts'
import { abort } from './abort.ts'
import { badVersion } from './bad-version.ts'
import { blueGreen } from './blue-green.ts'
import { canary } from './canary.ts'
import { podDies } from './pod-dies.ts'
import { withoutMesh } from './without-mesh.ts'

export const stories: readonly Story[] = [canary, abort, badVersion, podDies, blueGreen, withoutMesh]
