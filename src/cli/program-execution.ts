import type { Command } from 'commander'
import { ofAnyExecution, ofExecution, withExamples, withReason, withStep, type Define } from './program-options.ts'

/** Going back by a run, and looking at runs. */
export function looking(program: Command, define: Define): void {
  define(
    withExamples(
      program
        .command('rollback')
        .argument('<service>', 'whose former release comes back')
        .description('a run of the release that ran before, with its own steps and manifests')
        .option('--infrastructure <name>', 'only there')
        .option('-n, --namespace <name>', 'only there: where releases of one name were run in several')
        .option('--supersede', 'take the place of a running execution of the release')
        .option('--detach', 'print the name of the execution and return')
        .option('--wait-for-approval', 'without a terminal: wait for people instead of ending with exit code 3'),
      'sluice rollback cart',
      'sluice rollback cart --infrastructure eu',
    ),
    async () => (await import('./commands/rollback.ts')).rollback,
  )
  define(
    withExamples(
      program
        .command('status')
        .argument('[execution]', 'its name, as in k3f9; without it all are listed')
        .description('list executions, or show one'),
      'sluice status',
      'sluice status k3f9',
    ),
    async () => (await import('./commands/status.ts')).status,
  )
  define(
    withExamples(
      ofAnyExecution(program, 'logs', 'what happened, line by line').option('--follow', 'until it ends'),
      'sluice logs k3f9',
      'sluice logs k3f9 --follow',
    ),
    async () => (await import('./commands/logs.ts')).logs,
  )
}

/** What remains of a run. */
export function lookingBack(program: Command, define: Define): void {
  define(
    withExamples(
      ofAnyExecution(
        program,
        'report',
        'what happened to traffic: shares over time, each with the step that caused it, and what was measured',
      ).option('--html <file>', 'write it as one page with a chart, which needs nothing else'),
      'sluice report k3f9',
      'sluice report k3f9 --html report.html',
      'sluice report k3f9 --output json',
    ),
    async () => (await import('./commands/report.ts')).report,
  )
  define(
    withExamples(
      ofAnyExecution(program, 'drift', 'what others did to what the run wrote: before it, ours, live, and by whom'),
      'sluice drift k3f9',
      'sluice drift k3f9 --output json',
    ),
    async () => (await import('./commands/drift.ts')).drift,
  )
}

/** What people ask of an execution that runs. */
export function asking(program: Command, define: Define): void {
  for (const [name, description, example] of [
    ['approve', 'say yes to what waits for approval', 'sluice approve k3f9 --why "error rate is flat"'],
    ['reject', 'say no: the run goes back', 'sluice reject k3f9 --why "checkout is slow"'],
    ['pause', 'stop before the next step; traffic stays where it is', 'sluice pause k3f9 --why "incident elsewhere"'],
    ['retry', 'try the step again that waits for an answer', 'sluice retry k3f9'],
    ['skip', 'cut a wait, a hold or a bake short, or go on past a step that failed and asks', 'sluice skip k3f9 --why "seen enough"'],
  ] as const)
    define(withExamples((name === 'pause' ? withReason : withStep)(ofExecution(program, name, description)), example), async () =>
      (await import('./commands/tell.ts')).tell(name),
    )
  define(
    withExamples(
      withStep(ofExecution(program, 'resume', 'go on after a pause, or answer a question')).option(
        '--answer <name>',
        'the answer to its question',
      ),
      'sluice resume k3f9',
      'sluice resume k3f9 --answer goOn --why "known noise"',
    ),
    async () => (await import('./commands/tell.ts')).tell('resume'),
  )
  define(
    withExamples(
      withReason(ofExecution(program, 'abort', 'take everybody back to the old version'))
        .option('--now', 'all traffic at once, whatever the old pods can carry')
        .option('--detach', 'do not wait for the end'),
      'sluice abort k3f9 --why "customers call"',
      'sluice abort k3f9 --now',
    ),
    async () => (await import('./commands/tell.ts')).tell('abort'),
  )
}
