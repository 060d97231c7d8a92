// Nothing is sent: at every event each gateway is asked where a request would go by what it believes, and every pod that could get it is
// looked at. So one event stands for all the requests that could be sent at that moment.
//
// 1. A request is lost where a destination with a share does not exist for the gateway, has no pod that answers, or has more dead pods than
//    retries hide. What the world itself breaks is the world's.
// 2. A version that answers must have a share in some split between the last one that every gateway has, and now.
// 3. A destination with a share is never given to another version (no role swap).
import type { Sandbox } from '#sandbox/index.ts'
import { isReady } from '#model/release/index.ts'
import { shop } from './application.ts'
import type { Asked } from './asked.ts'
import type { Believed, Door, Listed } from './doors.ts'
import { imageVersion } from './pods.ts'
import { declared, sameShares, sameSplit, splitResources, type Shares, type Split } from './splits.ts'

/** A request is tried on so many pods (Istio's default: two retries): as long as fewer are dead, one of them answers. */
const tries = 3

/** What the judge must know of the world to be just. */
export interface Circumstances {
  /** Milliseconds since 1970. */
  now(): number
  /** The world itself broke this pod (crash, eviction), so that it may be dead in lists. */
  isHarmed(pod: string): boolean
  /** Others took this pod away from under the destination, by what a run can neither know nor stop. */
  isTaken(pod: string, destination: string): boolean
  /** Others took the name of this destination away, and the run has had no time yet to give it back. */
  isUnnamed(destination: string): boolean
  /** Others turned requests to this destination while nobody was there, and the run has had no time yet to take them back. */
  isMisled(destination: string): boolean
  /** Somebody has led users to every pod there is by this destination: they get every version. */
  isOpened(destination: string): boolean
  /** A roll that others began has replaced all its pods, and whoever lists them has not told yet. */
  isReplaced(destination: string): boolean
  /** Pods of this destination have been broken by the world: that none of them answers is not the run's doing. */
  isExcused(destination: string, asked: Asked): boolean
  /** The world has broken every pod of a side, and its users are led elsewhere as fast as can be, whatever is known there. */
  isInHaste(): boolean
  /** An ordinary rolling update of what a bare route reaches loses requests: it is planned as outside the promise. */
  isOutside(destination: string): boolean
  /** Whether a destination may be given to another version under weight: an ordinary rolling update, or a Service that is flipped. */
  mayChangeUnderWeight(destination: string): boolean
  violation(text: string): void
}

interface Seen {
  readonly routes: unknown
  readonly lists: readonly unknown[]
  readonly epoch: number
}

export interface Requests {
  /** Looks at everything that has changed since the last look. */
  look(): void
  /** From now on requests are judged. */
  begin(): void
  readonly modelled: number
  /** Versions that every gateway could answer with at the last look. */
  versions(): ReadonlySet<string>
  /** What is declared now, for the first kind of request. */
  declared(): Split | undefined
  /** A gateway that does not send by what is declared now, and for which kind of request; undefined where all do. */
  behind(): string | undefined
}

/** `doors`: all proxies that users come in by. */
export function newRequests(
  sandbox: Sandbox,
  doors: () => readonly Door[],
  asked: readonly Asked[],
  circumstances: Circumstances,
): Requests {
  const paths = asked.map(each => new Judge(sandbox, doors, each, circumstances))
  let dirty = true
  for (const resource of splitResources) sandbox.apiServer.objects.subscribe(resource, () => (dirty = true))
  sandbox.apiServer.objects.subscribe('pods', () => (dirty = true))
  let judging = false
  let seen: readonly { readonly gateway: Door; readonly state: unknown }[] = []
  const isSeen = (gateway: Door, index: number): boolean => gateway === seen[index]?.gateway && gateway.state() === seen[index]?.state
  return {
    look() {
      const gateways = doors()
      // What gateways believe changes only by what they are sent.
      if (!dirty && gateways.length === seen.length && gateways.every(isSeen)) return
      for (const path of paths) path.look(gateways, dirty, judging)
      dirty = false
      seen = gateways.map(gateway => ({ gateway, state: gateway.state() }))
    },
    begin() {
      judging = true
      seen = []
      for (const path of paths) path.begin()
    },
    get modelled() {
      return paths.reduce((sum, path) => sum + path.modelled, 0)
    },
    versions: () => new Set(paths.flatMap(path => [...path.versions()])),
    declared: () => paths[0]?.current(),
    behind: () => paths.map(path => path.behind()).find(each => each !== undefined),
  }
}

