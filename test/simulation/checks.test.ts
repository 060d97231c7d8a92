import { describe, expect, it } from 'vitest'
import type { JournalEvent } from '#control-plane/engine/index.ts'
import { measureVersion } from '#protocol/index.ts'
import { newChecks } from './checks.ts'
import type { Door } from './doors.ts'
import type { Script } from './script.ts'

const script: Script = {
  seed: 1,
  shape: 'mesh',
  replicas: 2,
  gateways: 1,
  settle: 'seconds',
  steps: [
    { is: 'split', canary: 20 },
    { is: 'check', over: 10_000, holds: false },
  ],
}

/** A gateway that gives the canary 20 %, and checks that know it. */
function world(of: Script = script) {
  const found: string[] = []
  let now = 0
  const door: Door = {
    name: 'gateway.istio-system',
    state: () => 0,
    routes: () => ({}),
    believed: () => [
      { destination: 'cart-svc/stable', share: 0.8 },
      { destination: 'cart-svc/canary', share: 0.2 },
    ],
    list: () => [],
  }
  const checks = newChecks({ now: () => now, doors: () => [door], script: of, violation: text => void found.push(text) })
  const pass = (seconds: number): void => void (now += seconds * 1000)
  const measured = (verdict: string): void => {
    checks.given({ execution: 'mine', name: 'deploy/check/measure-1', type: measureVersion.type })
    pass(10)
    const event = { seq: 1, at: now, name: 'deploy/check/measure-1', kind: 'succeeded', payload: { output: { verdict } } }
    checks.told('mine', event as unknown as JournalEvent)
  }
  const errors = (): string | undefined => /response_code="503".* (?<count>\d+)$/m.exec(checks.page('gateway') ?? '')?.groups?.['count']
  return { checks, found, pass, measured, errors }
}

describe('what is counted', () => {
  it('follows what a gateway believes, and fails from when the version fails', () => {
    const { checks, pass, errors } = world()
    checks.page('gateway')
    pass(5)
    expect(errors()).toBe('0')
    checks.fail(0.5)
    pass(5)
    expect(errors()).toBe('50')
  })

  it('is nothing where no gateway is, and where nothing is checked', () => {
    expect(world().checks.page('another')).toBeUndefined()
    expect(world({ ...script, steps: [] }).checks.page('gateway')).toBeUndefined()
  })
})

describe('what a check finds', () => {
  it('is told where a failing version is found good, and a good one bad', () => {
    const failing = world()
    failing.checks.fail(0.5)
    failing.measured('good')
    const sound = world()
    sound.measured('bad')

    expect(failing.found).toEqual(['check: deploy/check/measure-1 finds a version good that fails 50 %'])
    expect(sound.found).toEqual(['check: deploy/check/measure-1 finds a version bad that does not fail'])
  })

  it('may be either where the version began to fail meanwhile', () => {
    const { checks, found, pass } = world()
    checks.given({ execution: 'mine', name: 'measure-1', type: measureVersion.type })
    pass(1)
    checks.fail(0.5)
    const event = { seq: 1, at: 0, name: 'measure-1', kind: 'succeeded', payload: { output: { verdict: 'good' } } }
    checks.told('mine', event as unknown as JournalEvent)

    expect(found).toEqual([])
  })

  it('stands until it is good or a person takes it as good, and a run that is done in spite of it is told', () => {
    const { checks, found, measured } = world()
    measured('good')
    expect(checks.standing('mine')).toBeUndefined()
    checks.fail(1)
    measured('bad')
    expect(checks.standing('mine')).toBe('deploy/check/measure-1')
    checks.ended([
      { id: 'mine', status: 'done' },
      { id: 'another', status: 'done' },
    ])
    expect(found).toEqual(['check: deploy/check/measure-1 has not found the version good, and the run is done'])
    const goOn = { seq: 2, at: 0, name: 'deploy/check/verdict-1', kind: 'delivered', payload: { payload: 'goOn' } }
    checks.told('mine', goOn as unknown as JournalEvent)
    expect(checks.standing('mine')).toBeUndefined()
  })
})
