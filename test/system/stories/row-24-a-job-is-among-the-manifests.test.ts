// A migration Job stands among the manifests. Applied twice in one release it runs twice; changed in the next one it fails as
// immutable, in the middle. Sluice runs a Job once in a release, and refuses the release that would change it before anything is
// written. Helm's hooks are refused, and a step that nothing goes back from says so as soon as it begins: the tests of those stand
// beside their code.
import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { wholeCanary } from '../goals.ts'
import { atRest, inShop, openCart } from '../story.ts'

describe('row 24: a Job among the manifests', () => {
  const migrating =
    (image: string) =>
    (objects: readonly KubernetesObject[]): readonly KubernetesObject[] => [
      ...objects,
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: inShop('migrate'),
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: `ghcr.io/acme/migrate:${image}` }] } } },
      },
    ]

  it('runs once in a release; a later one that would change it is refused before anything is written', async () => {
    const world = await openCart()
    const store = world.sandbox.apiServer.objects
    const made: string[] = []
    store.subscribe('jobs.batch', ({ type, object }) => void (type === 'ADDED' && made.push(object.metadata.name)))
    const release = world.release('2.0.0', 'k3f9', {}, migrating('1'))
    const { snapshot } = await world.inspect(release)

    for (const [index, goal] of wholeCanary.entries()) await world.reach(release, snapshot, goal, index + 1)
    expect(made).toEqual(['migrate'])
    const before = atRest(world)
    const { findings } = await world.inspect(world.release('3.0.0', 'next', {}, migrating('2')))

    expect(findings.filter(({ level }) => level === 'refuse')).toMatchObject([
      { code: 'SL-KUBERNETES-INVALID', message: expect.stringMatching(/^Job shop.migrate: not valid: .*field is immutable/) },
    ])
    expect(atRest(world)).toBe(before)
  })
})
