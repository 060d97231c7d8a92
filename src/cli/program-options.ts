import type { Command } from 'commander'
import type { Terminal } from './terminal.ts'

/** A command's work: gives its exit code. */
type Work<Options> = (names: readonly string[], options: Options, terminal: Terminal) => Promise<number>

/** Loads the command's file when it is called. */
export type Load<Options> = () => Promise<Work<Options>>

/** Says what is done when a command is called. */
export type Define = <Options>(command: Command, load: Load<Options>) => Command

export const inFolder = (command: Command): Command => command.option('-f, --folder <path>', 'the application folder', '.')
export const ofAnImage = (command: Command): Command =>
  inFolder(command)
    .option('--tag <tag>', 'tag of the image to release')
    .option('--digest <digest>', 'digest of the image to release (sha256:…)')
    .option('--infrastructure <name>', 'takes the place of the one that the phases name')
    .option('--var <name=value...>', 'a workflow variable')
/** Without a name, the only execution that has not ended is meant. */
export const ofExecution = (program: Command, name: string, description: string): Command =>
  program.command(name).argument('[execution]', 'its name, as in k3f9; without it the only one that has not ended').description(description)
/** What can be looked at when it is over, too. */
export const ofAnyExecution = (program: Command, name: string, description: string): Command =>
  program
    .command(name)
    .argument('[execution]', 'its name, as in k3f9; without it the only one that has not ended, else the last one')
    .description(description)
export const withExamples = (command: Command, ...examples: readonly string[]): Command =>
  command.addHelpText(
    'after',
    `\n${examples.length === 1 ? 'Example' : 'Examples'}:\n${examples.map(example => `  ${example}`).join('\n')}`,
  )
export const withReason = (command: Command): Command => command.option('--why <text>', 'your reason, for the record')
/** Where several steps wait at once. */
export const withStep = (command: Command): Command =>
  withReason(command).option('--step <path>', 'which step is meant, where several wait: its path, as in canary/verify/2')
