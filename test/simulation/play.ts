import { firstDeployment, shop, textOf, workflowFor } from './application.ts'
import { askedOf } from './asked.ts'
import { newChecks } from './checks.ts'
import { conditionsOf } from './conditions.ts'
import { doorsOf } from './doors.ts'
import { newEmptied, type Emptied } from './emptied.ts'
import { setStanding } from './edits.ts'
import { faultsOf, type Dimension, type Fault, type StandingOf } from './faults.ts'
import { isClear, newInvariants, type Invariants } from './invariants.ts'
import { newOthers, type Others } from './others.ts'
import { newComparison, planned, type Comparison } from './planned.ts'
import { checkNext, expectations, isGivenUp, restingAs } from './rest.ts'
import { newRequests, type Circumstances } from './requests.ts'
import { restoreByHand } from './restore-by-hand.ts'
import { startRun, type Run } from './run.ts'
import { flips, fork, isPlain, scriptOf, type Script, type Shape } from './script.ts'
import { Stage } from './stage.ts'
import { isCanary } from './splits.ts'
import { setUpTroubles, unreadyFor } from './trouble.ts'
import { hearing, unexpected } from './unheard.ts'
import { untilOver } from './until-over.ts'
import { newUntouched } from './untouched.ts'
import { watchWaits } from './waits.ts'
import { newWeights } from './weights.ts'
import { openWorld, type World } from './world.ts'

/** How a seed went. */
export interface Outcome {
  readonly seed: number
  readonly script: Script
  readonly faults: readonly Fault[]
  /** Equal for equal histories. */
  readonly hash: string
  readonly events: number
  readonly requests: number
  readonly writes: number
  /** How each execution ended. */
  readonly endings: readonly string[]
  readonly violations: readonly string[]
}

export interface PlayOptions {
  readonly only?: readonly Dimension[] | undefined
  /** Of this shape, whatever the seed would choose. */
  readonly shape?: Shape | undefined
  /** Which of the seed's faults; all where it is left out. */
  readonly faults?: readonly number[] | undefined
  /** Ends with the first violation. */
  readonly untilFound?: boolean | undefined
  /** Prints what happens. */
  readonly tell?: ((line: string) => void) | undefined
}

/** Objects of the manifests that lead users without the run's doing. */
const besideTheRun: { readonly [S in Shape]?: string } = {
  blueGreenByService: 'virtualservices',
  blueGreen: 'destinationrules',
  isolated: 'destinationrules',
}
/** Milliseconds of traffic after the end, while the last changes still travel, beside what the mesh needs. */
const afterwards = 15_000
/** Milliseconds in which a run takes back what somebody did to its users, where nothing stands between: a look, a task and a few writes. */
const reaction = 1500
/** Milliseconds until what somebody has set stands in every pod and proxy. */
const standsAfter = 400_000
/** Milliseconds that a step may take in the slowest mesh, with troubles on its way. */
const patience = 3_600_000

export async function play(seed: number, options: PlayOptions = {}): Promise<Outcome> {
  const script = scriptOf(seed, options.shape)
  const all = faultsOf(script, options.only)
  const faults = options.faults ? all.filter((_, index) => options.faults?.includes(index)) : all
  return replay(script, faults, options)
}

/** One history, whatever a seed draws today. What fails in it with nobody to hear of it is a violation, and ends no process. */
export async function replay(
  script: Script,
  faults: readonly Fault[],
  options: Omit<PlayOptions, 'only' | 'faults' | 'shape'> = {},
): Promise<Outcome> {
  try {
    const { played, unheard } = await hearing(() => new Play(script, faults, options).play())
    return { ...played, violations: [...played.violations, ...unheard] }
  } catch (cause) {
    throw new Error(`seed ${script.seed}: the simulation itself failed with ${JSON.stringify(script)}`, { cause })
  }
}

