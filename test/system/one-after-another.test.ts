// Releases that follow one another, or arrive while another one is under way: no version inherits what another had.
import { describe, expect, it } from 'vitest'
import type { ExecutionView } from '#protocol/http/index.ts'
import { approval, bySeconds, canaryDelete, canaryDeployment, cartSteps, rolloutDeployment, trafficSplit } from './cart-workflow.ts'
import { lateMesh } from './cart-world.ts'
import { pinned, prepared, promoted, split, wholeCanary } from './goals.ts'
import { atRest, at, begin, beginOn, clean, destinationRules, inShop, late, openCart, openPlane, verdict } from './story.ts'
import { courseOf, lookAt, witness } from './witness.ts'

const asks = (view: ExecutionView): boolean => view.question !== undefined

it('argo 11: one release after another: no name of a serving side is ever given to other pods', async () => {
  const world = await openCart(lateMesh(21))
  const before = atRest(world)
  const selectors = (): unknown => world.sandbox.apiServer.objects.list('services', 'shop').map(service => at(service, 'selector'))
  const selected = selectors()
  world.ledger.start(20)
  const seen = witness(world)

  for (const version of ['2.0.0', '3.0.0']) {
    const release = world.release(version, version)
    const { snapshot } = await world.inspect(release)
    for (const [index, goal] of wholeCanary.entries()) await world.reach(release, snapshot, goal, index + 1)
  }

  // The subset of the old pods turns to the new ones once in a release, and only while it has no weight.
  const turned = seen.sights.filter(({ subsets }, index) => index > 0 && subsets !== seen.sights[index - 1]?.subsets)
  const carrying = turned.filter(({ route }) => /stable [1-9]/.test(route)).map(({ subsets }) => subsets)
  expect(carrying).toEqual([])
  expect(selectors()).toEqual(selected)
  expect(atRest(world)).toBe(before.replaceAll('cart:1.0.0', 'cart:3.0.0'))
  expect(await verdict(world)).toEqual(clean)
})

it('row 15: stable is never rolled while its subset carries weight', async () => {
  const { world, reach, witness: seen } = await begin(lateMesh(22))

  await reach(pinned, prepared(), split(50), promoted)

  const rolled = seen.sights.findIndex(({ stable }) => stable === '2.0.0 x 4')
  const known = seen.sights.findIndex(({ subsets }) => subsets === 'canary, stable 2.0.0')
  expect(known).toBeGreaterThan(rolled)
  expect(new Set(seen.sights.slice(rolled, known).map(({ route }) => route))).toEqual(new Set(['canary 100, stable 0']))
  expect(await verdict(world)).toEqual(clean)
})

/** 2.0.0 waits for a person with this share; then another run takes its place and goes to its end. */
async function interrupted(share: number, version: string) {
  const story = await openPlane({ gap: 50 })
  const { world, plane, run, start, ended } = story
  const first = await start('2.0.0', canaryDeployment(), trafficSplit(share), approval(), rolloutDeployment())
  await plane.until(first, asks)
  const from = story.witness.sights.length
  const steps = [canaryDeployment(), trafficSplit(20), rolloutDeployment(), canaryDelete()]
  const second = await run(cartSteps(version, bySeconds(late), ...steps), version, { supersede: true })
  const view = await ended(second)
  return {
    ...story,
    first: await plane.view(first),
    second: view,
    sights: story.witness.sights.slice(from - 1),
    tally: await verdict(world),
  }
}

it('argo 10, flagger 9: a new version while another has 20 %: users are on the old one before the new one has a pod, and it starts from 0', async () => {
  const { first, second, sights, tally } = await interrupted(20, '3.0.0')

  expect(first).toMatchObject({ status: 'returned' })
  expect(second).toMatchObject({ status: 'done' })
  const appeared = sights.findIndex(({ canary }) => canary.startsWith('3.0.0'))
  expect(sights[appeared]).toMatchObject({ route: 'canary 0, stable 100', subsets: 'canary, stable 1.0.0' })
  expect(courseOf(sights.slice(0, appeared), ({ route, canary }) => `${route} | ${canary}`)).toEqual([
    'canary 20, stable 80 | 2.0.0 x 1',
    'canary 0, stable 100 | 2.0.0 x 1',
    'canary 0, stable 100 | none',
    'cart-svc 100 | none',
    'canary 0, stable 100 | none',
  ])
  const unready = sights.filter(({ route, canary, ready }) => /canary [1-9]/.test(route) && canary.startsWith('3') && !ready['3.0.0'])
  expect(unready).toEqual([])
  expect(tally).toEqual(clean)
})

it('argo 9: a new version while the canary has weight 0: the old version has everything throughout', async () => {
  const { second, sights, tally } = await interrupted(0, '3.0.0')

  expect(second).toMatchObject({ status: 'done' })
  const appeared = sights.findIndex(({ canary }) => canary.startsWith('3.0.0'))
  expect(courseOf(sights.slice(0, appeared + 1), ({ route }) => route)).toEqual([
    'canary 0, stable 100',
    'cart-svc 100',
    'canary 0, stable 100',
  ])
  expect(courseOf(sights.slice(0, appeared + 1), ({ canary }) => canary)).toEqual(['2.0.0 x 1', 'none', '3.0.0 x 0'])
  expect(tally).toEqual(clean)
})

