import { describe, expect, it } from 'vitest'
import type { KubernetesObject } from '#base/index.ts'
import { behaviourOf, usualBehaviour } from './behaviour.ts'
import { imageTag } from './pod-object.ts'

const pod = (image: string, annotations: Readonly<Record<string, string>> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'cart', annotations },
  spec: { containers: [{ name: 'app', image }] },
})

describe('the tag of an image', () => {
  for (const [image, tag] of [
    ['cart', 'latest'],
    ['cart:1.4.0', '1.4.0'],
    ['localhost:5000/acme/cart', 'latest'],
    ['localhost:5000/acme/cart:2', '2'],
    ['ghcr.io/acme/cart:1@sha256:abc', '1'],
    ['ghcr.io/acme/cart@sha256:abc', 'latest'],
  ] as const)
    it(`of ${image} is ${tag}`, () => expect(imageTag(image)).toBe(tag))
})

describe('how a pod behaves', () => {
  it('is as usual where nothing says otherwise', () => {
    expect(behaviourOf(pod('acme/cart:1.4.0'), usualBehaviour)).toEqual(usualBehaviour)
  })

  for (const [tag, change] of [
    ['2.0.0-bad', { errors: 50 }],
    ['2-slow', { latency: 500 }],
    ['2-unready', { readyAfter: 'never' }],
    ['2-crash', { crashesAfter: 100 }],
    ['2-nopull', { pulls: false }],
    ['2-graceful', { stops: 'gracefully' }],
    ['2-slow-bad', { latency: 500, errors: 50 }],
  ] as const)
    it(`is told by the tag ${tag}`, () =>
      expect(behaviourOf(pod(`acme/cart:${tag}`), usualBehaviour)).toEqual({ ...usualBehaviour, ...change }))

  it('does not find its words inside other words, or in the name of the image', () => {
    expect(behaviourOf(pod('acme/slow-cart:1.0-badge'), usualBehaviour)).toEqual(usualBehaviour)
  })

  it('is told by annotations, which win', () => {
    const annotations = {
      'sandbox.sluice.dev/errors': '7.5',
      'sandbox.sluice.dev/latency': '200ms',
      'sandbox.sluice.dev/ready-after': '3s',
      'sandbox.sluice.dev/stops': 'gracefully',
      'sandbox.sluice.dev/crashes-after': '1m',
    }
    expect(behaviourOf(pod('acme/cart:2-bad', annotations), usualBehaviour)).toEqual({
      errors: 7.5,
      latency: 200,
      readyAfter: 3000,
      stops: 'gracefully',
      crashesAfter: 60_000,
      pulls: true,
    })
    expect(behaviourOf(pod('cart', { 'sandbox.sluice.dev/ready-after': 'never' }), usualBehaviour).readyAfter).toBe('never')
  })

  it('is not changed by an annotation that cannot be read', () => {
    const annotations = { 'sandbox.sluice.dev/errors': 'many', 'sandbox.sluice.dev/latency': 'long', 'sandbox.sluice.dev/stops': 'softly' }
    expect(behaviourOf(pod('cart', annotations), usualBehaviour)).toEqual(usualBehaviour)
  })
})
