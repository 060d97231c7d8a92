import type { Change } from '../move.ts'
import type { Observed, Run, Seen } from '../observed.ts'
import { claimWrite, endWrite, recordWrite, sweepWrite, unclaimWrite, unmarkWrite } from './claim-writes.ts'
import {
  configurationWrite,
  manifestWrite,
  pruneWrite,
  removeBroughtWrite,
  restoreManifestWrite,
  returnOwnershipWrite,
} from './manifest-writes.ts'
import { apartWrite, markWrite, nameSidesWrite, splitWrite, unnameSidesWrite, unsplitWrite } from './traffic-writes.ts'
import {
  createCanaryWrite,
  deleteCanaryWrite,
  floorWrite,
  pauseWrite,
  scaleCanaryWrite,
  surgeWrite,
  templateWrite,
} from './workload-writes.ts'
import type { Write } from './write.ts'

/** Facts of the moment that a write needs beside the objects: `now` is an ISO time; `goingBack` says which way the run goes. */
export interface Moment {
  readonly now: string
  readonly goingBack: boolean
  readonly applied: Seen['applied']
  readonly refused?: Seen['refused']
}

type Writers = {
  readonly [C in Change['change']]: (change: Extract<Change, { change: C }>, observed: Observed, run: Run, moment: Moment) => Write
}

const writers: Writers = {
  claim: (_, observed, run, { now }) => claimWrite(observed, run, now),
  unclaim: (_, observed, run) => unclaimWrite(observed, run),
  record: (_, observed, run) => recordWrite(observed, run),
  sweep: (_, observed, run) => sweepWrite(observed, run),
  end: (_, observed, run, { now }) => endWrite(observed, run, now),
  unmark: (_, observed, run) => unmarkWrite(observed, run),
  mark: (_, observed, run, { refused }) => markWrite(observed, run, refused),
  nameSides: ({ hash }, observed, run) => nameSidesWrite(hash, observed, run),
  unnameSides: (_, observed, run) => unnameSidesWrite(observed, run),
  split: (change, observed, run) => splitWrite(change, observed, run),
  apart: ({ apart }, observed, run) => apartWrite(apart, observed, run),
  unsplit: (_, observed, run, { goingBack }) => unsplitWrite(observed, run, goingBack),
  pause: ({ paused }, observed, run) => pauseWrite(paused, observed, run),
  raiseFloor: (_, observed, run) => floorWrite('raise', observed, run),
  restoreFloor: (_, observed, run) => floorWrite('restore', observed, run),
  createCanary: ({ version }, observed, run) => createCanaryWrite(version, observed, run),
  scaleCanary: ({ replicas }, observed, run) => scaleCanaryWrite(replicas, observed, run),
  deleteCanary: (_, observed) => deleteCanaryWrite(observed),
  template: ({ version }, observed, run) => templateWrite(version, observed, run),
  surge: ({ on }, observed, run, { goingBack }) => surgeWrite(on, goingBack, observed, run),
  configuration: (_, observed, run) => configurationWrite(observed, run),
  manifest: (_, observed, run, { applied }) => manifestWrite(observed, run, applied),
  restoreManifest: (_, observed, run) => restoreManifestWrite(observed, run),
  removeBrought: (_, observed, run) => removeBroughtWrite(observed, run),
  prune: (_, observed) => pruneWrite(observed),
  returnOwnership: (_, observed, run, { goingBack }) => returnOwnershipWrite(observed, run, goingBack),
}

/** The one write that makes a change (or its next part) on the objects as they are now. */
export function writeFor(change: Change, observed: Observed, run: Run, moment: Moment): Write {
  return (writers[change.change] as (change: Change, observed: Observed, run: Run, moment: Moment) => Write)(change, observed, run, moment)
}
