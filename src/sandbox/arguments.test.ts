import { describe, expect, it } from 'vitest'
import { meshOptions, readArguments, usage } from './arguments.ts'

const read = (...argv: readonly string[]) => readArguments(['--kubeconfig', 'k.yaml', ...argv], 42)

describe('the arguments of the sandbox', () => {
  it('have defaults for everything but the kubeconfig', () => {
    expect(read()).toEqual({
      help: false,
      kubeconfig: 'k.yaml',
      apiPort: 0,
      gatewayPort: 0,
      nginxPort: undefined,
      prometheusPort: undefined,
      scrapeInterval: 15_000,
      seed: 42,
      istiods: 1,
      gateways: 1,
      webhook: true,
      istio: undefined,
      propagation: { is: 'debounce', after: 100 },
      attached: false,
    })
    expect(readArguments(['--help'], 42).help).toBe(true)
  })

  it('install ingress-nginx where it or its port is asked for', () => {
    expect([read().nginxPort, read('--nginx').nginxPort, read('--nginx-port', '8081').nginxPort]).toEqual([undefined, 0, 8081])
  })

  it('read a propagation as the debounce, and a range as a time of its own for each message', () => {
    expect(meshOptions(read('--propagation', '3s'), () => 0.5)).toEqual({ debounce: { after: 3000 }, istiods: 1, gateways: 1 })
    const ranged = meshOptions(read('--propagation', '1s..2s', '--gateways', '2', '--istio', '1.30.1'), () => 0.5)
    expect(ranged.propagation?.({ proxy: 'a', type: 'routes' })).toBe(1500)
    expect(ranged).toMatchObject({ gateways: 2, version: '1.30.1' })
  })

  for (const [argv, words] of [
    [['--port', '-1'], '--port'],
    [['--port', '70000'], '--port is 70000, not a whole number from 0 to 65535'],
    [['--gateways', '0'], '--gateways is 0'],
    [['--propagation', 'soon'], '--propagation is soon, not a time like 100ms or a range like 0s..2s'],
    [['--propagation', '2s..1s'], '--propagation is 2s..1s'],
    [['--propagation', '1s..2s..3s'], '--propagation'],
    [['--istio', 'new'], '--istio is new, not a version like 1.27.1'],
    [['--what'], "Unknown option '--what'"],
    [['more'], 'more'],
  ] as const)
    it(`refuse ${argv.join(' ')}`, () => {
      expect(() => read(...argv)).toThrow(words)
    })

  it('are all told by the help', () => {
    for (const name of [
      '--kubeconfig',
      '--port',
      '--gateway-port',
      '--propagation',
      '--gateways',
      '--istiods',
      '--istio',
      '--no-webhook',
      '--seed',
      '--attached',
    ])
      expect(usage).toContain(name)
  })
})
