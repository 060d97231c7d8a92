// `npm run test:cluster`: plays the stories on a cluster, and leaves nothing behind.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Failure, formatDuration, systemClock } from '#base/index.ts'
import { connectCluster, objectsOf, type Objects } from '#delegate/kubernetes/index.ts'
import { ArgumentsError, readArguments, usage, type Arguments } from './arguments.ts'
import { until } from './cluster-ways.ts'
import { lookFirst, type Ground } from './look-first.ts'
import { perform, type Performance, type Theatre } from './perform.ts'
import { sluiceAt, type Sluice } from './sluice.ts'
import { stories } from './stories/index.ts'
import type { Story } from './story.ts'

const exits = { passed: 0, failed: 1, input: 2, world: 5, interrupted: 130 } as const

const say = (text: string): void => void process.stdout.write(`${text}\n`)

async function main(): Promise<number> {
  const asked = readArguments(
    process.argv.slice(2),
    stories.map(({ name }) => name),
  )
  if (asked.help) return (say(usage), exits.passed)
  const interrupted = new AbortController()
  // More than once: a terminal, npm and the script that started this may each pass one Ctrl-C on.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort(new Error('interrupted')))
  // Asked in the folder in which npm was called.
  const kubeconfig = asked.kubeconfig === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? '.', asked.kubeconfig)
  const context = asked.context ?? ''
  const cluster = connectCluster({ context, ...(kubeconfig === undefined ? {} : { kubeconfig }) })
  const objects = objectsOf(cluster, { clock: systemClock, random: Math.random })
  try {
    const ground = await lookFirst(objects, asked, interrupted.signal)
    tellGround(cluster.name, ground, asked)
    const playable = stories.filter(story => isPlayable(story, ground) && isAsked(story, asked))
    const refused = stories.filter(story => !isPlayable(story, ground) && isAsked(story, asked))
    if (ground.missing.length > 0 || playable.length === 0 || (asked.stories.length > 0 && refused.length > 0)) return exits.world
    return await playAll(playable, refused, { asked, context, kubeconfig, objects, ground, interrupted: interrupted.signal })
  } finally {
    cluster.close()
  }
}

const isPlayable = ({ through }: Story, ground: Ground): boolean => whyNot(through, ground) === ''

/** Why stories of this kind cannot be played on the cluster; empty where they can. */
function whyNot(through: Story['through'], { without, withoutHttpRoutes, withoutIngress }: Ground): string {
  return { service: '', gateway: without, httpRoute: withoutHttpRoutes, ingress: withoutIngress }[through]
}

const isAsked = ({ name }: Story, { stories: named }: Arguments): boolean => named.length === 0 || named.includes(name)

function tellGround(
  name: string,
  { server, istio, without, withoutHttpRoutes, ingress, withoutIngress, missing }: Ground,
  { images, perSecond, prefix }: Arguments,
): void {
  say(`cluster   ${name}, Kubernetes ${server}`)
  say(`mesh      ${istio?.says ?? `none: ${without}`}`)
  say(`routes    ${routesOf(istio !== undefined, withoutHttpRoutes)}`)
  say(`ingress   ${ingress?.says ?? `none: ${withoutIngress}`}`)
  say(`rights    ${missing.length === 0 ? `all that is needed in namespaces ${prefix}-…` : `missing: ${missing.join(', ')}`}`)
  say(`images    ${images.app}:${images.tags[0]} → ${images.tags[1]}, load by ${images.load}: ${perSecond} requests a second in each story`)
  if (missing.length > 0) say(`\nNothing was written. Ask for these rights, or use another context: docs/guide/testing-a-cluster.md`)
  else if (!istio) say(`\nStories that go through a mesh cannot be played here: docs/guide/testing-a-cluster.md says what they need.`)
}

function routesOf(hasIstio: boolean, withoutHttpRoutes: string): string {
  if (!hasIstio) return 'none: requests go to Services'
  return withoutHttpRoutes === ''
    ? 'VirtualServices, and HTTPRoutes of GatewayClass istio'
    : `VirtualServices; no HTTPRoutes: ${withoutHttpRoutes}`
}

interface Run extends Pick<Theatre, 'asked' | 'context' | 'objects' | 'ground'> {
  readonly kubeconfig: string | undefined
  readonly interrupted: AbortSignal
}

