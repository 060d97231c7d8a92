import { Command, CommanderError, Option } from 'commander'
import { exit, tellFailure } from './exit.ts'
import { cli } from './failures.ts'
import { beforeARun, beginning, running } from './program-application.ts'
import { explaining, fromTheRecord } from './program-cluster.ts'
import { asking, looking, lookingBack } from './program-execution.ts'
import type { Define, Load } from './program-options.ts'
import { forTools, processes } from './program-tools.ts'
import { processTerminal } from './terminal.ts'

/** Options that every command takes. */
export interface GlobalOptions {
  readonly output: 'text' | 'json'
}

/** Runs the program and gives the exit code of the command. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  endWithReader()
  let code: number = exit.done
  const define = <Options>(command: Command, load: Load<Options>): Command =>
    command.action(async (...given: unknown[]) => {
      const called = given.at(-1) as Command
      const { output } = called.optsWithGlobals<GlobalOptions>()
      const terminal = processTerminal(output === 'json')
      try {
        const work = await load()
        code = await work(called.args, called.opts() as Options, terminal)
      } catch (error) {
        code = tellFailure(error, terminal)
      }
    })
  const program = sluiceProgram(define)
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.done : exit.input
    return tellFailure(error, processTerminal(program.opts<GlobalOptions>().output === 'json'))
  }
  return code
}

/** Every command with its options; `define` says what is done when one is called. */
export function sluiceProgram(define: Define): Command {
  const program = new Command('sluice')
    .description('Progressive delivery for Kubernetes: new versions reach your users step by step, and nobody notices.')
    .version(process.env['SLUICE_VERSION'] ?? 'development')
    .addOption(new Option('-o, --output <form>', 'how to print').choices(['text', 'json']).default('text'))
    .exitOverride()
    // What the parser refuses is told as every other failure is.
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })

  beginning(program, define)
  beforeARun(program, define)
  explaining(program, define)
  running(program, define)
  looking(program, define)
  lookingBack(program, define)
  asking(program, define)
  fromTheRecord(program, define)
  processes(program, define)
  forTools(program, define)
  for (const each of [program, ...program.commands]) each.exitOverride(refused(nameOf(each)))
  return program
}

const nameOf = (command: Command): string => (command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name())

/** What was to be printed (a version, a help) is told already; everything else that ends the parser is a mistake on the command line. */
function refused(command: string): (error: CommanderError) => never {
  return error => {
    if (error.exitCode === 0 || error.code === 'commander.help') throw error
    const [reason = '', suggestion = ''] = error.message.replace(/^error: /, '').split('\n')
    throw cli.COMMAND_LINE({ command, reason: reason.replace(/[.]$/, ''), suggestion: suggestion.replace(/^\((.*)\)$/, '$1') })
  }
}

/** What programs end with whose reader has gone (`sluice status | head`), as the signal SIGPIPE would end them: 128 + 13. */
const READER_GONE = 141

function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(READER_GONE)
  })
}