describe('the old version is released again while the new one has a share', () => {
  it('argo 25, flagger 11: the run is aborted, the old version ends with everything, and nothing runs afterwards', async () => {
    const { world, plane, first, second, tally } = await interrupted(75, '1.0.0')

    expect(first).toMatchObject({ status: 'returned' })
    expect(second).toMatchObject({ status: 'done', releases: [{ fromVersion: '1.0.0', toVersion: '1.0.0' }] })
    expect(lookAt(world)).toMatchObject({ route: 'cart-svc 100', stable: '1.0.0 x 4', canary: 'none', ready: { '1.0.0': 4 } })
    const after = atRest(world)
    await world.clock.advance(120_000)
    expect(atRest(world)).toBe(after)
    expect(await plane.view(second.id)).toMatchObject({ writes: second.writes })
    expect(tally).toEqual(clean)
  })

  it('argo 25: at 75 % the traffic stays where it is until the old version has the pods for it', async () => {
    const { world, reach, release, snapshot, witness: seen } = await begin()
    await reach(pinned, prepared(), split(75))
    const [first, second, third] = world.sandbox.apiServer.objects
      .list('pods', 'shop')
      .filter(({ metadata }) => metadata.name.startsWith('cart-') && !metadata.name.startsWith('cart-canary'))
    const ill = [first, second, third].map(pod => pod?.metadata.name ?? '')
    for (const name of ill) world.sandbox.switches.pods({ name }, { readyAfter: 'never' })
    await world.clock.advance(2000)
    const from = seen.sights.length
    for (const [index, name] of ill.entries())
      world.clock.after(20_000 * (index + 1), () => world.sandbox.switches.pods({ name }, { readyAfter: 0 }))

    await world.reach(release, snapshot, { to: 'returned', now: false }, 9)

    expect(courseOf(seen.sights.slice(from), ({ route }) => route)).toEqual([
      'canary 75, stable 25',
      'canary 50, stable 50',
      'canary 25, stable 75',
      'canary 0, stable 100',
      'cart-svc 100',
    ])
    const overloaded = seen.sights.filter(({ route, ready }) => Number(/stable (\d+)/.exec(route)?.[1] ?? 0) > 25 * (ready['1.0.0'] ?? 0))
    expect(overloaded).toEqual([])
    expect(await verdict(world)).toEqual(clean)
  })
})

it('flagger 10: a new version while another is being rolled out gets nothing that it has not earned', async () => {
  const { world, plane, run, start, ended, witness: seen } = await openPlane()
  const first = await start('2.0.0', canaryDeployment(), trafficSplit(50), rolloutDeployment(), canaryDelete())
  const rolls = (): boolean => lookAt(world).stable.startsWith('2.0.0')
  await plane.until(first, rolls)

  const steps = [canaryDeployment(), trafficSplit(20), approval(), rolloutDeployment(), canaryDelete()]
  const second = await run(cartSteps('3.0.0', bySeconds(late), ...steps), '3.0.0', { supersede: true })
  await plane.until(second, asks)

  const given = seen.sights.filter(({ canary }) => canary.startsWith('3.0.0')).map(({ route }) => route)
  expect([...new Set(given)]).toEqual(['canary 0, stable 100', 'canary 20, stable 80'])
  expect(lookAt(world)).toMatchObject({ stable: '1.0.0 x 4' })
  await plane.command(second, { do: 'approve', who: 'bob' })
  expect(await ended(second)).toMatchObject({ status: 'done' })
  expect(await verdict(world)).toEqual(clean)
})

describe('two runs that claim one target', () => {
  it('argo 29, flagger 23: a second run of the release is refused by name, and the first one does not notice', async () => {
    const { world, plane, start } = await openPlane()
    const first = await start('2.0.0', canaryDeployment(), trafficSplit(20), approval())
    await plane.until(first, asks)
    const before = lookAt(world)

    await expect(start('3.0.0', canaryDeployment())).rejects.toMatchObject({
      code: 'SL-EXECUTION-RELEASE-BUSY',
      message: expect.stringContaining(first),
    })

    expect({ ...lookAt(world), at: before.at }).toEqual(before)
    expect(await plane.view(first)).toMatchObject({ status: 'waiting' })
  })

  it('argo 29: another service that would split the same route is refused by the Lease of the route', async () => {
    const { world, reach } = await begin()
    await reach(pinned)
    const other = world.release('3.0.0', 'z9z9', { name: 'other', service: 'other' })

    const { findings } = await world.inspect(other)

    expect(findings.filter(({ level }) => level === 'refuse').map(({ code, message }) => `${code} ${message}`)).toContainEqual(
      expect.stringMatching(/^SL-RELEASE-HELD .*cart 2\.0\.0 by execution k3f9/),
    )
    expect(await reach(prepared(), split(50))).toMatchObject({ is: 'reached' })
  })
})

it('argo 16: a subset that colleagues have in the same rule is there after a release and after an abort, as it was', async () => {
  const theirs = { name: 'pinned', labels: { app: 'cart', team: 'search' }, trafficPolicy: { loadBalancer: { simple: 'ROUND_ROBIN' } } }
  const world = await openCart()
  const store = world.sandbox.apiServer.objects
  const rule = inShop('cart-destinationrule')
  store.patch(destinationRules, rule, { spec: { subsets: [theirs] } }, { manager: 'search-team' })
  await world.clock.advance(1000)
  const { reach } = await beginOn(world)

  await reach(pinned, prepared(), split(50), { to: 'returned', now: false })
  expect(at(store.get(destinationRules, rule), 'subsets')).toEqual([theirs])
  const again = await beginOn(world, { execution: 'again' })
  await again.reach(...wholeCanary)

  expect(at(store.get(destinationRules, rule), 'subsets')).toEqual([theirs])
  expect(await verdict(world)).toEqual(clean)
})