async function playAll(playable: readonly Story[], refused: readonly Story[], run: Run): Promise<number> {
  const { asked, objects, interrupted } = run
  const folder = mkdtempSync(join(tmpdir(), 'sluice-cluster-'))
  mkdirSync(join(folder, 'applications'))
  const hosts = new Map<string, Sluice>()
  const sluiceOf = (home: string): Sluice => {
    const host = hosts.get(home) ?? sluiceAt(join(folder, home), run.kubeconfig, interrupted)
    hosts.set(home, host)
    return host
  }
  const id = Math.random().toString(36).slice(2, 6)
  const namespaces = new Map(playable.map(story => [story, `${asked.prefix}-${id}-${story.name}`]))
  const begun = Date.now()
  const performances: Performance[] = []
  say('')
  try {
    for (const namespace of namespaces.values()) await createNamespace(objects, namespace, id, interrupted)
    const theatre: Theatre = { ...run, sluiceOf, folder: join(folder, 'applications'), signal: interrupted }
    // Side by side: each has a namespace of its own, and most of the time is spent waiting for pods.
    await Promise.all(
      [...namespaces].map(async ([story, namespace]) => {
        const performance = await perform(story, namespace, theatre)
        performances.push(performance)
        tellStory(story, performance, Date.now() - begun)
      }),
    )
    for (const { name, through } of refused) say(`· ${name.padEnd(13)} not played: ${whyNot(through, run.ground)}`)
    tellTotal(performances)
    return performances.every(({ failed }) => failed === '') ? exits.passed : exits.failed
  } catch (error) {
    if (!interrupted.aborted) throw error
    say('interrupted')
    return exits.interrupted
  } finally {
    for (const host of hosts.values()) await host.close().catch(() => undefined)
    await leave([...namespaces.values()], folder, run)
  }
}

async function createNamespace(objects: Objects, name: string, id: string, signal: AbortSignal): Promise<void> {
  // Without injection the pods are the same on every cluster: the gateways are the proxies that are under test.
  const labels = { 'app.kubernetes.io/managed-by': 'sluice-cluster-test', 'sluice.dev/cluster-test': id, 'istio-injection': 'disabled' }
  await objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }, { fieldManager: 'sluice-cluster-test' }, signal)
}

function tellStory({ name, title }: Story, { verdict, failed }: Performance, milliseconds: number): void {
  const counts = verdict ? `${verdict.requests} requests, lost ${verdict.lost}, wrong version ${verdict.wrongVersion}` : 'no requests'
  say(
    `${failed === '' ? '✓' : '✗'} ${name.padEnd(13)} ${failed === '' ? 'passed' : 'failed'}  ${formatDuration(milliseconds).padEnd(6)}  ${counts}`,
  )
  say(`  ${title}`)
  if (verdict && verdict.lostWithThePod > 0)
    say(`  besides, ${verdict.lostWithThePod} requests were lost with the pod that the story killed`)
  if (failed !== '') say(failed.replaceAll(/^/gm, '    '))
}

function tellTotal(performances: readonly Performance[]): void {
  const sum = (of: 'requests' | 'lost' | 'wrongVersion'): number => performances.reduce((all, { verdict }) => all + (verdict?.[of] ?? 0), 0)
  say(`\nrequests ${sum('requests')}, lost ${sum('lost')}, wrong version ${sum('wrongVersion')}`)
}

/** Deletes what was made, whatever has happened; waits until it is gone. Needs a signal of its own: Ctrl-C ends the stories, not this. */
async function leave(namespaces: readonly string[], folder: string, { asked, objects }: Run): Promise<void> {
  if (asked.keep) return say(`kept: ${namespaces.join(' ')}, and ${folder}`)
  const signal = AbortSignal.timeout(600_000)
  const ref = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', name })
  try {
    for (const name of namespaces) await objects.remove(ref(name), {}, signal)
    await until('the namespaces are gone', signal, async () => {
      const left = await Promise.all(namespaces.map(name => objects.get(ref(name), signal)))
      return left.every(each => each === undefined)
    })
    say(`deleted: ${namespaces.length} namespaces`)
  } catch (error) {
    say(`left behind: kubectl delete namespace ${namespaces.join(' ')}\n  ${String(error)}`)
  }
  rmSync(folder, { recursive: true, force: true })
}

main().then(
  code => process.exit(code),
  (error: unknown) => {
    const todo = error instanceof Failure ? `\n  what to do: ${error.todo}` : ''
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}${todo}\n`)
    process.exit(error instanceof ArgumentsError ? exits.input : exits.world)
  },
)
