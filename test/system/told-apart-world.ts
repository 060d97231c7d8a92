import { expect } from 'vitest'
import { canonicalJson, type Json } from '#base/index.ts'
import type { StepGoals } from '#model/preflight/index.ts'
import { TRACK, type Goal } from '#model/release/index.ts'
import type { CountedInterval } from '#protocol/index.ts'
import type { HttpAnswer } from '#sandbox/pods/index.ts'
import type { CartWorld, CartWorldOptions } from './cart-world.ts'
import { host as nginxHost } from './nginx-world.ts'
import { openCart, virtualServices } from './story.ts'

/** The doors through which users come, and the host that they ask for. */
function doorsOf(world: CartWorld) {
  const nginx = world.sandbox.nginx()
  return nginx.length > 0
    ? { host: nginxHost, proxies: nginx, port: 80 }
    : { host: 'test.com', proxies: world.sandbox.gateways(), port: 80 }
}

const stepsTo = (goals: readonly Goal[]): readonly StepGoals[] => [{ name: 'Told apart', goals }]

/** A release under load, goal after goal. `asks`: what the inspection is told of them. */
export async function begin(options: CartWorldOptions, ...asks: readonly Goal[]) {
  const world = await openCart(options)
  const before = resting(world)
  const release = world.release('2.0.0', 'k3f9')
  const { snapshot, findings } = await world.inspect(release, stepsTo(asks))
  expect(findings.filter(each => each.level === 'refuse')).toEqual([])
  world.ledger.start(20, [doorsOf(world).host], () => doorsOf(world).proxies)
  let number = 0
  const counted: CountedInterval[] = []
  const reach = async (...goals: readonly Goal[]): Promise<void> => {
    for (const goal of goals) {
      const reached = await world.reach(release, snapshot, goal, ++number)
      expect(reached).toMatchObject({ is: 'reached' })
      counted.push(...(reached.traffic?.intervals ?? []))
      await world.clock.advance(2000)
    }
  }
  return { world, before, reach, release, snapshot, counted }
}

/** What an inspection would refuse of steps with these goals. */
export async function refusals(options: CartWorldOptions, ...goals: readonly Goal[]) {
  const world = await openCart(options)
  const { findings } = await world.inspect(world.release('2.0.0', 'k3f9'), stepsTo(goals))
  return findings.filter(each => each.level === 'refuse')
}

/** Entries of the managed route as they are now. */
export const entries = ({ sandbox }: CartWorld): readonly { readonly name?: string; readonly mirror?: object }[] =>
  (
    sandbox.apiServer.objects.get(virtualServices, { namespace: 'shop', name: 'cart-virtualservice' })?.spec as
      | { http: readonly object[] }
      | undefined
  )?.http ?? []

/** Objects at rest but ConfigMaps, as one text. */
export const resting = (world: CartWorld): string =>
  canonicalJson(world.resting().filter(object => (object as { kind: string }).kind !== 'ConfigMap') as Json)

/** One request through every door: the version that answered, and the cookie that came with it. */
export async function ask(world: CartWorld, headers: Readonly<Record<string, string>> = {}) {
  const { host, proxies, port } = doorsOf(world)
  const request = { method: 'GET', path: '/', headers: { host, ...headers } }
  const sent: readonly Promise<{ readonly answer: HttpAnswer }>[] = proxies.map(proxy => proxy.send(request, port))
  const answers = sent.map(each => world.clock.runUntil(each))
  return (await Promise.all(answers)).map(({ answer }) => ({
    version: answer.headers['x-version'],
    cookie: answer.headers['set-cookie']?.split(';')[0],
  }))
}

/** All versions that answer such requests. */
export async function versions(world: CartWorld, headers: Readonly<Record<string, string>>, times = 20): Promise<ReadonlySet<unknown>> {
  const seen = new Set<unknown>()
  for (let i = 0; i < times; i++) for (const { version } of await ask(world, headers)) seen.add(version)
  return seen
}

/** Asks as newcomers do until both versions have given a cookie out. */
export async function cookies(world: CartWorld): Promise<ReadonlyMap<string, string>> {
  const drawn = new Map<string, string>()
  for (let i = 0; i < 100 && drawn.size < 2; i++)
    for (const { version, cookie } of await ask(world)) if (version && cookie) drawn.set(version, cookie)
  return drawn
}

/** Requests that all canary pods have answered. */
export async function answeredByCanary(world: CartWorld): Promise<number> {
  const pods = world.sandbox.apiServer.objects.list('pods', 'shop').filter(pod => pod.metadata.labels?.[TRACK] === 'canary')
  const counts = await Promise.all(
    pods.map(async ({ metadata: { name } }) => {
      const { body } = await world.clock.runUntil(
        world.sandbox.cluster.podHttp({ namespace: 'shop', name }, 8080, { path: '/_sandbox/answered' }),
      )
      return (JSON.parse(body) as { answered: number }).answered
    }),
  )
  return counts.reduce((sum, each) => sum + each, 0)
}
