import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import type { ExecutionView, StepView } from '#protocol/http/index.ts'
import { executionView } from './execution.ts'

const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString()
const step = (name: string, type: string, more: Partial<StepView> = {}): StepView =>
  ({
    path: name,
    name,
    type,
    status: 'done',
    says: `says ${name}`,
    started: at(0),
    ended: at(1),
    irreversible: false,
    attempts: 1,
    ...more,
  }) as StepView

const names = (around: readonly StepView[]): readonly string[] => {
  const phases = [{ name: 'Canary', sections: [{ name: 'deploy', steps: [step('Canary Deployment', 'canaryDeployment')] }] }]
  const view = { id: 'k3f9', service: 'cart', status: 'running', started: at(0), releases: [], phases, around, writes: 0, calls: 0 }
  const text = stripVTControlCharacters(executionView(view as unknown as ExecutionView, 200, Date.parse(at(9))))
  return [...text.matchAll(/^ [✓●✗] (.+?) {2}/gm)].map(([, name = '']) => name)
}

it('tells what came before the steps before them, and what comes behind them behind', () => {
  const [turn, look, back] = [step('Supersede', 'turn'), step('Look first', 'look'), step('Way back', 'return')]
  expect(names([turn, look, back])).toEqual(['Supersede', 'Canary Deployment', 'Way back'])
  const failing = [step('Look first a', 'look', { status: 'failed' }), step('Look first b', 'look', { status: 'running' })]
  expect(names([turn, ...failing])).toEqual(['Supersede', 'Look first a', 'Look first b', 'Canary Deployment'])
})

it('tells how to leave it only where it is followed', () => {
  const view = { id: 'k3f9', service: 'cart', status: 'running', started: at(0), releases: [], phases: [], around: [] }
  const last = (followed: boolean, status = 'running'): string =>
    stripVTControlCharacters(executionView({ ...view, status } as unknown as ExecutionView, 200, Date.parse(at(9)), followed))
      .split('\n')
      .at(-1) ?? ''
  expect(last(true)).toBe('abort: sluice abort k3f9   leave: Ctrl-C (it goes on)')
  expect(last(false)).toBe('abort: sluice abort k3f9')
  expect(last(true, 'returning')).toBe('leave: Ctrl-C (it goes on)')
  expect(last(false, 'returning')).toMatch(/execution k3f9/)
})