/** Judges one kind of request at all gateways. */
class Judge {
  modelled = 0
  readonly #sandbox: Sandbox
  readonly #doors: () => readonly Door[]
  readonly #asked: Asked
  readonly #around: Circumstances
  #splits: Split[] = []
  /** By gateway: which of the splits it has. */
  readonly #has = new Map<string, number>()
  readonly #seen = new Map<string, Seen>()
  readonly #answers = new Map<string, ReadonlySet<string>>()
  readonly #believed = new WeakMap<object, readonly Believed[]>()
  readonly #told = new Set<string>()
  #epoch = 0

  constructor(sandbox: Sandbox, doors: () => readonly Door[], asked: Asked, around: Circumstances) {
    this.#sandbox = sandbox
    this.#doors = doors
    this.#asked = asked
    this.#around = around
  }

  begin(): void {
    this.#splits = this.#splits.slice(-1)
    this.#has.clear()
    this.#seen.clear()
  }

  current(): Split | undefined {
    return this.#splits.at(-1)
  }

  versions(): ReadonlySet<string> {
    return new Set([...this.#answers.values()].flatMap(each => [...each]))
  }

  behind(): string | undefined {
    const now = this.#splits.at(-1)
    const late = this.#doors().find(door => now && !sameShares(sharesOf(this.#believedBy(door)), now.shares))
    return late && `${late.name} [${requestText(this.#asked)}]`
  }

  look(gateways: readonly Door[], dirty: boolean, judging: boolean): void {
    if (dirty) {
      this.#epoch += 1
      this.#note(judging)
    }
    for (const gateway of gateways) this.#ask(gateway, judging)
  }

  /** What is declared now, where it is another split than before. */
  #note(judging: boolean): void {
    const now = declared(this.#sandbox, this.#asked)
    const last = this.#splits.at(-1)
    if (!now || (last && sameSplit(last, now))) return
    this.#splits.push(now)
    if (last && judging) this.#findSwaps(last, now)
  }

  #findSwaps(last: Split, now: Split): void {
    for (const [destination, versions] of now.versions) {
      const before = last.versions.get(destination)
      // Where nobody was, nobody is replaced: requests that come there too early are lost, and told as such.
      const gained = before && this.#isServed(before) && [...versions].filter(version => !before.has(version))
      if (gained && gained.length > 0 && !this.#around.mayChangeUnderWeight(destination))
        this.#tell(`role swap: ${destination} has ${percent(now.shares.get(destination))} and was given to ${gained.join(', ')}`)
    }
  }

  /** Some pod of these versions is ready. */
  #isServed(versions: ReadonlySet<string>): boolean {
    const pods = this.#sandbox.apiServer.objects.list('pods', shop)
    return pods.some(pod => isReady(pod) && versions.has(imageVersion(this.#sandbox, pod.metadata.name)))
  }

  #ask(gateway: Door, judging: boolean): void {
    const { name } = gateway
    const routes = gateway.routes()
    const believed = this.#believedBy(gateway)
    const lists = believed.map(({ destination }) => gateway.list(destination))
    const seen = this.#seen.get(name)
    if (seen && seen.epoch === this.#epoch && seen.routes === routes && seen.lists.every((list, i) => list === lists[i])) return
    this.#seen.set(name, { routes, lists, epoch: this.#epoch })
    const answers = new Map(believed.map(({ destination }, i) => [destination, versionsOf(lists[i] ?? [], this.#sandbox)] as const))
    this.#answers.set(name, new Set([...answers.values()].flatMap(each => [...each])))
    this.modelled += lists.reduce((sum, list) => sum + (list?.length ?? 1), 0)
    if (!judging) return
    this.#findLost(name, believed, lists)
    this.#findWrong(name, sharesOf(believed), answers)
  }

  #believedBy(gateway: Door): readonly Believed[] {
    const routes = gateway.routes()
    if (!routes) return []
    const known = this.#believed.get(routes)
    if (known) return known
    const believed = gateway.believed(this.#asked)
    this.#believed.set(routes, believed)
    return believed
  }

  #findLost(gateway: string, believed: readonly Believed[], lists: readonly (readonly Listed[] | undefined)[]): void {
    if (believed.length === 0) this.#tell(`lost: ${gateway} has no route`)
    for (const [index, { destination, share }] of believed.entries()) {
      const list = lists[index]
      if (list === undefined) {
        if (!this.#around.isUnnamed(destination))
          this.#tell(`lost: ${gateway} sends ${percent(share)} to ${destination}, which it does not know`)
        continue
      }
      const dead = list.filter(({ ip }) => !this.#sandbox.pods.listens(ip))
      const left = dead.filter(({ pod }) => !this.#around.isTaken(pod, destination))
      const unexcused = left.filter(({ pod }) => !this.#around.isHarmed(pod))
      const alive = list.length - dead.length
      if (this.#isNotTheRuns(destination, alive, list.length)) continue
      const isEmptied = dead.length > 0 && left.length === 0
      const isLost = alive === 0 ? !isEmptied && !this.#around.isExcused(destination, this.#asked) : unexcused.length >= tries
      if (isLost)
        this.#tell(
          `lost: ${gateway} sends ${percent(share)} to ${destination}: ${alive} of ${list.length} pods answer (${dead.map(({ pod }) => pod).join(', ')})`,
        )
    }
  }

  /** What is lost there is not the run's doing, or outside the promise. */
  #isNotTheRuns(destination: string, alive: number, listed: number): boolean {
    const { isInHaste, isMisled, isOutside } = this.#around
    return isInHaste() || isOutside(destination) || isMisled(destination) || (alive === 0 && this.#isOthersDoing(destination, listed))
  }

  /** That nobody answers there is what others have done. */
  #isOthersDoing(destination: string, listed: number): boolean {
    const { isReplaced, isUnnamed } = this.#around
    // A Service that has been put back is known before its pods are listed anew.
    return isReplaced(destination) || (listed === 0 && isUnnamed(destination))
  }

  #findWrong(gateway: string, shares: Shares, answers: ReadonlyMap<string, ReadonlySet<string>>): void {
    const has = this.#has.get(gateway) ?? 0
    const fits = (split: Split | undefined): boolean =>
      split !== undefined && sameShares(split.shares, shares) && [...answers].every(([key, of]) => isWithin(of, split.versions.get(key)))
    const later = this.#splits.findIndex((split, index) => index >= has && fits(split))
    const now = later >= 0 ? later : this.#splits.slice(0, has).findLastIndex(fits)
    if (now >= 0) return void this.#has.set(gateway, now)
    const oldest = Math.min(has, ...this.#has.values())
    const allowed = new Set(this.#splits.slice(oldest).flatMap(split => [...split.versions.values()].flatMap(each => [...each])))
    for (const [destination, of] of answers)
      for (const version of of)
        if (!allowed.has(version) && !this.#around.isOpened(destination))
          this.#tell(`wrong version: ${gateway} gets ${version} from ${destination}, allowed ${[...allowed].join(', ')}`)
  }

  /** Once is enough: what stands wrong is seen at every event until it is mended. */
  #tell(text: string): void {
    const key = text.replaceAll(/\(.*/g, '')
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#around.violation(`${text} [${requestText(this.#asked)}]`)
  }
}

const requestText = ({ host, path, headers }: Asked): string => `${host}${path}${headers ? ` ${JSON.stringify(headers)}` : ''}`

function sharesOf(believed: readonly Believed[]): Shares {
  return new Map(believed.map(({ destination, share }) => [destination, share]))
}

const percent = (share = 0): string => `${Math.round(share * 100)} %`

function isWithin(these: ReadonlySet<string>, those: ReadonlySet<string> = new Set()): boolean {
  return [...these].every(each => those.has(each))
}

function versionsOf(list: readonly Listed[], sandbox: Sandbox): ReadonlySet<string> {
  return new Set(list.filter(({ ip }) => sandbox.pods.listens(ip)).map(({ pod }) => imageVersion(sandbox, pod)))
}
