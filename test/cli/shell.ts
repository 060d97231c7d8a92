import { spawn } from 'node:child_process'
import { dirname, delimiter } from 'node:path'

/** A shell that a person types into: folder, variables and aliases stay from one command to the next. */
export interface Shell {
  /** Types a command and waits for its end. `text` is what it printed, both streams. */
  run(command: string): Promise<{ readonly code: number; readonly text: string }>
  /** Types a command and waits until it has printed something. */
  start(command: string, printed: RegExp): Promise<string>
  /** Ctrl-C. */
  interrupt(): void
  /** Closes the terminal, and with it whatever still runs in it. */
  close(): Promise<void>
}

/** Stands between the outputs of two commands. */
const END = /\n== ended with (\d+) ==\n/

export function openShell(cwd: string, env: NodeJS.ProcessEnv): Shell {
  // The program's first line asks the PATH for node: it shall be the one that runs the tests.
  const path = `${dirname(process.execPath)}${delimiter}${env['PATH']}`
  const bash = spawn('bash', ['--noprofile', '--norc'], { cwd, env: { ...env, PATH: path }, detached: true, stdio: 'pipe' })
  const gone = new Promise<void>(resolve => bash.once('close', () => resolve()))
  let printed = ''
  let look = (): void => undefined
  for (const stream of [bash.stdout, bash.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      printed += text
      look()
    })
  }
  bash.stdin.write(`shopt -s expand_aliases; trap 'true' INT; exec 2>&1\n`)

  const type = (command: string): void => {
    printed = ''
    // What runs reads nothing of what is typed behind it.
    bash.stdin.write(`{ ${command}\n} < /dev/null; printf '\\n== ended with %d ==\\n' $?\n`)
  }
  const until = <T>(what: string, seen: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      look = () => {
        const found = seen()
        if (found !== undefined) resolve(found)
      }
      void gone.then(() => reject(new Error(`${what}: the shell has ended; it printed:\n${printed}`)))
      look()
    })
  const signal = (name: NodeJS.Signals): void => {
    if (bash.pid !== undefined && bash.exitCode === null && bash.signalCode === null) process.kill(-bash.pid, name)
  }

  return {
    async run(command) {
      type(command)
      return until(command, () => {
        const end = END.exec(printed)
        return end ? { code: Number(end[1]), text: printed.slice(0, end.index) } : undefined
      })
    },
    async start(command, wanted) {
      type(command)
      return until(command, () => (wanted.test(printed) ? printed : undefined))
    },
    interrupt: () => signal('SIGINT'),
    async close() {
      signal('SIGKILL')
      await gone
    },
  }
}
