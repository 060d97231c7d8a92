import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { z } from 'zod'
import { ExecutionView, TrafficReport } from '#protocol/http/index.ts'
import { cart } from './application.ts'

/** How a run ended, or where it stopped because a person is needed. */
export interface Ran {
  readonly code: number
  readonly view: ExecutionView
  /** The last lines it printed, for the reader of a failed story. */
  readonly tail: string
}

/** Sluice as people use it: the program in a process of its own, with a data folder of its own. */
export interface Sluice {
  /** Runs a workflow until it ends or needs a person. */
  run(folder: string, workflow: string, tag: string): Promise<Ran>
  approve(id: string): Promise<void>
  /** Waits for the end of an execution. */
  follow(id: string): Promise<Ran>
  /** Aborts, and waits for the end. */
  abort(id: string): Promise<Ran>
  report(id: string): Promise<TrafficReport>
  /** A run of the release that ran before, until it ends. */
  rollback(namespace: string): Promise<Ran>
  /** The machine on which it runs loses its power: the host's process is killed. */
  losePower(): Promise<void>
  /** Takes the release back from another machine, with the cluster's own record alone; rejects where something was left. */
  restoreElsewhere(context: string, namespace: string): Promise<void>
  /** The host's process ends. */
  close(): Promise<void>
}

const Line = z.object({ type: z.string().optional(), view: ExecutionView.optional(), line: z.object({ says: z.string() }).optional() })

const Host = z.object({ pid: z.int() })

/** Lines of a run that are kept for the reader. */
const TAIL = 12

/** `home`: the data folder. */
export function sluiceAt(home: string, kubeconfig: string | undefined, signal: AbortSignal): Sluice {
  const program = join(process.cwd(), 'bin', 'sluice.mjs')
  const env = { ...process.env, SLUICE_HOME: home, NO_COLOR: '1', ...(kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig }) }
  const call = (
    args: readonly string[],
    ends?: AbortSignal,
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [program, ...args, '--output', 'json'], {
        env,
        signal: ends,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const said = { out: '', err: '' }
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
      child.once('error', reject)
      child.once('close', code => resolve({ code: code ?? -1, ...said }))
    })
  const ran = async (...args: readonly string[]): Promise<Ran> => {
    const { code, out, err } = await call(args, signal)
    const lines = out.split('\n').filter(line => line.startsWith('{'))
    const parsed = lines.map(line => Line.parse(JSON.parse(line)))
    const view = parsed.findLast(line => line.view)?.view
    if (!view) throw new Error(`sluice ${args.join(' ')} ended with ${code}: ${lines.at(-1) ?? ''}${err}`)
    const said = parsed.flatMap(({ line }) => (line ? [line.says] : []))
    return { code, view, tail: [...said, view.failure?.message ?? view.says].slice(-TAIL).join('\n') }
  }
  const done = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await call(args, signal)
    if (code !== 0) throw new Error(`sluice ${args.join(' ')} ended with ${code}: ${out}${err}`)
    return out
  }
  return {
    run: (folder, workflow, tag) => ran('run', workflow, '--folder', folder, '--tag', tag),
    approve: async id => void (await done('approve', id, '--why', 'the story goes on')),
    follow: id => ran('logs', id, '--follow'),
    abort: id => ran('abort', id, '--why', 'the story wants it'),
    report: async id => TrafficReport.parse(JSON.parse(await done('report', id))),
    rollback: namespace => ran('rollback', cart, '--namespace', namespace),
    async losePower() {
      const { pid } = Host.parse(JSON.parse(await done('host')))
      process.kill(pid, 'SIGKILL')
    },
    restoreElsewhere: async (context, namespace) => void (await done('restore', '--context', context, '--namespace', namespace)),
    close: async () => void (await call(['host', 'stop'])),
  }
}