/** One seed, from an empty cluster to a run that is over. */
class Play {
  readonly #script: Script
  readonly #faults: readonly Fault[]
  readonly #violations: string[] = []
  readonly #untilFound: boolean
  readonly #tell: (line: string) => void
  readonly #harmed = new Set<string>()
  readonly #harmedSides = new Set<string>()
  readonly #edits = new Set<string>()
  readonly #editsMet = new Set<string>()
  #runs: Run[] = []
  /** What they bring. */
  #versions: string[] = []
  /** Something landed when all runs were over that nothing could fence: then the next run is played too, and must take it away. */
  #createdTooLate = false
  #told: Invariants['told'] = () => undefined
  #others: Others | undefined
  #emptied: Emptied | undefined
  /** How many people are taking the release back by hand. */
  #restoring = 0

  constructor(script: Script, faults: readonly Fault[], { tell, untilFound = false }: PlayOptions) {
    this.#untilFound = untilFound
    this.#script = script
    this.#faults = faults
    this.#tell = tell ?? (() => undefined)
  }

  async play(): Promise<Outcome> {
    const { late, settle, options } = conditionsOf(this.#script, this.#faults)
    const world = await openWorld(this.#script, options)
    // The delegate's bound where nothing tells it sooner, and a few looks and writes.
    const settles = late + 16_000
    const others = newOthers(world, { late, reacts: isClear(this.#faults) ? reaction : Infinity })
    this.#others = others
    const stage = new Stage(world, this.#script, this.#faults, late)
    this.#emptied = newEmptied(stage, late + 2 * reaction)
    const violation = (text: string): void => void this.#violations.push(`${this.#at(world)} ${text}`)
    const doors = doorsOf(world.sandbox, this.#script.shape)
    const checks = newChecks({ now: () => world.clock.now(), doors, script: this.#script, violation })
    stage.metrics = checks.page
    const requests = newRequests(world.sandbox, doors, askedOf(this.#script), this.#circumstances(world, others, violation))
    let comparison: Comparison | undefined
    const invariants = newInvariants({
      world,
      faults: this.#faults,
      settles,
      replicas: this.#script.replicas,
      resets: this.#resets(),
      flips: flips(this.#script.shape),
      fixed: this.#script.steps.some(each => each.is === 'canary' && each.fixed),
      runs: () => this.#runs,
      rollsOut: others.rollsOut,
      declared: requests.declared,
      behind: requests.behind,
      doors,
      comparison: () => comparison,
      // Where Services change their colours routes are manifests like any other, and where the sides are Services rules are.
      isUnmarked: plural => isPlain(this.#script.shape) || besideTheRun[this.#script.shape] === plural,
      check: checks.standing,
      hasLandedLate: request => stage.hasLandedLate(request),
      createdTooLate: () => void (this.#createdTooLate = true),
      violation,
    })
    const [untouched, weights] = [newUntouched(world, violation), newWeights(world, violation)]
    stage.onWrite = (request, answer) => {
      invariants.written(request, answer)
      untouched.took(request, answer)
      weights.took(request, answer)
    }
    watchWaits(world, { faults: this.#faults, pace: Math.max(1000, late / 8), violation })
    stage.onTask = task => {
      invariants.given(task)
      checks.given(task)
    }
    this.#told = (execution, event) => {
      invariants.told(execution, event)
      checks.told(execution, event)
    }
    const step = async (): Promise<boolean> => {
      const more = await world.clock.step()
      requests.look()
      invariants.look()
      return more
    }
    stage.start()
    const first = await this.#start(stage, '1.0.0', firstDeployment(this.#script, '1.0.0', settle), violation)
    await this.#until(world, step, () => first.isOver(), violation)
    await this.#pass(world, step, late + afterwards)
    this.#prepare(world)
    await this.#setStanding(stage, step, of => of === 'kept')
    const clean = restingAs(world, this.#faults)
    await this.#setStanding(stage, step, of => of !== 'kept')
    const before = restingAs(world, this.#faults)
    requests.begin()
    stage.begin()
    const version = this.#version()
    const workflow = workflowFor(this.#script, version, settle, patience)
    comparison = newComparison(await planned(world, workflow, textOf(this.#script, version)), this.#faults, violation)
    const run = await this.#start(stage, version, workflow, violation)
    this.#runs = [run]
    this.#versions = [version]
    const another = async (brings: string): Promise<void> => {
      this.#versions.push(brings)
      this.#runs.push(await this.#start(stage, brings, workflowFor(this.#script, brings, settle, patience), violation))
    }
    const supersede = async (): Promise<void> => {
      if (run.isOver()) return
      await another('3.0.0')
    }
    setUpTroubles({
      stage,
      harmed: (side, pods) => {
        this.#harmedSides.add(side)
        this.#emptied?.harmed(side, pods)
        for (const pod of pods) this.#harmed.add(pod)
      },
      isCarrying: () => [...(requests.declared()?.shares.keys() ?? [])].some(isCanary),
      failing: checks.fail,
      supersede: () => void supersede(),
      command: command => void run.command(command.do === 'abort' ? { ...command, who: 'bob' } : { ...command, who: 'bob' }),
      restore: () => this.#restore(world, violation),
      edited: of => {
        this.#edits.add(of)
        // What is there when a run looks first is as if it had always been: its plan shows what the manifests do to it.
        if (stage.writes.length > 0) this.#editsMet.add(of)
        else comparison?.editedBefore()
        // Whoever applies a route as it is in Git takes back what others have set in it.
        if (of === 'route') this.#editsMet.delete('timeout')
        others.edited(of)
      },
    })
    stage.poke()
    await this.#until(world, step, () => this.#runs.every(each => each.isOver()) && this.#restoring === 0, violation)
    stage.calm()
    if (await this.#isGivenUp()) {
      void this.#restore(world, violation)
      await this.#until(world, step, () => this.#restoring === 0, violation)
    }
    await this.#pass(world, step, late + afterwards)
    if (this.#createdTooLate) {
      stage.heal()
      checks.heal()
      await this.#pass(world, step, unreadyFor)
      await another('4.0.0')
      await this.#until(world, step, () => this.#runs.every(each => each.isOver()), violation)
      await this.#pass(world, step, late + afterwards)
      checkNext(await this.#runs.at(-1)?.view(), violation)
    }
    for (const each of this.#runs) for (const line of await each.log()) this.#tell(line)
    const views = await Promise.all(this.#runs.map(each => each.view()))
    checks.ended(views)
    comparison.ended(views.every(({ status }) => status === 'done'))
    for (const text of expectations({
      world,
      before,
      clean,
      views,
      versions: this.#versions,
      faults: this.#faults,
      edits: this.#edits,
      editsMet: this.#editsMet,
      answers: requests.versions(),
    }))
      violation(text)
    for (const text of unexpected(stage.troubles)) violation(text)
    world.sandbox.stop()
    return {
      seed: this.#script.seed,
      script: this.#script,
      faults: this.#faults,
      hash: world.trail.hash,
      events: world.trail.events,
      requests: requests.modelled,
      writes: stage.writes.length,
      endings: views.map(({ status }) => status),
      violations: this.#violations,
    }
  }

  /** By hand, from the record alone. */
  async #restore(world: World, violation: (text: string) => void): Promise<void> {
    this.#restoring += 1
    // It asks nobody: what somebody has edited stays.
    this.#others?.kept()
    const became = await restoreByHand(world, fork(this.#script.seed, 6), violation)
    this.#tell(`${this.#at(world)} restore: ${became}`)
    this.#restoring -= 1
  }

  async #isGivenUp(): Promise<boolean> {
    return (await Promise.all(this.#runs.map(each => each.view()))).some(isGivenUp)
  }

  /** Whether stable takes the new version by an ordinary rolling update, or the canary goes before it does. */
  #resets(): boolean {
    const { steps, shape } = this.#script
    if (isPlain(shape)) return true
    const rolls = steps.findIndex(({ is }) => is === 'rollout')
    return steps.some((each, index) => (each.is === 'rollout' && each.traffic === 'reset') || (each.is === 'delete' && index < rolls))
  }

  #version(): string {
    const bad = this.#faults.find(fault => fault.is === 'badVersion')
    return bad ? `2.0.0-${bad.word}` : '2.0.0'
  }

  /** What stands in the cluster beside the application. */
  #prepare({ sandbox }: World): void {
    if (!this.#faults.some(({ is }) => is === 'autoscaler')) return
    const spec = {
      minReplicas: 1,
      maxReplicas: 8,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
      metrics: [],
    }
    const object = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'cart', namespace: shop }, spec }
    sandbox.apiServer.objects.create('horizontalpodautoscalers.autoscaling', object, { manager: 'platform' })
  }

  /** What is there before a run that no manifest says; pods that it replaces are ready before anything else happens. */
  async #setStanding(stage: Stage, step: () => Promise<boolean>, isMeant: (of: StandingOf) => boolean): Promise<void> {
    for (const { of } of stage.of('standing')) {
      if (!isMeant(of) || !setStanding(of, stage)) continue
      await this.#pass(stage.world, step, standsAfter)
    }
  }

  #circumstances(world: World, others: Others, violation: (text: string) => void): Circumstances {
    const { shape } = this.#script
    const resets = this.#resets()
    const rolls = this.#faults.some(fault => fault.is === 'edit' && fault.of === 'template')
    return {
      now: () => world.clock.now(),
      isHarmed: pod => this.#harmed.has(pod),
      isTaken: others.hasTaken,
      isUnnamed: others.hasUnnamed,
      isMisled: others.hasMisled,
      isOpened: others.hasOpened,
      isReplaced: others.hasReplaced,
      isOutside: destination => resets && destination === 'cart-svc/',
      isExcused: destination =>
        shape.startsWith('blueGreen') ? this.#harmedSides.size > 0 : this.#harmedSides.has(isCanary(destination) ? 'canary' : 'stable'),
      isInHaste: () => this.#emptied?.isStill() === true,
      mayChangeUnderWeight: () => resets || rolls || flips(shape) || others.hasJustTurned() || this.#edits.has('subsets'),
      violation,
    }
  }

  async #start(stage: Stage, version: string, workflow: Parameters<typeof startRun>[1], violation: (text: string) => void): Promise<Run> {
    const rejects = this.#faults.flatMap(fault => (fault.is === 'reject' ? [fault.question] : []))
    const key = `${version} of ${this.#script.seed}`
    return startRun(stage.world, workflow, version, {
      script: this.#script,
      key,
      supersede: version === '3.0.0',
      restores: this.#faults.some(({ is }) => is === 'restore' || is === 'sleep'),
      // Nobody says no to what comes before the troubles, and behind them.
      rejects: version === '1.0.0' || version === '4.0.0' ? [] : rejects,
      isAwake: () => stage.isAwake(),
      told: this.#told,
      kept: () => this.#others?.kept(),
      violation,
    })
  }

  async #until(world: World, step: () => Promise<boolean>, isOver: () => boolean, violation: (text: string) => void): Promise<void> {
    const why = await untilOver(world, step, () => isOver() || (this.#untilFound && this.#violations.length > 0))
    if (why !== undefined) violation(why)
  }

  async #pass(world: World, step: () => Promise<boolean>, milliseconds: number): Promise<void> {
    const end = world.clock.now() + milliseconds
    world.clock.after(milliseconds, () => undefined)
    while (world.clock.now() < end && (await step()));
  }

  #at({ clock }: World): string {
    return `${((clock.now() - Date.UTC(2026, 0, 1)) / 1000).toFixed(3)} s:`
  }
}
